"""What a country's law says of late payment, in one shape for all countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from clerkwork.core.calendar import Hours
from clerkwork.core.law.rates import Rates
from clerkwork.core.money import Money
from clerkwork.errors import ConfigError

__all__ = ["BASES", "KINDS", "PARTS", "Band", "Notice", "Pack", "Reach", "Scale", "Side", "flat"]

KINDS = ("consumer", "business")
BASES = ("law", "default", "agreed")
PARTS = ("costs", "interest", "principal")
SKIPPED = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "holidays",
)
"""What a day may be that does not count on a letter's way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Of a principal above `over`: `fixed`, and `percent` of what lies above `over`."""

    over: Money
    fixed: Money
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Costs by the principal: the last band below it counts, then the least and the most.

    Raises `ValueError` for bands in which costs would fall as the principal grows.
    """

    bands: tuple[Band, ...]
    least: Money | None = None
    most: Money | None = None

    def __post_init__(self) -> None:
        if not self.bands or self.bands[0].over:
            raise ValueError("its bands begin above 0.00: the first needs over = 0.00")
        parts = [money for band in self.bands for money in (band.over, band.fixed)]
        parts += [money for money in (self.least, self.most) if money is not None]
        if len({money.currency for money in parts}) > 1:
            raise ValueError("its amounts are of different currencies; use one")
        if any(not 0 <= band.percent <= 100 for band in self.bands):
            raise ValueError("a band's percent is not from 0 to 100")
        for one, other in zip(self.bands, self.bands[1:], strict=False):
            if other.over <= one.over:
                raise ValueError(f"band over {other.over} does not follow band over {one.over}")
            if other.fixed < one.fixed + (other.over - one.over).share(one.percent):
                raise ValueError(f"costs fall at {other.over}: raise `fixed` of the band above it")
        if self.least is not None and self.most is not None and self.most < self.least:
            raise ValueError(f"the most, {self.most}, is below the least, {self.least}")

    @property
    def currency(self) -> str:
        return self.bands[0].over.currency


def flat(amount: Money) -> Scale:
    """The same amount whatever the principal is."""
    return Scale(bands=(Band(over=Money(0, amount.currency), fixed=amount),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """When a notice counts as having reached the debtor: `days` after it was sent.

    Days in `skips` (weekdays in English, 'holidays') do not count and are not the day itself.
    """

    days: int
    skips: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError(f"{self.days} days on its way; expected 1 or more")
        unknown = [word for word in self.skips if word not in SKIPPED]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is skipped; expected some of {', '.join(SKIPPED)}")
        if len(self.skips) >= len(SKIPPED) - 1:
            raise ValueError("so many days are skipped that no notice arrives; leave some")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The notice after which costs may be asked, and how its term is counted."""

    days: int
    """Calendar days of the term, its first and its last among them."""
    post: Reach
    electronic: Reach
    after_arrival: bool
    """Whether the first day is the one after the day it counts as arrived, or that day itself."""
    extended: bool = False
    """Whether a last day on a Saturday, Sunday or holiday moves to the next business day."""
    also_rest: tuple[str, ...] = ()
    """Days that count as holidays for this, beyond those of the calendar, such as '05-05'."""
    proof: str = ""
    """Who has to prove what, for people."""

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError(f"a term of {self.days} days; expected 1 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one kind of debtor may be charged."""

    costs: Scale | None
    """None: no costs may be asked."""
    basis: str
    """'law': binding; 'default': unless agreed otherwise; 'agreed': only as far as agreed."""
    notice: Notice | None = None
    """None: costs need no notice of their own."""
    rate: str = ""
    """Which of the pack's rates; empty: no interest."""
    points: Decimal = Decimal(0)
    """Percentage points on top of that rate."""
    compounding: bool = False
    """Whether each year's interest bears interest from then on."""
    interest_after_notice: bool = False
    """Whether interest, too, may be asked only after the notice's term."""

    def __post_init__(self) -> None:
        if self.basis not in BASES:
            raise ValueError(f"basis {self.basis!r}; expected one of {', '.join(BASES)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One country. What is None or empty is not known, and asking for it raises `ConfigError`."""

    country: str
    """ISO 3166 alpha-2, in small letters."""
    calendar: str
    """Whose holidays count, as in `clerkwork.core.calendar`."""
    currency: str = "EUR"
    consumer: Side | None = None
    business: Side | None = None
    rates: Mapping[str, Rates] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    """To what a part payment goes first; the words of `PARTS`."""
    hours: Hours = field(default_factory=Hours)
    sources: tuple[str, ...] = ()
    """Laws, rulings and papers, for people."""

    def side(self, kind: str) -> Side:
        """Of a kind of debtor; raises `ConfigError` where nothing is known of it."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of debtor; expected one of {', '.join(KINDS)}")
        side = self.consumer if kind == "consumer" else self.business
        if side is None:
            raise ConfigError(
                f"law of {self.country}: what a {kind} may be charged is not known. Let an owner "
                f"confirm it in config/law.toml, in [countries.{self.country}.{kind}]"
            )
        return side

    def rates_of(self, side: Side) -> Rates:
        """Raises `ConfigError` where the side's rate is not known."""
        if side.rate not in self.rates:
            raise ConfigError(
                f"law of {self.country}: its rate {side.rate!r} is not known. Let an owner confirm "
                f"it in config/law.toml, as [[rates]] with country = {self.country!r}"
            )
        return self.rates[side.rate]

    def ordered(self) -> tuple[str, ...]:
        """The order of allocation; raises `ConfigError` where it is not known."""
        if not self.order:
            raise ConfigError(
                f"law of {self.country}: to what a part payment goes first is not known. Let an "
                f"owner confirm it in config/law.toml, as `order` in [countries.{self.country}]"
            )
        return self.order
