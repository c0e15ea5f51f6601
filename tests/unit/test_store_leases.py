"""A lease is held once, whatever its holders do; and what a holder slept through, it can tell."""

from __future__ import annotations

import datetime as dt

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from store_cases import Stores, emptied

from clerkwork.adapters.store import Store
from clerkwork.testing import FixedClock

pytest_plugins = ["store_fixtures"]

SECONDS = 30.0
LOGIN = "login 1f3a"
HOLDERS = ("ann", "bob", "cas")


class Held(RuleBasedStateMachine):
    """Three holders that know only what the store told them, and a database's clock that moves."""

    def __init__(self, store: Store, ticks: FixedClock) -> None:
        super().__init__()
        self.ticks = ticks
        self.store = emptied(store)
        self.known: dict[str, tuple[int, dt.datetime]] = {}
        """By holder: the epoch it was given, and until when it may believe that it holds it."""
        self.given_up: set[int] = set()
        self.taken_away: set[int] = set()
        self.epoch = 0

    def believers(self) -> list[str]:
        now = self.ticks.now()
        return [
            who
            for who, (epoch, until) in self.known.items()
            if until > now and epoch not in self.given_up | self.taken_away
        ]

    @rule(who=st.sampled_from(HOLDERS))
    def take(self, who: str) -> None:
        free = not self.believers()
        epoch = self.store.leases.take(
            LOGIN, shown="the login", holder=who, worker=f"{who}'s process", seconds=SECONDS
        )
        assert (epoch is not None) == free
        if epoch is not None:
            assert epoch > self.epoch, "an epoch only grows"
            self.epoch = epoch
            self.known[who] = (epoch, self.ticks.now() + dt.timedelta(seconds=SECONDS))

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(sorted(self.known)))
        epoch, _ = self.known[who]
        renewed = self.store.leases.renew(LOGIN, epoch, SECONDS)
        gone = self.given_up | self.taken_away
        assert renewed == (epoch == self.epoch and epoch not in gone)
        if renewed:
            self.known[who] = (epoch, self.ticks.now() + dt.timedelta(seconds=SECONDS))

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(sorted(self.known)))
        epoch, _ = self.known[who]
        released = self.store.leases.release(LOGIN, epoch)
        gone = self.given_up | self.taken_away
        assert released == (epoch == self.epoch and epoch not in gone)
        self.given_up.add(epoch)

    @precondition(lambda self: self.known)
    @rule(dead=st.booleans())
    def seize(self, dead: bool) -> None:
        lease = self.store.leases.get(LOGIN)
        assert lease is not None
        seized = self.store.leases.seize(LOGIN, lease.epoch, dead=dead)
        assert seized == (dead or not self.believers())
        if seized:
            self.taken_away.add(self.epoch)
            self.epoch = lease.epoch + 1

    @rule(seconds=st.sampled_from([1, 10, 29, 30, 31, 3600]))
    def pass_time(self, seconds: int) -> None:
        self.ticks.advance(dt.timedelta(seconds=seconds))

    @invariant()
    def never_two(self) -> None:
        assert len(self.believers()) <= 1

    @invariant()
    def the_store_says_what_its_holder_believes(self) -> None:
        lease = self.store.leases.get(LOGIN)
        if lease is not None:
            assert lease.epoch == self.epoch
            assert lease.held == bool(self.believers())


def test_a_lease_is_held_once(stores: Stores) -> None:
    ticks = FixedClock()
    store = stores(ticks=ticks)

    class Here(Held):
        def __init__(self) -> None:
            super().__init__(store, ticks)

    run_state_machine_as_test(
        Here,
        settings=settings(max_examples=40, stateful_step_count=30, deadline=None),
    )
