"""A back office's days: what becomes of each slot, and what is said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from schedule_cases import AMSTERDAM, plan

from clerkwork.adapters.store import Store
from clerkwork.app.slots import Timetable, account_slots, waiting_slots
from clerkwork.core.schedules.plan import Plan
from clerkwork.core.schedules.windows import read_windows
from clerkwork.ports import Errand, SlotRow
from clerkwork.testing import memory_store

ROUND = "0 6 * * mon-fri"


def at(text: str) -> dt.datetime:
    """A moment of Amsterdam's clock, e.g. '03-03 06:00' in 2026."""
    return dt.datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}").replace(tzinfo=AMSTERDAM)


@dataclass(slots=True)
class Office:
    """A scheduler with one plan, which may be changed."""

    store: Store
    made: Plan
    former: dict[str, Plan] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)

    @property
    def table(self) -> Timetable:
        return Timetable(
            plans={self.made.task: self.made},
            former=lambda plan, said: self.former.get(said),
        )

    def tick(self, when: str) -> list[str]:
        """What is accounted for at a moment, as '03-03 06:00 queued'."""
        rows = account_slots(
            self.table,
            slots=self.store.slots,
            errands=self.store.errands,
            now=at(when).astimezone(dt.UTC),
            stopped=self.stopped,
        )
        return [self.said(row) for row in rows]

    def said(self, row: SlotRow) -> str:
        shown = f"{row.due.astimezone(AMSTERDAM):%m-%d %H:%M}"
        return " ".join(filter(None, (shown, row.state, f"({row.why})" if row.why else "")))

    def end_run(self, state: str = "done") -> None:
        for errand in self.store.errands.under_way():
            self.store.errands.end(errand.id, state, "")


@pytest.fixture
def office() -> Iterator[Office]:
    store = memory_store()
    yield Office(store, plan(ROUND, "NL"))
    store.close()


def test_a_store_begins_at_its_first_start_and_not_in_the_past(office: Office) -> None:
    assert office.tick("03-03 09:00") == ["03-03 09:00 begun (0 6 * * mon-fri)"]
    assert office.tick("03-03 09:01") == []
    assert office.tick("03-04 06:00") == ["03-04 06:00 queued"]


def test_a_store_that_begins_at_a_slot_leaves_that_to_the_past(office: Office) -> None:
    office.tick("03-03 06:00")
    assert office.tick("03-04 06:01") == ["03-04 06:00 queued"]


def test_a_slot_asks_for_its_errand_by_a_name_that_is_the_same_everywhere(office: Office) -> None:
    office.made = replace(office.made, queue="night", priority=200)
    office.tick("03-02 09:00")
    office.tick("03-03 06:00")
    (errand,) = office.store.errands.waiting()
    assert errand.id == "slot/daily_round/2026-03-03T05:00Z"
    assert (errand.task, errand.by, errand.state) == ("daily_round", "the schedule", "queued")
    assert (errand.queue, errand.priority, errand.not_before) == ("night", 200, None)


def test_a_clock_that_stands_or_goes_back_brings_nothing_twice(office: Office) -> None:
    office.tick("03-02 09:00")
    assert office.tick("03-03 06:00") == ["03-03 06:00 queued"]
    assert office.tick("03-03 06:00") == []
    assert office.tick("03-02 05:00") == []
    assert office.tick("03-03 06:01") == []
    office.end_run()
    assert office.tick("03-04 06:00") == ["03-04 06:00 queued"]


def test_a_holiday_is_skipped_by_its_name(office: Office) -> None:
    office.tick("04-02 09:00")
    assert office.tick("04-07 06:05") == [
        "04-03 06:00 skipped (holiday: Good Friday (NL))",
        "04-06 06:00 skipped (holiday: Easter Monday (NL))",
        "04-07 06:00 queued",
    ]


class TestMissed:
    SINCE = "no scheduler has accounted for anything since 2026-03-02 06:00 CET"

    @pytest.fixture
    def away(self, office: Office) -> Office:
        """Off from Monday's round until Thursday at ten."""
        office.tick("03-01 09:00")
        office.tick("03-02 06:00")
        office.end_run()
        return office

    def test_the_latest_is_caught_up_and_the_others_say_why_not(self, away: Office) -> None:
        nobody = f"nobody ran it before 2026-03-05 10:00 CET; {self.SINCE}"
        later = "a later one was due as well, and only the latest is caught up"
        assert away.tick("03-05 10:00") == [
            f"03-03 06:00 missed ({nobody}; {later})",
            f"03-04 06:00 missed ({nobody}; {later})",
            f"03-05 06:00 queued (caught up: {nobody})",
        ]

    def test_none_is_caught_up_where_that_is_declared(self, away: Office) -> None:
        away.made = replace(away.made, missed="skip")
        said = away.tick("03-05 10:00")
        assert [line[:18] for line in said] == [f"03-0{n} 06:00 missed" for n in (3, 4, 5)]
        assert all(self.SINCE in line for line in said)

    def test_in_time_is_not_missed(self, away: Office) -> None:
        away.made = replace(away.made, missed="skip")
        assert away.tick("03-03 06:15") == ["03-03 06:00 queued"]
        away.end_run()
        assert away.tick("03-04 06:16")[0].startswith("03-04 06:00 missed (nobody ran it before")

    def test_each_is_caught_up_in_turn_where_that_is_declared(self, away: Office) -> None:
        away.made = replace(away.made, missed="catch up")
        nobody = f"caught up: nobody ran it before 2026-03-05 10:00 CET; {self.SINCE}"
        assert away.tick("03-05 10:00") == [f"03-03 06:00 queued ({nobody})"]
        waiting = waiting_slots(away.table, away.store.slots, at("03-05 10:01"))
        assert [away.said(row) for row in waiting] == [
            "03-04 06:00 waiting (it waits for the run before it)",
            "03-05 06:00 waiting (it waits for the run before it)",
        ]
        assert away.tick("03-05 10:01") == []
        away.end_run()
        assert [line[:18] for line in away.tick("03-05 10:02")] == ["03-04 06:00 queued"]
        away.end_run("failed")
        assert [line[:18] for line in away.tick("03-05 10:03")] == ["03-05 06:00 queued"]
        assert not waiting_slots(away.table, away.store.slots, at("03-05 10:03"))

    def test_all_at_once_where_a_task_may_overlap_with_itself(self, away: Office) -> None:
        away.made = replace(away.made, missed="catch up", overlap=True)
        assert len(away.tick("03-05 10:00")) == 3
        assert len(away.store.errands.waiting()) == 3

    def test_a_slot_that_waits_for_a_window_is_not_missed_before_it_ends(
        self, away: Office
    ) -> None:
        windows = {"bank": read_windows(("tue 05:00-11:00",))}
        away.made = replace(away.made, missed="skip", windows=windows)
        assert away.tick("03-03 11:10") == ["03-03 06:00 queued"]
        (errand,) = away.store.errands.waiting()
        assert errand.not_before == at("03-03 11:00")


class TestRefused:
    def test_a_task_does_not_overlap_with_itself(self, office: Office) -> None:
        office.tick("03-02 09:00")
        office.tick("03-03 06:00")
        assert office.tick("03-04 06:00") == ["03-04 06:00 refused (its run before has not ended)"]
        office.end_run("failed")
        assert office.tick("03-05 06:00") == ["03-05 06:00 queued"]

    def test_what_a_person_asked_for_later_holds_no_slot_up_until_then(
        self, office: Office
    ) -> None:
        office.tick("03-03 09:00")
        later = Errand(
            id="asked",
            task=office.made.task,
            by="Inge",
            asked=at("03-03 09:00"),
            not_before=at("03-04 12:00").astimezone(dt.UTC),
        )
        office.store.errands.ask(later)
        assert office.tick("03-04 06:00") == ["03-04 06:00 queued"]
        office.store.errands.end(office.store.errands.waiting()[1].id, "done", "")
        assert office.tick("03-05 06:00") == ["03-05 06:00 refused (its run before has not ended)"]

    def test_unless_it_says_that_it_may(self, office: Office) -> None:
        office.made = replace(office.made, overlap=True)
        office.tick("03-02 09:00")
        office.tick("03-03 06:00")
        assert office.tick("03-04 06:00") == ["03-04 06:00 queued"]

    @pytest.mark.parametrize("missed", ["catch up", "latest", "skip"])
    def test_a_stopped_task_is_not_begun(self, office: Office, missed: str) -> None:
        office.made = replace(office.made, missed=missed)
        office.tick("03-02 09:00")
        office.stopped["daily_round"] = "three failed in a row (the engine)"
        assert office.tick("03-03 06:00") == [
            "03-03 06:00 refused (the task is stopped: three failed in a row (the engine))"
        ]
        office.stopped.clear()
        assert office.tick("03-04 06:00") == ["03-04 06:00 queued"]


class TestChanged:
    def test_a_changed_schedule_holds_from_the_change_on(self, office: Office) -> None:
        office.tick("03-02 09:00")
        office.tick("03-03 06:00")
        office.end_run()
        before, office.made = office.made, plan("30 7 * * mon-fri", "NL")
        office.former[ROUND] = before
        # Wednesday's was due by the old one, Thursday's 06:00 by none; nothing of 07:30 is past.
        assert office.tick("03-04 08:00") == [
            "03-04 06:00 missed (its schedule was changed before it ran)",
            "03-04 08:00 begun (30 7 * * mon-fri)",
        ]
        assert office.tick("03-05 07:30") == ["03-05 07:30 queued"]

    def test_at_the_very_moment_of_a_slot_as_well(self, office: Office) -> None:
        office.tick("03-02 09:00")
        office.former[ROUND], office.made = office.made, plan("0 6 * * *")
        assert [line[:18] for line in office.tick("03-03 06:00")] == [
            "03-03 06:00 missed",
            "03-03 06:00 begun ",
        ]
        assert office.tick("03-04 06:00") == ["03-04 06:00 queued"]

    def test_with_a_clock_that_went_back_nothing_is_due_twice(self, office: Office) -> None:
        office.tick("03-02 09:00")
        office.tick("03-05 06:00")
        office.end_run()
        office.former[ROUND], office.made = office.made, plan("0 6 * * *")
        office.tick("03-03 05:00")
        assert office.tick("03-05 07:00") == []
        assert office.tick("03-06 06:00") == ["03-06 06:00 queued"]

    def test_a_schedule_that_is_taken_away_ends_and_may_come_again(self, office: Office) -> None:
        office.tick("03-02 09:00")
        office.former[ROUND], office.made = office.made, replace(plan(ROUND), said="", times=())
        assert office.tick("03-02 10:00") == ["03-02 10:00 begun"]
        assert office.tick("03-09 10:00") == []
        office.made = plan(ROUND)
        assert office.tick("03-11 10:00") == [f"03-11 10:00 begun ({ROUND})"]

    def test_one_that_cannot_be_read_any_more_leaves_nothing_behind(self, office: Office) -> None:
        office.tick("03-02 09:00")
        office.made = plan("06:00 on business days")
        assert office.tick("03-05 09:00") == ["03-05 09:00 begun (06:00 on business days)"]

    def test_a_task_without_a_schedule_is_never_spoken_of(self, office: Office) -> None:
        office.made = replace(plan(ROUND), said="", times=())
        assert office.tick("03-02 09:00") == []
        assert office.store.slots.all() == ()


def test_slots_are_told_with_the_state_of_their_errand(office: Office) -> None:
    office.tick("03-02 09:00")
    office.tick("03-03 06:00")
    office.store.errands.begin("slot/daily_round/2026-03-03T05:00Z", 1)
    assert [row.outcome for row in office.store.slots.all("daily_round")] == ["begun", "running"]
    office.end_run("stopped")
    office.tick("03-04 06:00")
    rows = office.store.slots.all(since=at("03-03 00:00"))
    assert [(row.state, row.outcome) for row in rows] == [
        ("queued", "stopped"),
        ("queued", "queued"),
    ]
    assert office.store.slots.all("another") == ()


def test_a_jump_of_years_is_accounted_for_in_one_go(office: Office) -> None:
    office.made = plan("0 * * * *")
    office.tick("03-02 09:30")
    office.made = replace(office.made, missed="latest")
    rows = account_slots(
        office.table,
        slots=office.store.slots,
        errands=office.store.errands,
        now=at("03-02 09:30") + dt.timedelta(days=365),
    )
    # The hour that the clock leaves out in spring falls on the one after it.
    assert len(rows) == 365 * 24 - 1
    assert [row.state for row in rows].count("queued") == 1
    assert rows[-1].state == "queued"
