"""What is kept for longer than declared goes, oldest first, and nothing that is needed does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_cases import item

from clerkwork.adapters.store import Store
from clerkwork.app.tidy import Cupboard, LetGo, Memory, Tidied, tidy
from clerkwork.core.calendar import Calendar
from clerkwork.core.evidence import Finding, Kind, Verdict
from clerkwork.core.queue import WorkItem
from clerkwork.core.retention import Kept, Retention, excess, kept_until
from clerkwork.ports import OldRun
from clerkwork.testing import MORNING, FixedClock, memory_store

DAY = dt.timedelta(days=1)


@dataclass
class Shelf:
    name: str = "downloads"
    there: list[Kept] = field(default_factory=list)

    def files(self) -> Iterable[Kept]:
        return tuple(self.there)

    def remove(self, file: Kept) -> None:
        self.there.remove(file)


@dataclass
class Proofs:
    there: list[OldRun] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)
    deleted: list[tuple[str, str, str, str]] = field(default_factory=list)

    def runs(self) -> Iterable[OldRun]:
        return tuple(self.there)

    def examine(self, run: str) -> Verdict:
        words = self.broken.get(run)
        found = (Finding(kind=Kind.ALTERED, words=words),) if words else ()
        return Verdict(run=run, findings=found)

    def remove(self, run: str, found: Verdict, why: str) -> None:
        self.removed[run] = why

    def delete(self, run: str, what: str, why: str, by: str) -> None:
        self.deleted.append((run, what, why, by))


@dataclass
class House:
    store: Store
    clock: FixedClock
    shelf: Shelf = field(default_factory=Shelf)
    proofs: Proofs = field(default_factory=Proofs)

    def ran(
        self,
        run: str,
        ended: dt.datetime,
        *,
        begun: bool = False,
        parts: Mapping[str, int] | None = None,
    ) -> None:
        self.proofs.there.append(
            OldRun(run=run, ended=ended, size=1_000_000, begun=begun, parts=parts or {})
        )

    def tidied(
        self, *, days: int = 30, details: int = 0, pictures: int = 0, dry: bool = False
    ) -> Tidied:
        return tidy(
            cupboards=[Cupboard(room=self.shelf, days=30, megabytes=2)],
            evidence=self.proofs,
            runs=self.store.runs,
            queue=self.store.queue,
            books=self.store.books,
            calendar=Calendar(),
            clock=self.clock,
            retention=Retention(evidence_days=days, details_days=details, pictures_days=pictures),
            by="jansen@desk",
            memories=[Memory(name="paid invoices", dated=self.store.paid_items, days=30)],
            dry=dry,
        )


@pytest.fixture
def house() -> Iterator[House]:
    clock = FixedClock()
    store = memory_store(clock)
    yield House(store, clock)
    store.close()


def test_what_invoices_say_of_debtors_is_forgotten_in_time(house: House) -> None:
    books, one = house.store.books, item("F1", 900)
    books.replace_open_items("erp", [one])
    books.replace_open_items("erp", [])
    house.clock.advance(30 * DAY)
    assert house.tidied().let_go[1] == LetGo(name="paid invoices", count=0, bytes=0)
    house.clock.advance(DAY)
    assert house.tidied(dry=True).let_go[1].count == 1
    assert len(house.store.paid_items.all()) == 1
    assert house.tidied().let_go[1].count == 1
    assert house.store.paid_items.all() == ()


def file(name: str, age: float, size: int = 100) -> Kept:
    return Kept(path=name, size=size, at=MORNING - age * DAY)


class TestFiles:
    def test_what_is_too_old_goes_and_what_is_too_much_goes_oldest_first(
        self, house: House
    ) -> None:
        house.shelf.there = [
            file("new", 1, 1_500_000),
            file("older", 3, 400_000),
            file("middle", 2, 400_000),
            file("old", 31),
        ]
        done = house.tidied()
        assert [one.path for one in house.shelf.there] == ["new", "middle"]
        assert (done.let_go[0].count, done.let_go[0].bytes) == (2, 400_100)

    def test_a_dry_run_says_the_same_and_removes_nothing(self, house: House) -> None:
        house.shelf.there = [file("new", 1), file("old", 31)]
        house.ran("r-1", MORNING - 31 * DAY)
        dry = house.tidied(dry=True)
        assert len(house.shelf.there) == 2
        assert house.proofs.removed == {}
        assert house.tidied() == dry

    @given(
        st.lists(st.tuples(st.integers(0, 100), st.integers(0, 3_000_000)), max_size=20),
        st.integers(1, 100),
        st.integers(1, 5),
    )
    def test_what_stays_is_young_enough_fits_and_is_younger_than_all_that_goes(
        self, made: Sequence[tuple[int, int]], days: int, megabytes: int
    ) -> None:
        files = [file(str(n), age, size) for n, (age, size) in enumerate(made)]
        gone = excess(files, MORNING, days, megabytes)
        stays = [one for one in files if one not in gone]
        assert all(one.at >= MORNING - days * DAY for one in stays)
        assert sum(one.size for one in stays) <= megabytes * 1_000_000
        assert not stays or all(one.at <= min(s.at for s in stays) for one in gone)
        # Nothing went for nothing.
        if gone and gone[-1].at >= MORNING - days * DAY:
            assert sum(one.size for one in (*stays, gone[-1])) > megabytes * 1_000_000


class TestEvidence:
    def test_whole_runs_go_when_their_time_is_up(self, house: House) -> None:
        house.ran("old", MORNING - 31 * DAY)
        house.ran("young", MORNING - 30 * DAY)
        done = house.tidied()
        assert done.runs == ("old",)
        assert house.proofs.removed == {
            "old": "by retention, which was declared as 30 days after a run's end"
        }

    def test_by_law_nothing_goes_before_seven_full_years(self, house: House) -> None:
        house.ran("2018", dt.datetime(2018, 12, 31, 22, 59, tzinfo=dt.UTC))
        # A quarter past midnight in Amsterdam: already the next year.
        house.ran("2019", dt.datetime(2018, 12, 31, 23, 15, tzinfo=dt.UTC))
        assert house.tidied(days=0).runs == ("2018",)

    def test_one_that_a_decision_waits_for_stays(self, house: House) -> None:
        house.ran("old", MORNING - 31 * DAY)
        item = WorkItem(
            id="a", key="a", kind="posting", title="", created=MORNING, evidence="old#7"
        )
        house.store.queue.put(item)
        (spared,) = house.tidied().spared
        assert spared.why == "something that waits for a decision points at it"
        house.store.queue.close("a", decision="seen", by="ann")
        assert house.tidied().runs == ("old",)

    def test_one_that_has_not_ended_stays(self, house: House) -> None:
        house.ran("old", MORNING - 31 * DAY)
        house.store.runs.begin("old", "daily_round", MORNING - 31 * DAY)
        assert [one.why for one in house.tidied().spared] == [
            "the journal says that it has not ended"
        ]

    @pytest.mark.parametrize("begun", [False, True])
    def test_one_that_does_not_hold_stays_also_where_somebody_wrote_that_it_was_removed(
        self, house: House, begun: bool
    ) -> None:
        house.ran("old", MORNING - 31 * DAY, begun=begun)
        house.proofs.broken["old"] = "step 3 was altered"
        (spared,) = house.tidied().spared
        assert spared.why == "it does not hold: step 3 was altered"
        assert house.proofs.removed == {}


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)))
def test_the_legal_term_is_seven_full_years_after_the_year(day: dt.date) -> None:
    until = kept_until(day, 0)
    assert (until.month, until.day) == (12, 31)
    assert 7 * 365 <= (until - day).days <= 8 * 366


@pytest.mark.parametrize("name", ["log_days", "downloads_mb", "evidence_days"])
def test_a_term_that_cannot_be_meant_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is -1"):
        Retention(**{name: -1})


class TestDetailsAndPictures:
    """They go before the rest of a run, by days of their own."""

    PARTS: ClassVar[Mapping[str, int]] = {"details": 4_000, "pictures": 900_000}

    def test_each_goes_when_its_own_time_is_over(self, house: House) -> None:
        house.ran("r-old", MORNING - 20 * DAY, parts=self.PARTS)
        house.ran("r-new", MORNING - 8 * DAY, parts=self.PARTS)
        done = house.tidied(details=7, pictures=14)
        why = "by retention, which was declared as {} days after a run's end"
        assert house.proofs.deleted == [
            ("r-old", "details", why.format(7), "jansen@desk"),
            ("r-old", "pictures", why.format(14), "jansen@desk"),
            ("r-new", "details", why.format(7), "jansen@desk"),
        ]
        assert done.deleted == (("details", "r-old"), ("pictures", "r-old"), ("details", "r-new"))
        told = {one.name: (one.count, one.bytes) for one in done.let_go}
        assert told["details of evidence"] == (2, 8_000)
        assert told["pictures of evidence"] == (1, 900_000)
        assert done.runs == ()

    def test_by_default_they_stay_as_long_as_the_evidence(self, house: House) -> None:
        house.ran("r-old", MORNING - 29 * DAY, parts=self.PARTS)
        assert house.tidied().deleted == ()

    def test_a_dry_run_says_the_same_and_deletes_nothing(self, house: House) -> None:
        house.ran("r-old", MORNING - 20 * DAY, parts=self.PARTS)
        dry = house.tidied(details=7, dry=True)
        assert house.proofs.deleted == []
        assert house.tidied(details=7) == dry

    def test_what_is_gone_already_is_not_deleted_again(self, house: House) -> None:
        house.ran("r-old", MORNING - 20 * DAY, parts={"details": 0, "pictures": 0})
        assert house.tidied(details=7, pictures=7).deleted == ()

    def test_of_a_run_that_does_not_hold_nothing_goes(self, house: House) -> None:
        house.ran("r-old", MORNING - 20 * DAY, parts=self.PARTS)
        house.proofs.broken["r-old"] = "steps.jsonl, line 2: step 2 was altered"
        done = house.tidied(details=7)
        assert (done.deleted, [one.run for one in done.spared]) == ((), ["r-old"])

    def test_of_a_run_whose_whole_time_is_over_all_goes_at_once(self, house: House) -> None:
        house.ran("r-old", MORNING - 40 * DAY, parts=self.PARTS)
        done = house.tidied(details=7)
        assert (done.deleted, done.runs) == ((), ("r-old",))
