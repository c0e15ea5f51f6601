"""Work that waits for a person or a date outlives the engine's restart, and its upgrade."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from back_office import open_world
from engine_office import Plant, plant

from clerkwork.demo.clock import WorldClock
from clerkwork.demo.places import free_ports

pytestmark = pytest.mark.timeout(900)
ROOT = Path(__file__).resolve().parents[2]
ANSWER = """
import sys
from pathlib import Path
from clerkwork import bootstrap
from clerkwork.app.approve import decide
with bootstrap.open_office(Path(sys.argv[1])) as (_, office):
    decide(
        approvals=office.approvals, books=office.books, queue=office.queue, clock=office.clock,
        id=sys.argv[2], verdict="release", by="Inge Visser", via="mail",
    )
"""
NEXT = "9998"
"""Schema of the release after this one."""
MIGRATION = '''"""What the next release adds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("errands", sa.Column("mood", sa.String(20), nullable=True))
'''


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Plant]:
    with plant(tmp_path) as made, open_world(made.office, approver=False, hiccups=False):
        yield made


def test_an_answer_is_keyed_by_whoever_is_at_work_when_it_comes(
    made: Plant, tmp_path: Path
) -> None:
    made.begin("old", "serve")
    made.office.done("run", "daily_round", "--queued")
    made.wait(lambda: idle(made), "the end of the round")
    ((approval,),) = made.ask("SELECT id FROM approvals WHERE decided IS NULL")

    # Something of the old release is under way while everything is brought to the next one.
    made.office.control("POST", "/hold", portal="kantoor", match="^/debiteuren", when="before")
    made.office.done("run", "fetch_ledger", "--queued")
    made.wait(lambda: held(made), "the fetch of the old release")
    made.processes["old"].send_signal(signal.SIGTERM)
    release = {"PYTHONPATH": str(next_release(tmp_path))}
    (port,) = free_ports(1)
    made.begin("new", "serve", "--port", str(port), env=release)
    made.wait(lambda: schema(made) == NEXT, "the upgrade of the store")
    made.office.control("POST", "/release")
    made.processes.pop("old").wait(timeout=120)
    made.wait(lambda: idle(made), "the end of what the old release had begun")
    assert [state for (state,) in made.ask("SELECT state FROM errands")] == ["done", "done"]

    answer(made, approval, release)
    made.wait(lambda: keyed(made, approval), "the answer in the ERP")
    assert made.office.erp("SELECT state FROM orders WHERE number = 'B-26102'") == [
        ("vrijgegeven",)
    ]
    made.wait(lambda: idle(made), "the end of the answer's errand")
    by = made.ask("SELECT by, state FROM errands WHERE task = 'key_decisions'")
    assert by == [("Inge Visser", "done")]


def test_a_date_is_waited_for_by_the_clock_over_a_restart(made: Plant) -> None:
    clock = WorldClock(made.office.world_folder / "clock.json")
    promised = (clock() + timedelta(days=7)).replace(microsecond=0)
    shown = promised.astimezone(ZoneInfo("Europe/Amsterdam")).replace(tzinfo=None)
    made.office.done("run", "fetch_ledger", "--at", shown.isoformat(" "))
    made.begin("first", "serve")
    made.office.done("run", "fetch_statements", "--queued")
    made.wait(lambda: states(made)["fetch_statements"] == "done", "what is due")
    assert states(made)["fetch_ledger"] == "queued"
    made.kill("first", whole=True)
    made.begin("second", "serve")
    clock.move(promised)
    made.wait(lambda: states(made)["fetch_ledger"] == "done", "what was promised")


def test_what_was_under_way_at_a_backup_is_gone_on_with_after_its_restore(
    made: Plant, tmp_path: Path
) -> None:
    made.office.control("POST", "/hold", portal="kantoor", match="^/debiteuren", when="before")
    made.begin("first", "serve")
    made.office.done("run", "fetch_ledger", "--queued")
    made.wait(lambda: held(made), "the fetch")
    made.office.done("run", "fetch_statements", "--at", "2026-05-01")
    backup = str(tmp_path / "backup")
    made.office.done("store", "backup", backup)
    made.office.control("POST", "/release")
    made.wait(lambda: states(made)["fetch_ledger"] == "done", "its end")
    made.processes["first"].send_signal(signal.SIGTERM)
    made.processes.pop("first").wait(timeout=120)

    made.office.done("store", "restore", "--replace", backup)
    assert states(made) == {"fetch_ledger": "running", "fetch_statements": "queued"}
    made.begin("second", "serve")
    made.wait(lambda: states(made)["fetch_ledger"] == "done", "its end, once more")
    assert made.ask("SELECT attempts FROM errands WHERE task = 'fetch_ledger'") == [(2,)]
    assert states(made)["fetch_statements"] == "queued"


def idle(made: Plant) -> bool:
    return made.ask("SELECT id FROM errands WHERE ended IS NULL") == []


def held(made: Plant) -> bool:
    return bool(made.office.control("GET", "/held?seconds=0.05")["held"])


def schema(made: Plant) -> str:
    return str(made.ask("SELECT version_num FROM alembic_version")[0][0])


def states(made: Plant) -> dict[str, str]:
    return {str(task): str(state) for task, state in made.ask("SELECT task, state FROM errands")}


def keyed(made: Plant, approval: str) -> bool:
    found = made.ask("SELECT keyed FROM approvals WHERE id = :id", id=approval)
    return bool(found[0][0])


def answer(made: Plant, approval: str, env: dict[str, str]) -> None:
    """As the page behind the link in the mail takes it."""
    command = [sys.executable, "-c", ANSWER, str(made.office.folder), approval]
    subprocess.run(command, cwd=made.office.folder, env=made.office.env | env, check=True)


def next_release(folder: Path) -> Path:
    """A copy of the engine with one more migration, and another version, to be found first."""
    place = folder / "next"
    shutil.copytree(ROOT / "clerkwork", place / "clerkwork")
    store = place / "clerkwork" / "adapters" / "store"
    schema = store / "schema.py"
    text = schema.read_text()
    known = text.partition("KNOWN = (")[2].partition(")")[0]
    before = known.split('"')[-2]
    schema.write_text(text.replace(f"KNOWN = ({known})", f'KNOWN = ({known}, "{NEXT}")'))
    migration = store / "migrations" / "versions" / f"r{NEXT}_next.py"
    migration.write_text(MIGRATION.format(next=NEXT, before=before))
    told = place / "clerkwork-9.9.8.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.4\nName: clerkwork\nVersion: 9.9.8\n")
    return place
