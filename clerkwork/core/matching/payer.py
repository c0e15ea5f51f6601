"""Whose money a line is: by what a person decided, by IBAN, by debtor number, by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from clerkwork.core.matching.memory import Memory
from clerkwork.core.matching.wording import ACCOUNT, ALIAS, DEBTOR_NUMBER, DECIDED, NAME
from clerkwork.core.payments import BankLine

__all__ = ["NOBODY", "Payer", "narrowed", "payer_of"]

_NONE: frozenset[str] = frozenset()


class _Accounts(Protocol):
    def by_iban(self, line: BankLine) -> frozenset[str]: ...
    def by_name(self, line: BankLine) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Payer:
    """The debtors that a payer may be, and how that is known."""

    customers: frozenset[str] = _NONE
    by: str = ""
    """How he is known, one of the words of `wording`; empty if he is not."""
    said: frozenset[str] = _NONE
    """Debtor numbers in the text that are not his."""

    def is_only(self, customer: str) -> bool:
        """Whether he is that debtor and can be no other."""
        return len(self.customers) == 1 and customer in self.customers

    @property
    def one(self) -> str:
        """The one debtor he is; empty if there is none or several."""
        return next(iter(self.customers)) if len(self.customers) == 1 else ""


NOBODY = Payer()


def payer_of(line: BankLine, ledger: _Accounts, memory: Memory) -> Payer:
    """Who pays, before the text is read: a decision counts before an account, that before a name.

    A name counts only if one debtor has it, and only where the account is not known.
    """
    decided = memory.account_of(line)
    if decided:
        return Payer(frozenset((decided,)), DECIDED)
    accounts = ledger.by_iban(line)
    if accounts:
        return Payer(accounts, ACCOUNT)
    if not line.payer:
        return NOBODY
    alias = memory.alias_of(line)
    if alias:
        return Payer(frozenset((alias,)), ALIAS)
    names = ledger.by_name(line)
    return Payer(names, NAME) if len(names) == 1 else NOBODY


def narrowed(payer: Payer, debtors: tuple[str, ...]) -> Payer:
    """The payer, after debtor numbers were found in the text.

    A number tells two debtors on one account apart, or says who it is where nothing else does.
    """
    if not debtors:
        return payer
    said = frozenset(debtors)
    both = said & payer.customers
    if len(both) == 1:
        if len(payer.customers) == 1:
            return payer
        return Payer(both, DEBTOR_NUMBER)
    if not payer.customers and len(said) == 1:
        return Payer(said, DEBTOR_NUMBER)
    return replace(payer, said=said - payer.customers)
