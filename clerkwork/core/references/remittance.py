"""What is read of a bank line: the places that name items, and what else its words say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from clerkwork.core.references.leftovers import Typo
from clerkwork.core.references.periods import Period

__all__ = ["Certainty", "Later", "Mention", "Remittance"]

Later = tuple[tuple[str, ...], tuple[Typo, ...]]
"""Strangers and typos."""


class Certainty(IntEnum):
    """How sure it is that a number was meant."""

    SHORT = 1
    """Prefix, year or leading zeros are missing."""
    SPACED = 2
    """Complete, but torn apart, glued to something else, or spelt otherwise: `how` says it."""
    WRITTEN = 3
    """As on the invoice, or with other signs between its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place that names an open item."""

    items: tuple[str, ...]
    """The numbers it may stand for; more than one where it is short or can be read in two ways."""
    certainty: Certainty
    written: str
    by: str = "text"
    """'text', 'structured reference' or 'end-to-end reference'."""
    place: tuple[int, int] = (0, 0)
    how: str = ""
    """How it differs from the number, in words: 'torn over a line break'."""
    alike: tuple[str, ...] = ()
    """Others' items of a short number's very digits."""


class Remittance:
    """What a payer's words name; what is asked of few lines is looked for when it is asked."""

    __slots__ = (
        "_later",
        "_strangers",
        "_typos",
        "credits",
        "debtors",
        "foreign",
        "mentions",
        "orders",
        "periods",
        "ranges",
        "spoiled",
    )

    def __init__(
        self,
        mentions: tuple[Mention, ...] = (),
        ranges: tuple[tuple[str, ...], ...] = (),
        *,
        orders: tuple[str, ...] = (),
        debtors: tuple[str, ...] = (),
        foreign: str = "",
        spoiled: str = "",
        periods: tuple[Period, ...] = (),
        credits: bool = False,
        later: Callable[[], Later] | None = None,
    ) -> None:
        """`later` looks for strangers and typos; it is called once at most."""
        self.mentions = mentions
        self.ranges = ranges
        """The open items of each 'from to', both ends included."""
        self.orders = orders
        """Numbers that are said to be those of an order, a contract, a mandate and the like."""
        self.debtors = debtors
        """Debtor numbers in the text."""
        self.foreign = foreign
        """An amount in another currency, e.g. 'USD 120.00'."""
        self.spoiled = spoiled
        """A structured reference whose check digits are wrong or that no open item has."""
        self.periods = periods
        self.credits = credits
        """Whether the words say that a credit note is set off: 'minus', 'abzgl.', 'verrekend'."""
        self._later = later
        self._strangers: tuple[str, ...] = ()
        self._typos: tuple[Typo, ...] = ()

    @property
    def strangers(self) -> tuple[str, ...]:
        """Numbers that look like ours, but no open item has them."""
        if self._later is not None:
            self._look()
        return self._strangers

    @property
    def typos(self) -> tuple[Typo, ...]:
        """The payer's items one slip away from a stranger or from somebody else's number."""
        if self._later is not None:
            self._look()
        return self._typos

    def _look(self) -> None:
        later, self._later = self._later, None
        if later is not None:
            self._strangers, self._typos = later()

    def _all(self) -> tuple[object, ...]:
        names = (name for name in self.__slots__ if not name.startswith("_"))
        return (*(getattr(self, name) for name in names), self.strangers, self.typos)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Remittance) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash((self.mentions, self.ranges, self.orders, self.spoiled))

    def __repr__(self) -> str:
        return f"Remittance{self._all()!r}"
