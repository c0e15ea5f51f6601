"""A journey as the back office sets it: its steps, when each comes, and what holds them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import count

from clerkwork.core.calendar import Calendar, Hours
from clerkwork.core.money import Money

__all__ = ["CHANNELS", "FEWEST", "OFFERS", "UNTOLD", "Journey", "Journeys", "Payday", "Step"]

CHANNELS = frozenset({"mail", "letter", "sms", "whatsapp", "call"})
"""Ways to reach a debtor."""

_NOTICED_BY = frozenset({"mail", "letter", "whatsapp"})
"""Those by which the notice of costs goes: it has to say the costs and the term, and that it did
has to be shown later. A call says neither, and a text may arrive in pieces, from anybody's name."""

OFFERS = ("code", "link")
"""Ways to pay that a message may offer beside the transfer, which it always tells of."""

UNTOLD = "no early notices"
"""Need of a debtor who wants no word before the due date. Of all contacts that alone is his to
decline: once something is overdue, what follows rests upon that he was told."""

FEWEST = 5
"""Contacts that a debtor has had, over more than one channel, before collection is asked about."""

_HOURS = Hours()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payday:
    """A day of the month on which money reaches people: student finance, salaries, benefits."""

    day: int
    """Of the month; in a shorter month its last day."""
    earlier: bool = True
    """Whether it is the business day before where it is none itself."""

    def __post_init__(self) -> None:
        if not 1 <= self.day <= 31:
            raise ValueError("day must be a day of the month, 1 to 31")

    def on(self, year: int, month: int, calendar: Calendar) -> date:
        """The day on which it comes in a month."""
        following = date(year + month // 12, month % 12 + 1, 1)
        day = min(
            date(year, month, 1) + timedelta(days=self.day - 1), following - timedelta(days=1)
        )
        if not self.earlier:
            return calendar.on_or_after(day)
        while not calendar.is_business_day(day):
            day -= timedelta(days=1)
        return day

    def first_after(self, day: date, calendar: Calendar) -> date:
        """The first day, no earlier than this one, that comes the day after a payday."""
        for month in count(-1):
            year, at = divmod(day.year * 12 + day.month - 1 + month, 12)
            found = self.on(year, at + 1, calendar) + timedelta(days=1)
            if found >= day:
                return found
        raise AssertionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One contact of a journey."""

    name: str
    after: int
    """Days past the due date of the oldest item; below zero, before it."""
    tone: str
    """Which of the texts it speaks."""
    channels: tuple[str, ...] = ("mail", "letter")
    """In order: the first by which the debtor can be reached; his own wish goes before it."""
    gap: int = 5
    """Least days since the previous contact."""
    within: int = 0
    """Days that its message gives, to pay or to answer; 0 where it names none."""
    level: int = 0
    """How far along it is, the same in every journey; 0 counts the steps of its own journey."""
    business_days: bool = False
    """Whether `after` counts business days."""
    payday: str = ""
    """It waits until the day after this payday, at most a month."""
    above: Money | None = None
    """Left out where less is owed in this currency."""
    below: Money | None = None
    """Left out where as much or more is owed in this currency."""
    notice: bool = False
    """It is the notice that the law asks before costs: it names them, and the last day without."""
    costs: bool = False
    """It asks costs, where the law allows them by then."""
    interest: bool = False
    """It asks interest, where the law allows it by then."""
    offers: tuple[str, ...] = OFFERS
    """Ways to pay beside the transfer; one that the creditor does not have is left out."""

    def __post_init__(self) -> None:
        if not self.channels or not set(self.channels) <= CHANNELS:
            raise ValueError(f"channels must be of {', '.join(sorted(CHANNELS))}")
        if not set(self.offers) <= set(OFFERS):
            raise ValueError(f"offers must be of {', '.join(OFFERS)}, or none")
        if self.gap < 1:
            raise ValueError("gap must be 1 day or more: nobody is contacted twice a day")
        if (self.notice or self.costs or self.interest) and self.after <= 0:
            raise ValueError("costs and interest are no matter before the due date")
        if self.within < 0 or self.within == 1:
            raise ValueError("within must be 2 days or more, or left out")
        if self.level < 0:
            raise ValueError("level must be 1 or more, or left out")

    @property
    def early(self) -> bool:
        """Whether it comes before anything is overdue."""
        return self.after <= 0

    def day(self, due: date, calendar: Calendar, paydays: Mapping[str, Payday]) -> date:
        """The first day on which it may come, for an item due on `due`."""
        if self.business_days:
            day = calendar.add(due, self.after)
        else:
            day = due + timedelta(days=self.after)
        return paydays[self.payday].first_after(day, calendar) if self.payday else day

    def fits(self, owed: tuple[Money, ...]) -> bool:
        """Whether as much is owed as the step asks for."""
        by = {amount.currency: amount for amount in owed}
        if self.above and not (self.above.currency in by and by[self.above.currency] >= self.above):
            return False
        return not (
            self.below and self.below.currency in by and by[self.below.currency] >= self.below
        )


# Without slots, which would leave no room to keep what follows from the steps.
@dataclass(frozen=True, kw_only=True)
class Journey:
    """The contacts that some debtors get, in order, and what holds them back."""

    name: str
    steps: tuple[Step, ...]
    hand_over: int
    """Days after the last contact until a person is asked about collection."""
    kinds: tuple[str, ...] = ()
    """Kinds of debtor, as the ERP declares them, who take it unless their segment says another."""
    hours: Hours = _HOURS
    call_hours: Hours | None = None
    """When people are called, within `hours`; None for all of them."""
    week: int = 2
    """Most contacts within seven days."""
    fewest: int = FEWEST
    """Contacts that a debtor has had, over more than one channel, before collection is asked."""
    statement_age: int = 3
    """Most business days since an account's last bank statement."""
    items_age: int = 3
    """Most business days since open items and debtors were fetched."""
    unapplied_ignored: Money | None = None
    """Money on the debtor's account up to this amount does not hold him back."""
    cap: int = 250
    """Most messages of one run on this journey."""

    def __post_init__(self) -> None:
        days = [step.after for step in self.steps]
        if days != sorted(days) or len({step.name for step in self.steps}) != len(days):
            raise ValueError("steps stand in the order of `after`, each under a name of its own")
        levels = [self.levels[step.name] for step in self.reminders]
        if levels != sorted(set(levels)):
            raise ValueError("levels rise from step to step")
        asking = [n for n, step in enumerate(self.steps) if step.costs]
        if asking and not any(step.notice for step in self.steps[: asking[0]]):
            raise ValueError(
                f"{self.steps[asking[0]].name} asks costs, and no step before it is the notice "
                "that the law wants first: give an earlier one `notice = true`"
            )
        if self.week < 1:
            raise ValueError("week must be 1 contact or more")
        for step in self.steps:
            unfit = sorted(set(step.channels) - _NOTICED_BY) if step.notice else ()
            if unfit:
                raise ValueError(
                    f"{self.name}, {step.name}: the notice that the law asks before costs has to "
                    f"say the costs and the term, and does not go by {' or '.join(unfit)}; take "
                    f"that out of its `channels`: expected of {', '.join(sorted(_NOTICED_BY))}"
                )
        for nth, step in enumerate(self.steps):
            self._leave_time(step, self.steps[nth + 1 :])

    def _leave_time(self, step: Step, later: Sequence[Step]) -> None:
        """Raises `ValueError` where something follows a step within the days that it gives."""
        given = f"{self.name}, {step.name}: its message gives {step.within} days (`within`)"
        for one in later:
            if one.gap <= step.within:
                raise ValueError(
                    f"{given}, and {one.name} may come {one.gap} days after it (`gap`); expected "
                    f"{step.within + 1} or more there, or fewer days here"
                )
            if not (one.above or one.below):
                return
        if self.hand_over <= step.within:
            raise ValueError(
                f"{given}, and a person is asked about collection {self.hand_over} days after it "
                f"(`hand_over`); expected {step.within + 1} or more, or fewer days here"
            )

    @cached_property
    def reminders(self) -> tuple[Step, ...]:
        """Its steps after the due date."""
        return tuple(step for step in self.steps if not step.early)

    @cached_property
    def notices(self) -> tuple[Step, ...]:
        """Its steps up to the due date, which count as no reminder."""
        return tuple(step for step in self.steps if step.early)

    @cached_property
    def _given(self) -> Mapping[str, int]:
        return {step.name: step.within for step in self.steps if step.within}

    def rest(self, step: str, gap: int) -> int:
        """Days from a contact of a step to what may come next, which keeps a gap.

        The days that its message gave are over by then, also where what comes next is none of the
        steps that follow it.
        """
        return max(gap, self._given[step] + 1) if step in self._given else gap

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """Step → how far along it is; 0 for a notice before the due date."""
        found = {step.name: 0 for step in self.notices}
        return found | {s.name: s.level or n + 1 for n, s in enumerate(self.reminders)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """As `config/journeys.toml` says: every journey, and the calendar that all of them keep."""

    calendar: Calendar
    journeys: tuple[Journey, ...]
    paydays: Mapping[str, Payday] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = [kind for journey in self.journeys for kind in journey.kinds]
        if not self.journeys or len(set(kinds)) != len(kinds):
            raise ValueError("each kind of debtor has one journey")
        names = [journey.name for journey in self.journeys]
        if len(set(names)) != len(names):
            raise ValueError("each journey has a name of its own")
        for journey in self.journeys:
            _hold_out(journey)
            for step in journey.steps:
                if step.payday and step.payday not in self.paydays:
                    raise ValueError(
                        f"{journey.name}, {step.name}: payday {step.payday!r} is not declared; "
                        f"add a [paydays.{step.payday!r}] with its day"
                    )


def _hold_out(journey: Journey) -> None:
    """Raises `ValueError` where it would lead to collection too soon."""
    had = len(journey.reminders)
    if min(had, journey.fewest) < FEWEST:
        raise ValueError(
            f"{journey.name}: a debtor has at least {FEWEST} contacts after the due date before "
            f"collection is asked about; here are {had} steps, and fewest is {journey.fewest}"
        )
    if len({channel for step in journey.reminders for channel in step.channels}) < 2:
        raise ValueError(
            f"{journey.name}: its contacts go over more than one channel before collection"
        )
