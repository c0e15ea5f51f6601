"""What the bank knows: statements and their lines, and when two of them are the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clerkwork.core.money import Money, total

__all__ = [
    "BankLine",
    "Batch",
    "Identities",
    "Kind",
    "Statement",
    "difference",
    "identified",
    "with_id",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """One booked line of a bank statement; money in is above zero."""

    account: str
    """IBAN of our own account."""
    booked: date
    valued: date
    amount: Money
    payer: str = ""
    """Name of the other party, as the bank gives it."""
    payer_iban: str = ""
    text: str = ""
    """Unstructured remittance; line breaks of the statement are kept as '\\n'."""
    structured: str = ""
    """Structured reference: RF, OGM, betalingskenmerk; digits and letters as given."""
    end_to_end: str = ""
    bank_ref: str = ""
    """The bank's own reference for the entry; empty when it gives none."""
    code: str = ""
    """The bank's own transaction code."""
    raw: str = ""
    """The entry as it stood in the statement."""
    id: str = ""
    """Set by `identified`; the same line in CAMT.053, MT940 and CSV has the same one."""


class Kind(StrEnum):
    """What a file of the bank is good for."""

    STATEMENT = "statement"
    """Booked lines between two balances (CAMT.053, MT940, CSV): what is booked."""
    PREVIEW = "preview"
    """Entries that may still change (CAMT.052, MT942): shown, never booked."""
    NOTIFICATION = "notification"
    """Explains entries of a statement (CAMT.054), as a batch by its transactions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One entry of several transactions: the line it is as a whole, and where its parts are."""

    whole: BankLine
    """As a statement without details has it, with its id."""
    first: int
    """Place of its first part among the lines."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of one account: opening + lines = closing, or it is not to be trusted.

    A preview or a notification is told by its `kind`. Where it has no balances, its opening is
    zero and its closing the sum of its lines; it is never booked.
    """

    account: str
    number: str
    """The bank's own number of the statement; empty when the format has none."""
    opened: date
    closed: date
    """Booking date of the closing balance."""
    opening: Money
    closing: Money
    lines: Sequence[BankLine]
    """A tuple; of a very large file a sequence that holds its lines packed."""
    source: str
    """The file it came from, for people."""
    kind: Kind = Kind.STATEMENT
    controls: tuple[str, ...] = ()
    """What the file's own figures were held against, in words: 'opening + lines = closing'."""
    batches: tuple[Batch, ...] = ()
    """Entries that are several lines."""
    unbooked: int = 0
    """Entries pending or for information, which are no lines."""


def difference(statement: Statement) -> Money:
    """What opening + lines lacks to the closing balance; zero in a sound statement."""
    moved = total((line.amount for line in statement.lines), statement.opening.currency)
    return statement.closing - (statement.opening + moved)


class Identities:
    """Hands out the ids of lines in the order in which they stand.

    A line is its account with the bank's own reference, or else with date, text and ordinal;
    the amount takes part in both. The ordinal tells equal lines apart. Free text is folded to
    letters and digits, because each format wraps and pads it its own way.
    """

    __slots__ = ("_again", "_seen")

    def __init__(self) -> None:
        # Eight bytes of a digest for each line: millions of lines have to be told apart.
        self._seen: set[int] = set()
        self._again: dict[int, int] = {}

    def of(
        self, account: str, bank_ref: str, booked: date, text: str, minor: int, currency: str
    ) -> str:
        """The id of the next line; `text` is its structured reference and its free text."""
        if bank_ref:
            key = f"{account}|ref|{bank_ref}|{minor}|{currency}"
        else:
            key = f"{account}|text|{booked.isoformat()}|{_folded(text)}|{minor}|{currency}"
        digest = hashlib.sha256(f"{key}|1".encode()).digest()
        mark = int.from_bytes(digest[:8])
        if mark in self._seen:
            ordinal = self._again.get(mark, 1) + 1
            self._again[mark] = ordinal
            digest = hashlib.sha256(f"{key}|{ordinal}".encode()).digest()
        else:
            self._seen.add(mark)
        return digest[:10].hex()


_SIGNS = bytes(set(range(128)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789"))


def _folded(text: str) -> str:
    return text.casefold().encode("ascii", "ignore").translate(None, _SIGNS).decode("ascii")


def identified(lines: Iterable[BankLine]) -> tuple[BankLine, ...]:
    """The lines with their ids, told apart among each other; see `Identities`."""
    ids = Identities()
    return tuple(
        with_id(
            line,
            ids.of(
                line.account,
                line.bank_ref,
                line.booked,
                line.structured + line.text,
                line.amount.minor,
                line.amount.currency,
            ),
        )
        for line in lines
    )


def with_id(line: BankLine, id: str) -> BankLine:
    """The line with that id."""
    return BankLine(
        account=line.account,
        booked=line.booked,
        valued=line.valued,
        amount=line.amount,
        payer=line.payer,
        payer_iban=line.payer_iban,
        text=line.text,
        structured=line.structured,
        end_to_end=line.end_to_end,
        bank_ref=line.bank_ref,
        code=line.code,
        raw=line.raw,
        id=id,
    )
