"""The report of a round: what it gathers, and that every bank line is accounted for once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from example_round import FIGURES, RUN, TODAY, Kept, Ticking, eur, record, recorded, the_report

from clerkwork.adapters.evidence import open_evidence
from clerkwork.adapters.report.text import figures_text, summary
from clerkwork.app.audit import verify_run
from clerkwork.app.execute import DIED
from clerkwork.app.report import healed_lines
from clerkwork.bootstrap import shown_figures
from clerkwork.core.evidence import SelectorUse
from clerkwork.core.figures import STAGES, Figure, staged
from clerkwork.core.posting import PostingState
from clerkwork.core.report import Proof
from clerkwork.errors import EvidenceError
from clerkwork.ports import Runs


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the evidence of the round is."""
    folder = tmp_path_factory.mktemp("output")
    the_report(folder)
    return folder


def test_it_ties_out_to_the_cent(office: Path) -> None:
    report = the_report(office)
    assert report.ties
    assert [day.day.day for day in report.days] == [2, 1, 28]
    assert report.days[0].parked == eur("617.50"), "refused 75.00, in review 500.00 and 42.50"
    assert report.days[2].parked == eur("212.00"), "voided, so waiting to be matched anew"
    assert report.days[0].not_ours == eur("-12.35")
    assert report.ledgers[0].expected == eur("28681.00")


def test_a_ledger_that_shows_something_else_does_not_tie_out(office: Path) -> None:
    report = the_report(office, Kept(ledger="28681.01"))
    assert not report.ties
    assert report.ledgers[0].difference == eur("0.01")
    assert "DOES NOT TIE OUT" in summary(report)
    assert "the ERP shows €28,681.01, expected was €28,681.00" in summary(report)


def test_a_line_that_is_in_no_state_shows_as_a_difference(office: Path) -> None:
    kept = Kept()
    kept.found = kept.found[:-1]
    report = the_report(office, kept)
    assert [day.difference for day in report.days if day.difference] == [eur("-12.35")]


def test_a_line_that_is_in_two_states_shows_as_a_difference(office: Path) -> None:
    kept = Kept()
    first = kept.rows[0]
    again = replace(first, posting=replace(first.posting, reference="CW-AGAIN"))
    kept.rows = (*kept.rows, replace(again, state=PostingState.APPROVED))
    report = the_report(office, kept)
    assert [day.difference for day in report.days if day.difference] == [eur("1250.00")]


def test_each_posting_leads_to_the_step_that_proves_it(office: Path) -> None:
    report = the_report(office)
    assert report.evidence is not None
    for line in report.postings:
        assert line.proof is not None
        assert report.evidence.steps[line.proof.step - 1].subject == line.reference
    assert report.waiting[1].proof == Proof(RUN, 16)


def test_a_posting_of_an_earlier_run_leads_to_that_run(office: Path) -> None:
    kept = Kept()
    kept.rows = (replace(kept.rows[0], run="20260302-earlier"), *kept.rows[1:])
    assert the_report(office, kept).postings[0].proof == Proof("20260302-earlier")


def test_old_postings_are_left_out_unless_they_wait(office: Path) -> None:
    kept = Kept()
    old = TODAY.replace(year=2025)
    kept.rows = tuple(
        replace(row, run="earlier", posting=replace(row.posting, booked=old)) for row in kept.rows
    )
    assert [line.state for line in the_report(office, kept).postings] == ["refused"]


def test_amounts_are_never_added_over_currencies(office: Path) -> None:
    report = the_report(office)
    assert {line.amount.currency for line in report.rules} == {"EUR"}
    assert sum(line.lines for line in report.rules) == FIGURES["bank lines new"]


def test_only_the_day_s_messages_and_the_unsettled_are_shown(office: Path) -> None:
    assert [line.state for line in the_report(office).messages] == [
        "sent",
        "sent",
        "sent",
        "stopped",
        "doubtful",
    ]


def test_a_run_that_the_journal_does_not_know_is_named(office: Path) -> None:
    kept = Kept()
    kept.row = replace(kept.row, run="other")
    evidence = open_evidence(office / "evidence", office / "keys", Ticking())
    with pytest.raises(EvidenceError, match="There is no evidence of run nothing"):
        verify_run(evidence, "nothing", cast(Runs, kept))


def test_the_journal_and_the_checkpoint_must_say_the_same(office: Path) -> None:
    kept = Kept()
    evidence = open_evidence(office / "evidence", office / "keys", Ticking())

    def found() -> str:
        return "\n".join(verify_run(evidence, "last", cast(Runs, kept)).broken)

    assert found() == ""
    kept.row = replace(kept.row, figures={**FIGURES, "keyed": 7})
    assert "figures are not those of the checkpoint" in found()
    kept.row = replace(kept.row, figures=FIGURES, outcome="failed")
    assert "the journal says failed, the checkpoint done" in found()


def test_who_was_called_dead_between_checkpoint_and_journal_is_no_forger(office: Path) -> None:
    kept = Kept()
    evidence = open_evidence(office / "evidence", office / "keys", Ticking())
    kept.row = replace(kept.row, figures={}, outcome="failed", note=f"{DIED}: by SIGKILL")
    assert verify_run(evidence, "last", cast(Runs, kept)).broken == ()
    kept.row = replace(kept.row, note="the portal said no")
    assert "the journal says failed" in "\n".join(
        verify_run(evidence, "last", cast(Runs, kept)).broken
    )


def test_a_run_that_is_at_work_has_not_crashed(tmp_path: Path) -> None:
    kept = Kept()
    evidence = open_evidence(tmp_path / "evidence", tmp_path / "keys", Ticking())
    trail = recorded(evidence, kept.rows)
    runs = cast(Runs, kept)
    kept.row = replace(kept.row, outcome="running", figures={})
    assert verify_run(evidence, RUN, runs).state == "unfinished", "it died"
    found = verify_run(evidence, RUN, runs, lambda run: run == RUN)
    assert (found.state, found.problems) == ("under way", ())
    assert "under way" in found.notes[-1]
    steps = evidence.folder(RUN) / "steps.jsonl"
    whole = steps.read_bytes()
    steps.write_bytes(whole[: whole.index(b"\n") + 1])
    assert verify_run(evidence, RUN, runs, lambda _: True).state == "broken"
    steps.write_bytes(whole)
    trail.close("done", FIGURES)
    assert verify_run(evidence, RUN, runs, lambda _: True).state == "sound", "it has just ended"


def test_a_checkpoint_taken_away_from_a_run_that_ended_is_no_crash(tmp_path: Path) -> None:
    evidence = open_evidence(tmp_path / "evidence", tmp_path / "keys", Ticking())
    record(evidence, Kept().rows, FIGURES)
    (evidence.folder(RUN) / "checkpoint.json").unlink()
    assert "the log of runs says that the run ended" in verify_run(evidence, RUN).broken[0]
    for name in ("log.jsonl", "heads.jsonl"):
        (evidence.folder(RUN).parent / name).unlink()
    assert verify_run(evidence, RUN).state == "broken", "the log that it was put into is missed"


def test_a_run_that_the_journal_says_ended_did_not_crash(tmp_path: Path) -> None:
    kept = Kept()
    evidence = open_evidence(tmp_path / "evidence", tmp_path / "keys", Ticking())
    recorded(evidence, kept.rows)
    assert verify_run(evidence, RUN).state == "unfinished"
    assert verify_run(evidence, RUN, cast(Runs, kept)).state == "broken"
    kept.row = replace(kept.row, outcome="failed", figures={})
    assert verify_run(evidence, RUN, cast(Runs, kept)).state == "unfinished"


def test_a_run_s_figures_are_told_by_stage() -> None:
    assert figures_text({"keyed": 14, "voided": 1, "coffee breaks": 2}).splitlines() == [
        "Read      bank lines new 0",
        "Matched   matched 0, to review 0",
        "Keyed     keyed 14, voided 1",
        "Approved  orders released 0",
        "Sent      mails sent 0, letters sent 0",
        "Other     coffee breaks 2",
    ]


def test_what_was_read_to_be_empty_is_told_and_what_was_not_read_is_not() -> None:
    assert "open items read 0" in figures_text({"open items read": 0})
    assert "open items read" not in figures_text({"keyed": 1})
    assert shown_figures({"open items read": 0})["open items read"] == 0
    assert "open items read" not in shown_figures({"keyed": 1})


def test_every_figure_has_a_stage_or_is_told_as_other() -> None:
    told = {name for _, counts in staged(dict.fromkeys(map(str, Figure), 1)) for name, _ in counts}
    assert told == set(map(str, Figure))
    named = [name for _, names in STAGES for name in names]
    assert len(named) == len(set(named))


def test_the_summary_says_what_matters(office: Path) -> None:
    words = summary(the_report(office))
    assert "1 min 24 s" in words
    assert "Left for people: 2 work items" in words
    assert "Tie-out: to the cent (3 bank days, 1 ledger account)" in words
    assert "Evidence: sound (18 steps, 16 pictures)" in words


def healed_menu(told: str) -> SelectorUse:
    return SelectorUse(name="open_items.menu", written="text=Posts", used=told, healed=True)


def test_a_heal_is_told_with_the_step_that_first_used_something_else(office: Path) -> None:
    report = the_report(office)
    assert report.healed == ()
    assert report.evidence is not None
    steps = [
        replace(step, selectors=(*step.selectors, healed_menu(told)))
        for step, told in zip(
            report.evidence.steps[1:3], ("text=Posts → text=Items", "x → y"), strict=True
        )
    ]
    found = healed_lines(replace(report.evidence, steps=tuple(steps)))
    assert [(line.selector, line.told, line.proof.step) for line in found] == [
        ("open_items.menu", "text=Posts → text=Items", 2)
    ]
    told = summary(replace(report, healed=found))
    assert "Healed: 1 selector (`clerkwork selectors review list`)" in told
