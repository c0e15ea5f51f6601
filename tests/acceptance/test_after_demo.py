"""After a demo its commands go on working: the portals are opened for each that needs them."""

from __future__ import annotations

from pathlib import Path

from back_office import open_world, settle_in


def test_a_round_is_run_and_its_question_answered_with_the_portals_closed(tmp_path: Path) -> None:
    office = settle_in(tmp_path)
    with open_world(office):
        pass

    said = office.done("run", "daily_round")
    assert office.figures()["keyed"] == len(office.erp("SELECT 1 FROM receipts")) == 6
    assert "the approver has answered: `clerkwork run key_decisions` keys it" in said
    verdicts = office.store("SELECT verdict FROM approvals WHERE approver <> ''")
    assert verdicts == [("hold",)] or verdicts == [("release",)]

    office.done("run", "key_decisions")
    states = dict(office.erp("SELECT number, state FROM orders"))
    assert "wacht" not in states.values()
