"""Steps are found by record, details, picture and books; what was deleted is found no more."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from store_cases import allocation, approval, line, settled, statement

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.store import Store
from clerkwork.adapters.wordindex import WordIndex
from clerkwork.app.look_through import Looked, look_through
from clerkwork.app.read_pictures import PicturesRead, forget_words, read_pictures
from clerkwork.core.evidence import digest
from clerkwork.core.seeking import query_of
from clerkwork.errors import PageTimeout, StoreError
from clerkwork.ports import Picture, StepRecord
from clerkwork.testing import FixedClock, memory_store

FIRST, SECOND = "20260303-080000-daily_round-0001", "20260304-080000-daily_round-0002"


@dataclass
class Archive:
    """Evidence on a disk, whose pictures say in their bytes what they show."""

    folder: Path
    store: Store
    clock: FixedClock
    words: WordIndex
    shelf: FileEvidence
    looked_at: list[bytes] = field(default_factory=list)

    def run(self, run: str, *steps: StepRecord, over: bool = True) -> None:
        trail = self.shelf.begin(run, "daily_round")
        for step in steps:
            trail.record(step)
        if over:
            trail.close("done", {})

    def look(self, words: str, since: dt.datetime | None = None) -> Looked:
        return look_through(
            query_of(words),
            shelf=self.shelf,
            words=self.words,
            books=self.store.books,
            approvals=self.store.approvals,
            outbox=self.store.outbox,
            since=since,
        )

    def found(self, words: str) -> list[tuple[str, int, str]]:
        return [(hit.run, hit.step, hit.where) for hit in self.look(words).hits]

    def read(self, *, under_way: str = "", only: int = 99) -> PicturesRead:
        def shown(picture: bytes) -> str:
            self.looked_at.append(picture)
            if picture == b"white noise":
                raise PageTimeout("Reading a picture took longer than 60 s.")
            return picture.decode()

        before = len(self.looked_at)
        return read_pictures(
            shelf=self.shelf,
            words=self.words,
            read=shown,
            is_over=lambda run: run != under_way,
            now=self.clock.now,
            ending=lambda: len(self.looked_at) - before >= only,
        )


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    clock = FixedClock()
    with (
        closing(memory_store(clock)) as store,
        closing(WordIndex(tmp_path / "words.db")) as words,
    ):
        shelf = open_evidence(tmp_path / "evidence", tmp_path / "keys", clock)
        yield Archive(tmp_path, store, clock, words, shelf)


def step(
    action: str, subject: str = "", *shown: str, details: dict[str, str] | None = None
) -> StepRecord:
    return StepRecord(
        robot="kantoor_erp",
        action=action,
        outcome="ok",
        subject=subject,
        details=details or {},
        pictures=tuple(Picture(label=action, image=text.encode()) for text in shown),
    )


def test_record_details_and_picture_are_looked_into(archive: Archive) -> None:
    archive.run(
        FIRST,
        step("find invoice", "2026-0412"),
        step("find debtor", details={"Debtor": "10012 Renée Brouwer", "Paid": "1.250,00"}),
        step("open items", "", "Stuknr 2O26-O412 10012", "nothing of it"),
    )
    archive.read()
    assert archive.found("2026-0412") == [(FIRST, 1, "record"), (FIRST, 3, "picture")]
    assert archive.found("renee 1250.00") == [(FIRST, 2, "details")]
    hit = archive.look("2026-0412").hits[1]
    assert hit.words == "Stuknr 2O26-O412 10012"
    assert (archive.shelf.folder(FIRST) / "pictures" / hit.picture).read_text() == hit.words


def test_a_step_about_a_posting_is_found_by_what_it_pays(archive: Archive) -> None:
    paid = statement([line(9369)])
    archive.store.books.book_statement(paid)
    match, posting = settled(paid.lines[0], allocation("2026-0003", 9369, 9369))
    archive.store.books.record_matches([match], [posting])
    asked = approval()
    archive.store.approvals.ask(asked)
    archive.run(
        FIRST,
        step("fill receipt", posting.reference),
        step("fill decision", asked.order.number),
        step("fill receipt", "CW-ANOTHER"),
    )
    assert archive.found("2026-0003") == [(FIRST, 1, "books")]
    assert archive.found("93,69") == [(FIRST, 1, "books")]
    assert archive.found(asked.order.number) == [(FIRST, 2, "record")]
    assert posting.reference in archive.look("2026-0003").hits[0].words


def test_what_was_deleted_is_found_no_more(archive: Archive) -> None:
    archive.run(FIRST, step("find debtor", "", "Renée Brouwer", details={"Who": "Brouwer"}))
    archive.run(SECOND, step("find debtor", "", "Renée Brouwer lives"))
    archive.read()
    (archive.shelf.folder(FIRST) / "details.jsonl").unlink()
    assert archive.found("brouwer") == [(SECOND, 1, "picture")]
    assert forget_words(archive.shelf, archive.words) == 1
    assert archive.words.all() == (digest("Renée Brouwer lives".encode()),)


def test_nothing_of_what_was_forgotten_is_left_on_the_disk(archive: Archive) -> None:
    archive.run(FIRST, step("find debtor", "", *(f"Zwanenburg {n}" for n in range(50))))
    archive.read()
    archive.shelf.remove(FIRST, archive.shelf.examine(FIRST), "by retention")
    assert forget_words(archive.shelf, archive.words) == 50
    archive.words.close()
    left = b"".join(path.read_bytes() for path in archive.folder.glob("words.db*"))
    assert b"wanenburg" not in left
    assert b"enb" not in left


def test_each_picture_is_read_once_and_whoever_is_stopped_goes_on(archive: Archive) -> None:
    same = "the same page"
    archive.run(FIRST, step("open items", "", same, "a"), step("open items", "", same, "b"))
    archive.run(SECOND, step("open items", "", same, "c"))
    assert archive.read(only=2).read == 2
    assert archive.look("page").unread == 2
    assert archive.read().read == 2
    assert archive.read().read == 0
    assert sorted(archive.looked_at) == [b"a", b"b", b"c", same.encode()]
    assert archive.look("page").unread == 0


def test_a_run_that_is_under_way_is_read_when_it_is_over(archive: Archive) -> None:
    archive.run(FIRST, step("open items", "", "page"), over=False)
    assert archive.read(under_way=FIRST).read == 0
    assert archive.look("page").unread == 1
    assert archive.read().read == 1
    assert archive.found("page") == [(FIRST, 1, "picture")]


def test_what_cannot_be_read_is_told_and_not_tried_for_ever(archive: Archive) -> None:
    archive.run(FIRST, step("open items", "", "white noise", "page"))
    done = archive.read()
    assert done.read == 2
    assert [FIRST in told and "longer than 60 s" in told for told in done.unreadable] == [True]
    assert archive.read().unreadable == ()


def test_an_altered_picture_is_not_taken_for_the_recorded_one(archive: Archive) -> None:
    archive.run(FIRST, step("open items", "", "page"))
    for path in (archive.shelf.folder(FIRST) / "pictures").iterdir():
        path.write_bytes(b"2026-9999")
    archive.read()
    assert archive.found("2026-9999") == []


def test_a_record_that_cannot_be_read_is_told_and_not_passed_over(archive: Archive) -> None:
    archive.run(FIRST, step("find", "2026-0412", details={"Who": "Brouwer"}), step("find", "A"))
    archive.run(SECOND, step("find", "2026-0412"))
    steps = archive.shelf.folder(FIRST) / "steps.jsonl"
    steps.write_bytes(steps.read_bytes().replace(b'"2026-0412"', b"2026-0412!"))
    details = archive.shelf.folder(FIRST) / "details.jsonl"
    details.write_bytes(details.read_bytes().replace(b'{"details"', b'{"det', 1))
    (archive.shelf.folder(SECOND) / "steps.jsonl").unlink()
    looked = archive.look("2026-0412")
    assert looked.hits == ()
    first, second = looked.amiss
    assert first.startswith(f"{FIRST}: steps.jsonl, line 1; details.jsonl, line 1 cannot be read")
    assert second.startswith(f"{SECOND}: steps.jsonl cannot be read")


def test_what_a_crash_left_half_written_is_no_record(archive: Archive) -> None:
    archive.run(FIRST, step("find", "2026-0412"), over=False)
    steps = archive.shelf.folder(FIRST) / "steps.jsonl"
    steps.write_bytes(steps.read_bytes() + b'{"step":2,"act')
    assert archive.look("2026-0412").amiss == ()


def test_steps_of_other_days_are_left_out(archive: Archive) -> None:
    archive.run(FIRST, step("find invoice", "2026-0412"))
    archive.clock.advance(dt.timedelta(days=1))
    border = archive.clock.now()
    archive.run(SECOND, step("find invoice", "2026-0412"))
    assert [hit.run for hit in archive.look("2026-0412", since=border).hits] == [SECOND]


def test_the_words_are_for_their_owner_alone(archive: Archive) -> None:
    archive.run(FIRST, step("open items", "", "page"))
    archive.read()
    assert stat.S_IMODE((archive.folder / "words.db").stat().st_mode) == 0o600


def test_a_damaged_file_says_what_to_do(archive: Archive) -> None:
    (archive.folder / "words.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="audit index"):
        archive.found("page")
    archive.words.forget()
    archive.run(FIRST, step("open items", "", "page"))
    archive.read()
    assert archive.found("page") == [(FIRST, 1, "picture")]


def test_words_are_folded_anew_by_a_release_that_folds_otherwise(archive: Archive) -> None:
    archive.run(FIRST, step("open items", "", "2026-0412"))
    archive.read()
    with archive.words._told() as database:
        database.execute("DELETE FROM looks")
        database.execute("UPDATE meta SET value = 'of before'")
    archive.words.close()
    assert archive.found("2026-0412") == [(FIRST, 1, "picture")]
