"""Pictures are read beside the engine, by a process of its own; what they showed goes with them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_picture_words import a_table

from clerkwork.adapters.evidence import FileEvidence
from clerkwork.adapters.wordindex import WordIndex
from clerkwork.app.office import Office
from clerkwork.bootstrap.auditing import index_pictures, is_behind, read_beside, search
from clerkwork.bootstrap.office import open_office
from clerkwork.bootstrap.tidying import tidy_up
from clerkwork.demo.places import own_keys
from clerkwork.errors import SetupError
from clerkwork.ports import Picture, StepRecord
from clerkwork.workspace import Workspace, make_workspace

RUN, OTHER = "20260303-080000-fetch_ledger-0001", "20260303-080000-fetch_ledger-0002"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Workspace, Office]]:
    for name, value in own_keys(tmp_path).items():
        monkeypatch.setenv(name, value)
    make_workspace(tmp_path / "office")
    with open_office(tmp_path / "office") as (place, office):
        yield place, office


def ran(office: Office, run: str, *, over: bool = True) -> None:
    now = office.clock.now()
    office.runs.begin(run, "fetch_ledger", now)
    trail = office.evidence.begin(run, "fetch_ledger")
    shown = Picture(label="open items", image=a_table())
    trail.record(
        StepRecord(robot="kantoor_erp", action="open items", outcome="ok", pictures=(shown,))
    )
    if over:
        trail.close("done", {})
        office.runs.end(run, now, "done", {}, "")


def found(place: Workspace, words: str) -> list[str]:
    return [hit.run for hit in search(place.root, words, None, None)[1].hits]


def test_after_a_run_its_pictures_are_read_by_a_process_of_its_own(
    opened: tuple[Workspace, Office],
) -> None:
    place, office = opened
    assert not is_behind(place, office)
    ran(office, RUN)
    ran(office, OTHER, over=False)
    assert is_behind(place, office)
    assert read_beside(place, threading.Event()) == ""
    assert not is_behind(place, office)
    # The same picture of a run under way was read already, with that of the other one.
    assert found(place, "2026-0009") == [RUN, OTHER]


def test_it_ends_with_the_engine_and_goes_on_later(opened: tuple[Workspace, Office]) -> None:
    place, office = opened
    ran(office, RUN)
    ending = threading.Event()
    ending.set()
    assert read_beside(place, ending) == ""
    assert read_beside(place, threading.Event()) == ""
    assert found(place, "5.484,68") == [RUN]


def test_two_do_not_read_at_once(opened: tuple[Workspace, Office]) -> None:
    place, office = opened
    ran(office, RUN)

    def progress(*_: object) -> None:
        with pytest.raises(SetupError, match="The file of what pictures show is in use"):
            index_pictures(place.root, anew=False, gently=False, progress=lambda *_: None)

    done, _ = index_pictures(place.root, anew=False, gently=False, progress=progress)
    assert done.read == 1


def test_tidying_forgets_what_a_picture_showed_whose_details_are_gone(
    opened: tuple[Workspace, Office],
) -> None:
    place, office = opened
    ran(office, RUN)
    index_pictures(place.root, anew=False, gently=False, progress=lambda *_: None)
    assert isinstance(office.evidence, FileEvidence)
    (office.evidence.folder(RUN) / "details.jsonl").unlink()
    assert found(place, "2026-0009") == []
    tidy_up(place.root, dry=True)
    assert len(WordIndex(place.output / "picture-words.db").all()) == 1
    tidy_up(place.root, dry=False)
    assert WordIndex(place.output / "picture-words.db").all() == ()


def test_what_a_picture_showed_is_forgotten_with_the_picture(
    opened: tuple[Workspace, Office],
) -> None:
    place, office = opened
    ran(office, RUN)
    index_pictures(place.root, anew=False, gently=False, progress=lambda *_: None)
    assert isinstance(office.evidence, FileEvidence)
    office.evidence.delete(RUN, "pictures", "by retention", "els")
    tidy_up(place.root, dry=False)
    assert WordIndex(place.output / "picture-words.db").all() == ()
