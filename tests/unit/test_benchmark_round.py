"""The parts of the round's benchmark that reckon: stages, plans, processor time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from benchmarks._cpu import spent
from benchmarks._round_plan import typed_posting
from benchmarks._round_stages import pictures_of, stage_seconds
from benchmarks.round import Took, Turn, figures, kind, real_time
from clerkwork.core.evidence import RunEvidence, Step, StepPicture
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.money import Money
from clerkwork.core.posting import Allocation, Posting

OWN = OwnAccount(iban="NL22PLDR3507963310", name="Betaal", ledger="1100", format="CAMT.053")


def test_a_step_took_the_time_since_the_one_before_it() -> None:
    steps = [
        ("sign in", 102.0),
        ("open items", 103.0),
        ("sign in", 107.0),
        ("send", 108.0),
        ("reconcile", 110.0),
        ("find receipt", 110.5),
        ("fill receipt", 111.0),
        ("submit receipt", 111.25),
        ("open items", 112.25),
        ("ledger balance", 112.5),
        ("send", 113.5),
    ]
    took = stage_seconds(steps, 100.0, 120.0)
    assert took["sign in"] == 2 + 4
    assert took["read the lists"] == 1
    assert took["ask"] == 1
    assert took["reconcile"] == 2
    assert took["key"] == 1.25
    assert took["read again"] == 1.25
    assert took["remind"] == 1
    assert took["finish"] == 6.5
    assert sum(took.values()) == 20


def test_a_step_of_no_stage_is_not_left_out_in_silence() -> None:
    with pytest.raises(KeyError, match="dust the shelves"):
        stage_seconds([("dust the shelves", 1.0)], 0.0, 2.0)


def test_gaps_are_no_pictures() -> None:
    def step(action: str, *pictures: StepPicture) -> Step:
        at = datetime(2026, 3, 3, 8, tzinfo=UTC)
        return Step(
            number=1,
            at=at,
            robot="kantoor_erp",
            action=action,
            subject="",
            outcome="ok",
            selectors=(),
            details=(),
            pictures=pictures,
            sha256="00",
        )

    taken = StepPicture(label="form", file="1-1.jpg", sha256="00")
    gap = StepPicture(label="form", gap="the window was closed")
    steps = (step("open items", taken, taken), step("fill receipt", taken), step("sign in", gap))
    evidence = RunEvidence(run="r", task="t", began=None, steps=steps, figures={})
    assert pictures_of(evidence) == (3, 1)


def test_a_posting_is_typed_as_the_erp_takes_it() -> None:
    posting = Posting(
        reference="CW-1",
        line="B1",
        customer="10001",
        account=OWN.iban,
        booked=date(2026, 3, 2),
        amount=Money(123450, "EUR"),
        allocations=(
            Allocation(
                item="20260001",
                amount=Money(128450, "EUR"),
                discount=Money(200, "EUR"),
                open_before=Money(128650, "EUR"),
            ),
            Allocation(
                item="C0000001",
                amount=Money(-5000, "EUR"),
                discount=Money(0, "EUR"),
                open_before=Money(-5000, "EUR"),
            ),
        ),
        memo="20260001 less credit note",
    )
    typed = typed_posting(posting, {OWN.iban: OWN})
    assert (typed["day"], typed["ledger"], typed["amount"]) == ("02-03-2026", "1100", "1234,50")
    assert typed["parts"] == [
        {"item": "20260001", "amount": "1284,50", "discount": "2,00"},
        {"item": "C0000001", "amount": "-50,00", "discount": ""},
    ]


def test_the_demos_clock_is_put_back_to_the_real_one(tmp_path: Path) -> None:
    clock = tmp_path / "clock.json"
    clock.write_text(json.dumps({"demo": "2026-03-03T08:00:00+00:00", "real": 1_800_000_000.0}))
    nine = datetime(2026, 3, 3, 8, 0, 30, tzinfo=UTC).timestamp()
    assert nine + real_time(clock) == 1_800_000_030.0


def test_each_process_is_somebodys_work() -> None:
    assert kind("/usr/bin/python -m clerkwork.cli run daily_round ") == "python"
    assert kind("/usr/bin/python -m clerkwork.cli console ") == "pages"
    assert kind("/usr/bin/python -m clerkwork.demo.world /x ") == "portals"
    assert kind("/usr/lib/chromium/headless_shell --type=renderer ") == "browser"
    assert kind("/opt/playwright/driver/node /opt/package/cli.js run-driver ") == "driver"
    assert kind("/bin/true ") == "other"


@pytest.mark.parametrize(
    "command", [[sys.executable, "-c", "sum(i * i for i in range(6_000_000))"]]
)
def test_a_childs_processor_time_is_counted_by_its_kind(command: list[str]) -> None:
    with spent(lambda _: "sums") as cpu:
        child = subprocess.Popen(command)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    child.wait()
    assert cpu["sums"] > 0.05


def test_the_figures_are_the_rounds_over_the_scripts() -> None:
    script = Took(seconds=40.0, stages={"key": 20.0}, pictures=600, cpu={"browser": 9.0})
    ours = Took(
        seconds=60.0, stages={"key": 25.0}, pictures=600, cpu={"browser": 9.5, "portals": 5.0}
    )
    turn = Turn(round=ours, script=script, postings=200, keying_pictures=600, load=0.0)
    told = {figure.name: figure.value for figure in figures(turn)}
    assert told["round_vs_script"] == 1.5
    assert told["key_vs_script"] == 1.25
    assert told["round_postings_per_s"] == 8
    assert told["pictures_a_posting"] == 3
    assert told["round_cpu_s"] == 9.5
