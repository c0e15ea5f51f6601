"""The answer of an approver is not lost with the run that was to key it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from engine_office import Plant, plant

from clerkwork import bootstrap
from clerkwork.core.approvals import Approval, Decision, approval_id
from clerkwork.core.ledger import Order
from clerkwork.core.money import Money

TASK = "key_decisions"
FAILS = '''
from clerkwork import Run, task


@task(after="approval", queue="approvals", priority=2)
def key_decisions(run: Run) -> None:
    """Keys what approvers answered, on another day."""
    raise RuntimeError("the ERP is being moved")
'''


def test_an_answer_is_asked_for_again_once_a_person_has_seen_to_what_failed(tmp_path: Path) -> None:
    """Each run fails, and two that fail in a row stop the task."""
    with plant(tmp_path, attempts=1, stop_after=2, heartbeat=0.2) as made:
        (made.office.folder / "tasks" / "key_decisions.py").write_text(FAILS)
        answered = answer(made)
        first = f"answer/{answered}/{TASK}"
        made.begin("a", "serve")
        made.wait(lambda: errands(made) == {first: "failed"}, "the failure of the first run")
        made.wait(lambda: len(items(made)) == 1, "the question about it")
        ((failed, _),) = items(made)
        made.office.done("review", "decide", failed, "seen", "--by", "Inge")

        both = {first: "failed", f"{first}/2": "failed"}
        made.wait(lambda: errands(made) == both, "the failure of the second")
        title = f"{TASK} is stopped, and is not begun any more"
        made.wait(lambda: [t for _, t in items(made)] == [title], "one question about one cause")
        ((stop, _),) = items(made)
        assert stopped(made)
        refused = made.office.run("run", TASK, "--queued")
        assert refused.returncode == 1
        assert f"the engine has stopped {TASK}" in refused.stderr
        assert errands(made) == both, "nothing is asked for while it is stopped"

        status = json.loads(made.office.run("status", "--json").stdout)
        assert any(what.startswith(f"stopped: task {TASK}") for what in status["needs"])
        said = made.office.done("review", "decide", stop, "seen", "--by", "Inge")
        assert f"{TASK} goes on when it is due" in said
        assert not stopped(made)
        made.wait(lambda: f"{first}/3" in errands(made), "the third")
        assert made.ask("SELECT DISTINCT queue, priority FROM errands") == [("approvals", 2)]


def answer(made: Plant) -> str:
    """An order that waits in the ERP, and what an approver answered about it."""
    with bootstrap.open_office(made.office.folder) as (_, office):
        now = office.clock.now()
        order = Order(
            number="B-26102",
            customer="10001",
            amount=Money.of("900.00", "EUR"),
            placed=now.date(),
        )
        id = approval_id(order)
        office.books.replace_orders("kantoor_erp", [order])
        office.approvals.ask(
            Approval(
                id=id,
                order=order,
                reasons=("over the limit",),
                facts=(),
                approver="inge.visser@waterland.example",
                asked=now,
                expires=now + dt.timedelta(hours=1),
            )
        )
        office.approvals.decide(id, Decision(verdict="release", by="Inge", at=now, via="mail"))
        return id


def errands(made: Plant) -> dict[str, str]:
    return {str(id): str(state) for id, state in made.ask("SELECT id, state FROM errands")}


def items(made: Plant) -> list[tuple[str, str]]:
    asked = "SELECT id, title FROM work_items WHERE decision = ''"
    return [(str(id), str(title)) for id, title in made.ask(asked)]


def stopped(made: Plant) -> bool:
    return bool(made.ask("SELECT id FROM stops WHERE lifted IS NULL"))
