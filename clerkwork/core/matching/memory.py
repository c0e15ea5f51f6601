"""What people decided before, and what earlier runs settled, as matching is given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clerkwork.core.matching.accounts import compact, is_account
from clerkwork.core.matching.names import folded_text, whole_name
from clerkwork.core.payments import BankLine

__all__ = ["NOTHING", "EarlierLine", "Memory"]

_Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLine:
    """A line that was settled or put on account before: what a return may take back."""

    id: str
    customer: str
    amount_minor: int
    """Above zero, in minor units of `currency`."""
    currency: str
    end_to_end: str = ""
    payer_iban: str = ""
    items: tuple[str, ...] = ()
    """Numbers of the open items it settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Decisions of people, none of them forgotten since; keys are folded by `remembered`."""

    ibans: _Words = field(default_factory=dict)
    """IBAN without blanks to the number of the debtor that it pays for."""
    aliases: _Words = field(default_factory=dict)
    """Payer's name, folded, to the number of the debtor."""
    not_ours_ibans: frozenset[str] = frozenset()
    not_ours_texts: frozenset[str] = frozenset()
    """Texts, folded, of lines that are no debtor's money."""
    earlier: tuple[EarlierLine, ...] = ()

    @classmethod
    def remembered(
        cls,
        *,
        ibans: _Words | None = None,
        aliases: _Words | None = None,
        not_ours_ibans: frozenset[str] = frozenset(),
        not_ours_texts: frozenset[str] = frozenset(),
        earlier: tuple[EarlierLine, ...] = (),
    ) -> Memory:
        """From IBANs, names and texts as they stood on the lines that people decided."""
        return cls(
            ibans={compact(iban): one for iban, one in (ibans or {}).items() if is_account(iban)},
            aliases={
                folded: debtor
                for name, debtor in (aliases or {}).items()
                if (folded := whole_name(name))
            },
            not_ours_ibans=frozenset(map(compact, filter(is_account, not_ours_ibans))),
            not_ours_texts=frozenset(map(folded_text, not_ours_texts)) - {""},
            earlier=earlier,
        )

    def account_of(self, line: BankLine) -> str:
        """The debtor that a person said this account pays for; or empty."""
        return self.ibans.get(compact(line.payer_iban), "") if self.ibans else ""

    def alias_of(self, line: BankLine) -> str:
        """The debtor that a person said this payer's name is of; or empty."""
        return self.aliases.get(whole_name(line.payer), "") if self.aliases else ""

    def sets_aside(self, line: BankLine) -> str:
        """Why a person's decision says that the line is not ours; empty if none does."""
        if self.not_ours_ibans and compact(line.payer_iban) in self.not_ours_ibans:
            return "a person decided that this account's money is no debtor's"
        if self.not_ours_texts and folded_text(line.text) in self.not_ours_texts:
            return "a person decided that what says just this is no debtor's money"
        return ""


NOTHING = Memory()
