"""Each message that goes, or is refused, has a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from back_desk import Desk, Trail, open_desk
from store_cases import reminder

from clerkwork.app.run import Run
from clerkwork.app.witness import Witness
from clerkwork.errors import MessageRefused
from clerkwork.testing import RecordingChannel


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    yield desk
    desk.store.close()


def of(desk: Desk, trail: Trail, channel: RecordingChannel) -> Run:
    office = replace(desk.office, channels={"mail": channel})
    return Run(office, id=trail.run, trail=trail, progress=lambda *_: None)


def test_what_a_channel_says_is_deletable_and_stands_in_no_record(desk: Desk) -> None:
    said = "550 5.1.1 <renee.brouwer@example.test>: no such user"
    trail = Trail(run="run-1", task="test")
    run = of(desk, trail, RecordingChannel(fault=MessageRefused(said)))
    with pytest.raises(MessageRefused):
        Witness(run).channels()["mail"].send(reminder())
    (step,) = trail.steps
    assert (step.outcome, step.details["error"]) == ("MessageRefused", said)
    assert "brouwer" not in str(replace(step, details={}))
