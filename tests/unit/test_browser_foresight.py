"""Readings that are asked along because they came next the last time: spared, but never stale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clerkwork.adapters.browser.foresight import Foresight

CLICK = ("aim", {"frames": ["werk"], "finders": ["Zoeken"], "wait": 0})
SETTLE = ("settle", {"wait": 50})
FOUND = ("any", {"groups": ["found", "none"], "wait": 250})
ROWS = ("table", {"finders": ["tr"], "wait": 0})
OPEN = ("look", {"finders": ["Openstaand"], "wait": 0})

Asked = tuple[str, Mapping[str, object]]


@dataclass
class Page:
    """Counts the round trips, and shows what it showed at each."""

    foresight: Foresight = field(default_factory=Foresight)
    shows: str = ""
    hides: frozenset[str] = frozenset()
    """Readings for which there is nothing."""
    trips: list[str] = field(default_factory=list)

    def ask(self, asked: Asked, *also: Asked, window: str = "main") -> str:
        op, request = asked
        known = self.foresight.recall(window, op, request)
        if known is None:
            along = []
            for next_op, _ in self.foresight.along(also):
                if next_op in self.hides:
                    break
                along.append({"shown": self.shows})
            self.trips.append(op)
            self.foresight.hear(along)
            return self.shows
        return str(known["shown"])

    def click(self) -> None:
        self.ask(CLICK)
        self.foresight.acted()
        self.ask(SETTLE)

    def search(self) -> None:
        self.click()
        self.ask(FOUND)
        self.ask(ROWS)


def test_what_came_next_the_last_time_is_asked_along() -> None:
    page = Page()
    page.search()
    assert page.trips == ["aim", "settle", "any", "table"]
    page.trips.clear()
    page.search()
    assert page.trips == ["aim", "settle"]


def test_an_answer_is_of_the_page_as_it_was_after_the_last_act() -> None:
    page = Page()
    page.search()
    page.shows = "R-17"
    page.click()
    assert (page.ask(FOUND), page.ask(ROWS)) == ("R-17", "R-17")


def test_an_answer_serves_once() -> None:
    page = Page()
    page.search()
    page.search()
    page.shows = "R-18"
    assert (page.ask(FOUND), page.ask(ROWS)) == ("R-18", "R-18")


def test_an_act_ends_what_was_foreseen() -> None:
    page = Page()
    page.search()
    page.click()
    page.shows = "after the act"
    page.foresight.acted()
    assert page.ask(FOUND) == "after the act"


def test_whatever_is_asked_of_another_window_ends_it_too() -> None:
    page = Page()
    page.search()
    page.click()
    page.shows = "after the pop-up"
    page.ask(("fill", {"finders": ["Bedrag"]}), window="popup")
    assert page.ask(FOUND) == "after the pop-up"


def test_what_is_not_there_yet_is_asked_for_in_its_turn() -> None:
    page = Page()
    page.search()
    page.hides = frozenset({"table"})
    page.trips.clear()
    page.search()
    assert page.trips == ["aim", "settle", "table"]


def test_a_reading_of_another_thing_is_asked_for() -> None:
    page = Page()
    page.search()
    page.click()
    page.shows = "another"
    assert page.ask(OPEN) == "another"


def test_who_knows_what_is_next_says_so() -> None:
    page = Page()
    page.ask(FOUND, OPEN)
    page.ask(OPEN)
    assert page.trips == ["any"]


def test_what_is_never_used_is_not_asked_along_any_more() -> None:
    page = Page()
    page.search()
    for _ in range(3):
        page.click()
    page.ask(CLICK)
    page.foresight.acted()
    page.foresight.recall("main", *SETTLE)
    assert page.foresight.along() == []


def test_what_is_wanted_again_is_asked_along_again() -> None:
    page = Page()
    page.search()
    for _ in range(3):
        page.click()
    page.search()
    page.trips.clear()
    page.search()
    assert page.trips == ["aim", "settle"]


def test_a_reading_that_follows_on_itself_is_asked_along_once() -> None:
    page = Page()
    for _ in range(3):
        page.click()
        page.ask(FOUND)
        page.ask(FOUND)
    page.foresight.recall("main", *SETTLE)
    assert [op for op, _ in page.foresight.along()].count("any") <= 1


AMOUNT = ("fill", {"frames": [], "finders": ["Bedrag"], "wait": 0, "text": "12,50"})
NEXT_AMOUNT = ("fill", {**AMOUNT[1], "text": "99,00"})
COVER = ("mask", {"secrets": ["geheim"], "longest": 4000})


def covered_along(page: Page) -> list[str]:
    """Fill the field again; what was asked along with it."""
    page.foresight.acted()
    page.foresight.recall("main", *NEXT_AMOUNT)
    return [op for op, _ in page.foresight.along()]


def test_a_page_is_covered_along_with_the_act_that_a_picture_followed_on() -> None:
    page = Page()
    page.ask(AMOUNT)
    page.ask(COVER)
    assert covered_along(page) == ["mask"]
    page.foresight.hear([{"shown": "covered"}])
    assert page.foresight.recall("main", *COVER) == {"shown": "covered"}


def test_a_secret_that_is_new_is_not_covered_by_what_was_foreseen() -> None:
    page = Page()
    page.ask(AMOUNT)
    page.ask(COVER)
    covered_along(page)
    page.foresight.hear([{"shown": "covered"}])
    more = {**COVER[1], "secrets": ["geheim", "nieuw"]}
    assert page.foresight.recall("main", "mask", more) is None


def test_what_is_read_after_an_act_is_asked_for_and_no_act_is_foreseen() -> None:
    page = Page()
    for _ in range(2):
        page.ask(AMOUNT)
        page.ask(FOUND)
        page.ask(("choose", {"frames": [], "finders": ["Dagboek"], "option": "Bank"}))
    assert covered_along(page) == []
    page.foresight.recall("main", *FOUND)
    assert page.foresight.along() == []


def test_nothing_is_asked_along_once_the_page_is_covered() -> None:
    page = Page()
    page.search()
    page.ask(COVER)
    page.ask(OPEN)
    page.trips.clear()
    page.search()
    page.ask(COVER)
    page.ask(OPEN)
    assert page.trips == ["aim", "settle", "look"]


def test_a_cover_that_is_never_used_is_not_asked_along_any_more() -> None:
    page = Page()
    page.ask(AMOUNT)
    page.ask(COVER)
    for _ in range(3):
        page.ask(NEXT_AMOUNT)
    assert covered_along(page) == []
