"""Leases held for a run: taken, renewed by a thread of their own, and surely ours or lost."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager

from loguru import logger

from clerkwork.adapters.holding.awake import awake
from clerkwork.adapters.holding.processes import end_browsers, is_dead, this_process, told
from clerkwork.core.complaint import Complaint
from clerkwork.errors import HeldElsewhere, LeaseLost, SetupError, StoreError, StoreGone
from clerkwork.ports import Ending, Lease, Leases

__all__ = ["HeldLeases"]

SECONDS = 30.0
"""For which a lease is taken; it is renewed every third of that."""
_LEFT = 5.0
"""Seconds that must be left of every lease for an act that counts: longer than a click takes."""
_AGAIN = 1.0
"""Seconds after which a renewal that the store did not answer is tried again."""
_NONE = -1
"""The epoch of what is lost."""
_LOOK_EVERY = 0.25
"""Seconds between two tries to take what another holds."""


class HeldLeases:
    """Fulfils `clerkwork.ports.Holding`: what this process holds, for one run at a time.

    `held` (lease → epoch) is kept up for the store's gate. With a `patience` (seconds) nobody
    waits at a desk: what another holds is waited for so long, and may then be tried again.
    `check` raises `StoreGone` where the store is no longer the one that the leases are held in.
    """

    def __init__(
        self,
        leases: Leases,
        held: MutableMapping[str, int],
        *,
        holder: str,
        patience: float = 0.0,
        seconds: float = SECONDS,
        clock: Callable[[], float] | None = None,
        pause: Callable[[float], None] = time.sleep,
        threads: bool = True,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._leases = leases
        self._held = held
        self._holder = holder
        self._patience = patience
        self._seconds = seconds
        self._clock = clock or awake()
        self._complaint = Complaint()
        self._pause = pause
        self._check = check
        self._worker = this_process()
        self._until: dict[str, float] = {}
        """By lease: until when it is surely ours, by our clock."""
        self._shown: dict[str, str] = {}
        self._guard = threading.RLock()
        self._lost = ""
        self._on_loss: list[Callable[[], object]] = []
        self._threads = threads
        self._over: threading.Event | None = None

    def on_loss(self, act: Callable[[], object]) -> None:
        """Called at once, from another thread, when a lease is lost."""
        self._on_loss.append(act)

    @contextmanager
    def hold(self, name: str, shown: str, *, patience: float = 0.0) -> Iterator[None]:
        with self._held_one((name,), shown, max(patience, self._patience)):
            yield

    @contextmanager
    def hold_one(self, names: Sequence[str], shown: str) -> Iterator[None]:
        """Hold whichever of several is free, as `hold` does."""
        with self._held_one(names, shown, self._patience):
            yield

    @contextmanager
    def _held_one(self, names: Sequence[str], shown: str, patience: float) -> Iterator[None]:
        self._raise_loss()
        name, epoch = self._take(names, shown, patience)
        try:
            yield
        finally:
            self._give_up(name, epoch)

    def sure(self) -> None:
        self._raise_loss()
        self._check()
        with self._guard:
            now = self._clock()
            for name, until in self._until.items():
                if until - now < _LEFT:
                    raise LeaseLost(self._told_loss(name))

    def ending(self, run: str) -> Ending:
        lease = self._leases.get(f"run {run}")
        if lease is None:
            return Ending(sure=False)
        if lease.until is not None and self._is_buried(lease):
            self._leases.seize(lease.name, lease.epoch, dead=True)
            lease = self._leases.get(lease.name) or lease
        return Ending(sure=lease.until is None, seconds=lease.idle)

    def is_at_work(self, run: str) -> bool:
        lease = self._leases.get(f"run {run}")
        return lease is not None and lease.held and not is_dead(lease.worker)

    def is_over(self, run: str) -> bool:
        lease = self._leases.get(f"run {run}")
        if lease is None or lease.until is None:
            return True
        buried = self._is_buried(lease)
        if lease.held and not buried:
            return False
        return self._leases.seize(lease.name, lease.epoch, dead=buried)

    @staticmethod
    def _is_buried(lease: Lease) -> bool:
        """Whether a holder is surely dead, and no browser of it is left."""
        return is_dead(lease.worker) and end_browsers(lease.worker) is not None

    def renew(self) -> bool:
        """Renew everything once; False where the store did not answer."""
        lost: dict[str, list[str]] = {}
        with self._guard:
            names = dict(self._held)
        for name, epoch in names.items():
            # Counted from before it was asked for: the database's time begins no earlier.
            begun = self._clock()
            try:
                renewed = self._leases.renew(name, epoch, self._seconds)
            except StoreGone:
                with self._guard:
                    self._lose(name)
                continue
            except StoreError as error:
                lost.setdefault(str(error), []).append(name)
                continue
            with self._guard:
                if self._held.get(name) != epoch:
                    continue
                if renewed:
                    self._until[name] = begun + self._seconds
                else:
                    self._lose(name)
        self.look()
        for cause, failed in lost.items():
            if said := self._complaint.failed(cause, self._clock()):
                logger.warning("{} could not be renewed: {}", ", ".join(failed), said)
        if names and not lost and (said := self._complaint.over(self._clock())):
            logger.info("what is held was renewed: {}", said)
        return not lost

    def look(self) -> float:
        """Lose what could not be renewed in time; seconds until the next of them would be."""
        with self._guard:
            now = self._clock()
            for name, until in list(self._until.items()):
                if until <= now:
                    self._lose(name)
            return min((until - now for until in self._until.values()), default=self._seconds)

    def _take(self, names: Sequence[str], shown: str, patience: float) -> tuple[str, int]:
        began = self._clock()
        while True:
            asked = self._clock()
            for name in names:
                before, epoch = self._try(name, shown)
                if epoch is not None:
                    return name, epoch
            if asked - began >= patience:
                raise self._busy(shown, before)
            self._pause(_LOOK_EVERY)

    def _try(self, name: str, shown: str) -> tuple[Lease | None, int | None]:
        """Who had it, and the epoch of ours, if it was free."""
        before = self._leases.get(name)
        if before is not None and before.until is not None and self._is_buried(before):
            self._leases.seize(name, before.epoch, dead=True)
        asked = self._clock()
        epoch = self._leases.take(
            name,
            shown=shown,
            holder=self._named(name),
            worker=self._worker,
            seconds=self._seconds,
        )
        if epoch is not None:
            self._begin(name, shown, epoch, asked + self._seconds)
            if before is not None and before.until and before.worker != self._worker:
                # It ran out of time. What still lives of it on this machine clicks no more.
                end_browsers(before.worker)
        return before, epoch

    def _named(self, name: str) -> str:
        """The run that this process does, for people, once there is one."""
        runs = (one for one in (*self._held, name) if one.startswith("run "))
        return next(runs, self._holder)

    def _begin(self, name: str, shown: str, epoch: int, until: float) -> None:
        with self._guard:
            self._held[name] = epoch
            self._until[name] = until
            self._shown[name] = shown
            if self._threads and self._over is None:
                self._over = over = threading.Event()
                for act in (self._keep, self._watch):
                    threading.Thread(target=act, args=(over,), daemon=True).start()

    def _give_up(self, name: str, epoch: int) -> None:
        with self._guard:
            self._held.pop(name, None)
            self._until.pop(name, None)
            self._shown.pop(name, None)
            if not self._held and self._over is not None:
                self._over.set()
                self._over = None
        try:
            self._leases.release(name, epoch)
        except StoreError as error:
            # It runs out by itself; what ended the run is the one to tell.
            logger.warning("{} could not be given up: {}", name, error)

    def _keep(self, over: threading.Event) -> None:
        wait = self._seconds / 3
        while not over.wait(wait):
            wait = self._seconds / 3 if self.renew() else _AGAIN

    def _watch(self, over: threading.Event) -> None:
        """By the clock alone: the store may not answer for longer than a lease lasts."""
        left = self._seconds
        while not over.wait(max(0.05, min(left, self._seconds / 3))):
            left = self.look()

    def _lose(self, name: str) -> None:
        if self._lost:
            return
        self._lost = self._told_loss(name)
        # No claim passes any more, whatever the store says of it.
        self._held[name] = _NONE
        logger.error("{}", self._lost)
        for act in self._on_loss:
            with contextlib.suppress(OSError):
                act()

    def _raise_loss(self) -> None:
        if self._lost:
            raise LeaseLost(self._lost)

    def _told_loss(self, name: str) -> str:
        return (
            f"{self._shown.get(name, name)} is not surely held any more: this run was silent for "
            f"too long, or the store did not answer. Nothing more is written. Run the task again; "
            f"it goes on from what the store and the portal say"
        )

    def _busy(self, shown: str, lease: Lease | None) -> Exception:
        by, free = "another run", ""
        if lease is not None:
            where = told(lease.worker)
            by = f"{lease.holder} ({where})" if where else lease.holder
            free = f" If it was killed, it is free after {self._seconds:.0f} s."
        what = f"{shown} is in use by {by}. Let that end, then start again.{free}"
        return HeldElsewhere(what) if self._patience else SetupError(what)
