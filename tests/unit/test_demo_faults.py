"""Troubles strike when they are told to, and a seed brings the same bad day each time."""

from __future__ import annotations

import pytest

from clerkwork.demo.faults import Fault, Faults
from clerkwork.demo.weather import bad_day

SEEDS = range(200)


def struck_at(fault: Fault, requests: int = 30) -> list[int]:
    faults = Faults()
    faults.add(fault)
    return [at for at in range(requests) if faults.strike(fault.portal, "/posten.asp")]


def test_every_tenth_request_from_the_fourth_on_is_struck() -> None:
    assert struck_at(Fault(portal="kantoor", kind="slow", after=3, every=10)) == [3, 13, 23]


def test_one_trouble_at_the_seventh_request_is_over_after_it() -> None:
    assert struck_at(Fault(portal="kantoor", kind="500", after=6, times=1)) == [6]


@pytest.mark.parametrize("times", [{"after": -1}, {"every": 0}])
def test_a_moment_that_never_comes_is_refused(times: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected 0 and 1"):
        Fault(
            portal="kantoor", kind="slow", after=times.get("after", 0), every=times.get("every", 1)
        )


def test_a_seed_brings_the_same_bad_day_each_time_and_another_seed_another() -> None:
    assert bad_day(7) == bad_day(7)
    assert len({bad_day(seed) for seed in SEEDS}) == len(SEEDS)


def test_every_bad_day_has_each_trouble_and_every_tenth_request_slow() -> None:
    for seed in SEEDS:
        day = bad_day(seed)
        assert {fault.kind for fault in day} == {"slow", "500", "expired", "maintenance", "cut"}
        assert [fault.every for fault in day if fault.kind == "slow"] == [10, 10]
        assert any(fault.match == "^/export" for fault in day if fault.kind == "cut")
