"""Experiment: who comes in, what a look tells, and how far each experiment is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from clerkwork.app.office import Office
from clerkwork.app.promise import closed_on, read_to
from clerkwork.core.experiments import (
    GOES_ON,
    Arm,
    Count,
    Entry,
    Experiment,
    Look,
    Tally,
    Trial,
    drawn,
    drawn_by_bandit,
    look_due,
    state_of,
    tallies,
    varied,
)
from clerkwork.core.journeys import Journey
from clerkwork.core.ledger import OpenItem
from clerkwork.core.queue import WorkItem
from clerkwork.core.report import ExperimentLine
from clerkwork.errors import BusinessError
from clerkwork.ports import Books, Clock, PaidItems, Queue, Trials

__all__ = [
    "Laboratory",
    "Standing",
    "Told",
    "experiment_lines",
    "laboratory_of",
    "look_in",
    "standing",
    "stop_experiment",
]

_OPEN = ("not begun", "running")
"""States in which debtors come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where it is known what became of invoices."""

    books: Books
    paid_items: PaidItems
    accounts: Sequence[str]
    """The creditor's own."""

    def read_to(self) -> date | None:
        """The day to which it is known what was paid; None where that is not known."""
        # What was keyed since the last fetch is not seen yet to have settled anything.
        if self.books.keyed_since_fetch():
            return None
        return read_to(closed_on(self.books, self.accounts))


class Laboratory:
    """Which experiments there are and who is in them; read when it is asked for first.

    Whoever comes in is known here at once, and in the store once `commit` was called: a dry run and
    whoever looks ahead do not call it.
    """

    def __init__(
        self,
        experiments: Sequence[Experiment],
        trials: Trials,
        told: Told,
        tones: Collection[str],
    ) -> None:
        self.experiments = experiments
        self._told = told
        self._trials = trials
        self._tones = frozenset(tones)
        self._fresh: list[Entry] = []
        self._varied: dict[tuple[str, Arm, tuple[str, ...]], Journey | None] = {}

    @cached_property
    def begun(self) -> dict[str, Trial]:
        """By name."""
        return {trial.name: trial for trial in self._trials.all()}

    @cached_property
    def entries(self) -> list[Entry]:
        return list(self._trials.entries())

    @cached_property
    def _by_debtor(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.debtor, []).append(entry)
        return found

    @cached_property
    def tallied(self) -> dict[str, dict[str, Tally]]:
        """Experiment → arm → how far it is, as it is known on the day."""
        paid = {(one.customer, one.number): one.on for one in self._told.paid_items.all()}
        there = {(one.customer, one.number) for one in self._told.books.open_items()}
        known = self._told.read_to()
        return {
            one.name: tallies(one, self.entries, paid, there, known) for one in self.experiments
        }

    @property
    def open(self) -> tuple[Experiment, ...]:
        """Those that debtors come into, as they are declared."""
        return tuple(one for one in self.experiments if self.state(one) in _OPEN)

    def state(self, experiment: Experiment) -> str:
        """As `clerkwork.core.experiments.state_of` says."""
        return state_of(experiment, self.begun.get(experiment.name))

    def of(self, debtor: str, items: Iterable[OpenItem]) -> Entry | None:
        """What he is in: while an invoice of those is open, over which he came in."""
        own = self._by_debtor.get(debtor)
        if not own:
            return None
        there = {item.number for item in items if item.open.minor > 0}
        return next((entry for entry in own if there.intersection(entry.items)), None)

    def was_in(self, experiment: Experiment, debtor: str) -> bool:
        return any(e.experiment == experiment.name for e in self._by_debtor.get(debtor, ()))

    def journey(self, entry: Entry, segment: str, journey: Journey) -> Journey | None:
        """The journey as his arm has it; None where he takes it as it is.

        As it is takes it who came to another segment meanwhile, and everybody where the arm does
        not fit the journey any more, or speaks a tone that there is no more.
        """
        if entry.segment != segment:
            return None
        key = (journey.name, entry.arm, entry.steps)
        if key not in self._varied:
            self._varied[key] = self._fitting(entry, journey)
        return self._varied[key]

    def _fitting(self, entry: Entry, journey: Journey) -> Journey | None:
        if entry.arm.tone and entry.arm.tone not in self._tones:
            return None
        try:
            return varied(journey, entry.steps, entry.arm)
        except ValueError:
            return None

    def draw(self, experiment: Experiment, debtor: str) -> Arm:
        """The arm that he comes into."""
        if experiment.method == "compare":
            return drawn(experiment, debtor)
        return drawn_by_bandit(experiment, debtor, self.counts(experiment))

    def counts(self, experiment: Experiment) -> tuple[Count, ...]:
        """Of each arm, all that is known: for a bandit alone, who is no test."""
        found = self.tallied[experiment.name]
        return tuple(
            Count(arm=arm.name, paid=sum(tally.outcomes), of=len(tally.outcomes))
            for arm, tally in ((arm, found[arm.name]) for arm in experiment.arms)
        )

    def let_in(self, entries: Iterable[Entry]) -> None:
        """They are in from now on."""
        by_debtor = self._by_debtor
        for entry in entries:
            self._fresh.append(entry)
            self.entries.append(entry)
            by_debtor.setdefault(entry.debtor, []).append(entry)

    def commit(self) -> int:
        """Keep whoever was let in; how many."""
        designs = {one.name: one.design for one in self.experiments}
        done = self._trials.enter(self._fresh, designs) if self._fresh else 0
        self._fresh.clear()
        return done

    def due(self, experiment: Experiment) -> Look | None:
        """The next look, if enough is known for it."""
        if self.state(experiment) != "running":
            return None
        told = self.tallied[experiment.name]
        taken = len(self.begun[experiment.name].looks)
        return look_due(experiment, taken, {arm: tally.outcomes for arm, tally in told.items()})

    def take(self, experiment: Experiment, look: Look, *, keep: bool) -> None:
        """It is taken; kept, so that it tells the same for ever."""
        if keep:
            self._trials.look(experiment.name, look)
        trial = self.begun[experiment.name]
        self.begun[experiment.name] = replace(trial, looks=(*trial.looks, look))


def laboratory_of(office: Office) -> Laboratory:
    """The experiments as the back office set them, and who is in them."""
    return Laboratory(
        office.experiments,
        office.trials,
        Told(books=office.books, paid_items=office.paid_items, accounts=tuple(office.accounts)),
        office.tones,
    )


def look_in(laboratory: Laboratory, queue: Queue, clock: Clock, *, dry: bool) -> tuple[str, ...]:
    """Take the looks that are due, and tell a person where one ends its experiment; what of."""
    ended = []
    for experiment in laboratory.experiments:
        while look := laboratory.due(experiment):
            if look.verdict != GOES_ON:
                item = _over(experiment, look, clock)
                ended.append(item.title)
                if not dry:
                    # First: after a crash between the two it is put again, and is there once.
                    queue.put(item)
            laboratory.take(experiment, look, keep=not dry)
    return tuple(ended)


def _over(experiment: Experiment, look: Look, clock: Clock) -> WorkItem:
    arm = look.arm.arm
    title = {
        "better": f"Experiment {experiment.name!r}: {arm!r} brings more debtors to pay",
        "worse": f"Experiment {experiment.name!r}: {arm!r} brings fewer debtors to pay",
    }.get(look.verdict, f"Experiment {experiment.name!r} found no difference")
    return WorkItem(
        id="",
        key=f"experiment/{experiment.name}",
        kind="experiment",
        title=title,
        created=clock.now(),
        facts={
            "Question": experiment.question,
            "Segment": experiment.segment,
            "Steps": ", ".join(experiment.steps),
            "What came of it": look.words,
            "What follows": "nobody comes in any more; everybody new takes the journey as it is. "
            "Whoever wants another one changes config/journeys.toml",
        },
        choices=(("seen", "somebody knows"),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far an experiment is, without more of what came of it than may be told."""

    name: str
    experiment: Experiment | None
    """None where it is not declared any more."""
    trial: Trial | None
    state: str
    tallies: dict[str, Tally]
    """By arm; empty where it is not declared any more. Outcomes are told only of a bandit."""
    next_look: int
    """Debtors of each arm whose outcome has to be known for it; 0 where none is to come."""

    @property
    def came(self) -> int:
        return sum(tally.came for tally in self.tallies.values())

    @property
    def known(self) -> int:
        """Debtors whose outcome is known, of the arm of which fewest are."""
        return min((len(tally.outcomes) for tally in self.tallies.values()), default=0)


def standing(laboratory: Laboratory) -> tuple[Standing, ...]:
    """Each experiment that is declared, and then those that began and are declared no more."""
    found = []
    for experiment in laboratory.experiments:
        trial = laboratory.begun.get(experiment.name)
        state = laboratory.state(experiment)
        taken, sizes = len(trial.looks) if trial else 0, experiment.sizes
        goes_on = state in _OPEN and taken < len(sizes)
        found.append(
            Standing(
                name=experiment.name,
                experiment=experiment,
                trial=trial,
                state=state,
                tallies=laboratory.tallied[experiment.name],
                next_look=sizes[taken] if goes_on else 0,
            )
        )
    declared = {experiment.name for experiment in laboratory.experiments}
    for name, trial in laboratory.begun.items():
        if name not in declared:
            found.append(
                Standing(
                    name=name,
                    experiment=None,
                    trial=trial,
                    state=state_of(None, trial),
                    tallies={},
                    next_look=0,
                )
            )
    return tuple(found)


def experiment_lines(laboratory: Laboratory) -> tuple[ExperimentLine, ...]:
    """What a report shows of each: no more of what came of it than its looks told."""
    return tuple(
        ExperimentLine(
            name=one.name,
            segment=one.experiment.segment if one.experiment else "",
            question=one.experiment.question if one.experiment else "",
            state=one.state,
            came=one.came,
            known=one.known,
            takes=one.experiment.sizes[-1] if one.experiment and one.experiment.sizes else 0,
            looks=tuple(look.words for look in one.trial.looks) if one.trial else (),
        )
        for one in standing(laboratory)
    )


def stop_experiment(
    laboratory: Laboratory, trials: Trials, name: str, *, by: str, note: str = ""
) -> Trial:
    """Nobody comes in any more; whoever is in it stays where he is. Raises `BusinessError`."""
    experiment = next((one for one in laboratory.experiments if one.name == name), None)
    begun = laboratory.begun.get(name)
    if experiment is None and begun is None:
        known = ", ".join(
            dict.fromkeys((*(one.name for one in laboratory.experiments), *laboratory.begun))
        )
        raise BusinessError(
            f"there is no experiment {name!r}; nothing was stopped. Known are: {known or 'none'}"
        )
    try:
        design = begun.design if begun else experiment.design if experiment else ""
        return trials.stop(name, design, by=by, note=note)
    except ValueError as error:
        raise BusinessError(f"{error}; `clerkwork experiments` shows how each stands") from error
