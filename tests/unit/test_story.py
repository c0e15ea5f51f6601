"""A run's readable report: what it changed, its control totals, who decided, and each step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from store_cases import allocation, approval, go, line, settled, statement

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.report.html import evidence_page, write_evidence_page
from clerkwork.adapters.report.words import Words
from clerkwork.adapters.store import Store
from clerkwork.app.audits import Sources
from clerkwork.app.audits.story import Story, story_of
from clerkwork.core.approvals import Decision
from clerkwork.core.evidence import SelectorUse
from clerkwork.core.posting import PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.ports import Picture, StepRecord
from clerkwork.testing import MORNING, FixedClock, memory_store

RUN = "20260303-080000-daily_round-0001"
EVIL = "<script>alert(1)</script><a href='javascript:x'>\" onload=x"
WORDS = Words("en_GB", ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(memory_store()) as opened:
        yield opened


@pytest.fixture
def shelf(tmp_path: Path) -> FileEvidence:
    return open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())


def a_run(store: Store, shelf: FileEvidence) -> str:
    """One receipt keyed, that a person decided; its reference."""
    booked = statement([line(9369)])
    store.books.book_statement(booked)
    match, posting = settled(booked.lines[0], allocation("2026-0003", 9369, 9369))
    store.books.record_matches([match], [posting])
    reference = posting.reference
    store.books.move(reference, PostingState.APPROVED, note="decided by els")
    go(store, reference, PostingState.KEYING, PostingState.KEYED, run=RUN)
    store.runs.begin(RUN, "daily_round", MORNING)
    trail = shelf.begin(
        RUN,
        "daily_round",
        {"operator": EVIL},
        {"clerkwork 1": "ab" * 32, "config/x.toml": "cd" * 32},
    )
    selectors = (SelectorUse(name="menu.open_items", written=EVIL),)
    for action, about, totals in (
        ("open items", "", {EVIL: "17,748.87 of 17,748.87"}),
        ("find receipt", reference, {}),
        ("fill receipt", reference, {}),
        ("submit receipt", "", {}),
        ("find receipt", reference, {}),
    ):
        shown = Picture(label=EVIL, image=f"picture {action}".encode())
        gap = Picture(label="Gap", image=b"", gap=EVIL)
        trail.record(
            StepRecord(
                robot="kantoor_erp",
                action=action,
                outcome="ok",
                subject=about,
                credential="kantoor_erp.user",
                page="javascript:alert(1)",
                selectors=selectors,
                totals=totals,
                details={"Debtor": EVIL},
                pictures=(shown, gap),
            )
        )
    trail.close("done", {"keyed": 1})
    store.runs.end(RUN, MORNING, "done", {"keyed": 1}, "")
    return reference


def sources(store: Store, shelf: FileEvidence) -> Sources:
    return Sources(
        shelf=shelf,
        books=store.books,
        approvals=store.approvals,
        outbox=store.outbox,
        runs=store.runs,
        lessons=store.lessons,
        stops=store.stops,
        errands=store.errands,
        history=store.history,
        slots=tuple,
    )


def told(store: Store, shelf: FileEvidence) -> Story:
    return story_of(sources(store, shelf), RUN)


class Links(HTMLParser):
    """Addresses that a page asks for or leads to, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_a_write_is_shown_with_before_after_and_by_whose_word(
    store: Store, shelf: FileEvidence
) -> None:
    reference = a_run(store, shelf)
    (write,) = told(store, shelf).writes
    assert write["about"] == reference
    assert write["before"] == "2026-0003: 93.69 EUR open"
    assert write["after"] == "2026-0003: 0.00 EUR open; keyed"
    assert write["approved by"] == "els"


def test_decisions_that_concern_the_run_are_told_and_no_others(
    store: Store, shelf: FileEvidence
) -> None:
    a_run(store, shelf)
    for id, run in (("a1", f"{RUN}#1"), ("b2", "20260302-080000-x-1#1")):
        item = WorkItem(
            id=id, key=f"trouble/{id}", kind="trouble", title="?", created=MORNING, evidence=run
        )
        store.queue.put(item)
        store.queue.close(id, decision="seen", by="piet")
    asked = approval()
    store.approvals.ask(asked)
    store.approvals.decide(asked.id, Decision(verdict="hold", by="inge", at=MORNING, via="mail"))
    rows = told(store, shelf).decisions.rows
    assert [(row[1], str(row[4])[:2]) for row in rows] == [("piet", "a1")]


def test_nothing_that_a_portal_says_becomes_part_of_the_page(
    store: Store, shelf: FileEvidence, tmp_path: Path
) -> None:
    reference = a_run(store, shelf)
    story = told(store, shelf)
    path = write_evidence_page(
        story.evidence, shelf.examine(RUN), tmp_path / "evidence", WORDS, story
    )
    page = Links(path.read_text("utf-8"))
    assert "script" not in page.tags
    pictures = {file.name for file in (tmp_path / "evidence" / RUN / "pictures").iterdir()}
    assert {link for link in page.links if not link.startswith("#")} == {
        f"pictures/{name}" for name in pictures
    }
    text = "".join(page.text)
    for said in (reference, "17,748.87 of 17,748.87", "els", EVIL, "2026-0003: 93.69 EUR open"):
        assert said in text
    assert "The evidence is sound." in text


def test_what_is_printed_carries_its_pictures(store: Store, shelf: FileEvidence) -> None:
    a_run(store, shelf)
    story = told(store, shelf)
    page = evidence_page(
        story.evidence, shelf.examine(RUN), WORDS, story, lambda file: f"data:image/jpeg,{file}"
    )
    assert "data:image/jpeg,0003-1-" in page
    assert 'loading="lazy"' not in page
