"""What a robot is: one portal's pages as verbs of the trade."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, ClassVar, Protocol, TypeVar, cast, get_type_hints

from clerkwork.app.arrive import Nobody, Person, arrive, shows_inside
from clerkwork.core.ledger import Debtor, LedgerBalance, OpenItem, Order, OwnAccount
from clerkwork.core.money import Money
from clerkwork.core.portals import Portal, PortalSettings
from clerkwork.core.posting import Allocation, Posting, Receipt
from clerkwork.errors import ConfigError, ItemChanged, SignInRefused
from clerkwork.ports import Row, Screen, Secret, Vault

__all__ = [
    "BlocksDebtors",
    "DecidesOrders",
    "HasStatements",
    "KeysReceipts",
    "ReadsLedger",
    "Robot",
    "SignsIn",
]


Shape = TypeVar("Shape")


class Robot:
    """Drives one portal. Subclasses declare how it writes and give verbs; `Screen` does the rest.

    A robot that writes gives three verbs a kind of entry: `find_…` (is it there
    already?), `fill_…` (type, do not submit) and `submit_…` (the one click that
    counts). The engine owns their order and everything that can go wrong between.
    """

    name: ClassVar[str] = ""
    """Also the name of its selectors file, of its table in `config/portals.toml`
    and the first part of its secrets' names."""
    currency: ClassVar[str] = "EUR"
    dates: ClassVar[str] = "%d-%m-%Y"
    decimal: ClassVar[str] = ","
    language: ClassVar[str] = "nl"

    def __init__(
        self,
        screen: Screen,
        vault: Vault,
        accounts: Mapping[str, OwnAccount],
        person: Person | None = None,
    ) -> None:
        self.screen = screen
        self.person = person or Nobody()
        self._vault = vault
        self._accounts = accounts
        self._checked: set[str] = set()

    def __init_subclass__(cls) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", cls.name):
            raise ConfigError(
                f"{cls.__module__}.{cls.__qualname__}: `name` is {cls.name!r}; "
                "give it a name of lower-case letters, digits and underscores"
            )

    @classmethod
    def portal(cls, address: str, settings: PortalSettings | None = None) -> Portal:
        """The portal at an address, with the format this robot declares."""
        limits = settings or PortalSettings(address=address)
        return Portal(
            patience=limits.patience,
            largest_download=limits.largest_download,
            hosts=limits.hosts,
            name=cls.name,
            address=address,
            currency=cls.currency,
            dates=cls.dates,
            decimal=cls.decimal,
            language=cls.language,
        )

    def sign_in(self) -> None:
        """Log in; as it stands, with `login.user`, `login.password` and `login.submit`.

        A portal that still asks for the password afterwards has refused it: `SignInRefused`,
        and it is not tried again, lest the login be locked.
        """
        self.screen.open()
        self.screen.fill("login.user", self.secret("user"))
        self.screen.fill("login.password", self.secret("password"))
        self.screen.click("login.submit")
        if self.screen.shows("login.password"):
            raise SignInRefused(
                f"{self.name} refused the password of its robot; set the right one with "
                f"`clerkwork vault set {self.name}.password`"
            )

    def arrive(self, *pages: str, shown: str = "password") -> str:
        """Wait for one of these after a step of signing in, and see to what comes between; which.

        `shown` names the secret that the portal was shown last. In `[login]`, `refused` is
        `SignInRefused`; `question` is answered out of the vault; `captcha`, and a page that is none
        of them, are a person's, for whom the robot waits (`answer_within`). Raises `PersonNeeded`,
        `SecretMissing`.
        """
        return arrive(self, pages, shown)

    def is_inside(self) -> bool:
        """Whether a kept session still stands; as it stands, by `login.inside`."""
        return shows_inside(self)

    def secret(self, name: str) -> Secret:
        """The vault's secret `<robot>.<name>`; raises `SecretMissing`."""
        return self._vault.get(f"{self.name}.{name}")

    def account(self, iban: str) -> OwnAccount:
        """Our own account with that IBAN, as declared in `config/accounts.toml`."""
        if iban not in self._accounts:
            raise ConfigError(f"config/accounts.toml has no account {iban}: add it with its ledger")
        return self._accounts[iban]

    def read(self, section: str, shape: type[Shape]) -> tuple[Shape, ...]:
        """All rows of a table as the trade's values: a column fills the field of its name.

        `shape` is a dataclass such as `OpenItem`; fields without a column keep their default.
        Raises what `Screen.rows` raises, and `BusinessError` for a cell that is no amount or date.
        """
        return tuple(filled(row, shape) for row in self.screen.rows(section))

    def check_open(self, allocation: Allocation, shown: Money | None) -> None:
        """Compare what the portal shows as open with what was matched on.

        Called by `fill_…` for each item; `shown` is None if the portal lists the
        item no more. Raises `ItemChanged`: somebody else keyed it meanwhile.
        """
        if shown != allocation.open_before:
            raise ItemChanged(
                f"{allocation.item}: the portal shows {shown if shown is not None else 'nothing'} "
                f"open, it was matched on {allocation.open_before}"
            )
        self._checked.add(allocation.item)

    def unchecked(self, posting: Posting) -> tuple[str, ...]:
        """Items of the posting that `check_open` has not seen since the last call; forgets them."""
        left = tuple(a.item for a in posting.allocations if a.item not in self._checked)
        self._checked.clear()
        return left


def filled(row: Row, shape: type[Shape]) -> Shape:
    """A row as a dataclass, each field read by its type from the column of its name."""
    kinds = get_type_hints(shape)
    known = row.columns
    values: dict[str, object] = {}
    for field in fields(cast(Any, shape)):
        if field.name in known:
            kind = kinds[field.name]
            read = _READ.get(kind)
            if read is None:
                raise ConfigError(
                    f"{shape.__name__}.{field.name} is no text, amount or date: read it with "
                    "self.screen.rows() instead of self.read()"
                )
            values[field.name] = read(row, field.name)
    return shape(**values)


_READ: Mapping[object, Callable[[Row, str], object]] = {
    str: lambda row, column: row.text(column),
    Money: lambda row, column: row.money(column),
    date: lambda row, column: row.date(column),
    Money | None: lambda row, column: row.maybe_money(column),
    date | None: lambda row, column: row.maybe_date(column),
}


class SignsIn(Protocol):
    """The least that an opened portal is."""

    screen: Screen


class ReadsLedger(SignsIn, Protocol):
    """A robot that reads the receivables of an ERP."""

    def debtors(self) -> Iterator[Debtor]: ...
    def open_items(self) -> Iterator[OpenItem]: ...
    def waiting_orders(self) -> Iterator[Order]: ...
    def ledger_balance(self, ledger: str) -> LedgerBalance: ...


class HasStatements(SignsIn, Protocol):
    """A robot that downloads statements of a bank."""

    def download_statements(self, account: OwnAccount, first: str, last: str) -> object: ...


class KeysReceipts(SignsIn, Protocol):
    """A robot that keys receipts into an ERP."""

    def find_receipt(self, reference: str) -> Receipt | None: ...
    def fill_receipt(self, posting: Posting) -> None: ...
    def submit_receipt(self) -> None: ...
    def unchecked(self, posting: Posting) -> tuple[str, ...]: ...


class DecidesOrders(SignsIn, Protocol):
    """A robot that releases or holds orders in an ERP."""

    def find_order(self, number: str) -> str | None: ...
    def fill_decision(self, number: str, verdict: str, reason: str) -> None: ...
    def submit_decision(self, verdict: str) -> None: ...


class BlocksDebtors(SignsIn, Protocol):
    """A robot that blocks debtors in an ERP."""

    def find_block(self, debtor: str) -> str | None:
        """One of `clerkwork.core.ledger.BLOCKS`, '' while there is none, None without debtor."""

    def fill_block(self, debtor: str, reason: str) -> None: ...
    def submit_block(self) -> None: ...
