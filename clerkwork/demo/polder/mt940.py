"""Statements as SWIFT MT940, with the tagged :86: that Dutch banks write."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from clerkwork.demo.polder.camt import reference_issuer
from clerkwork.demo.polder.entries import Entry, Statement

__all__ = ["statement_mt940"]

WIDTH = 65
LINES = 6
_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
_INSTEAD = str.maketrans(
    {
        "ß": "ss",
        "Ł": "L",
        "ł": "l",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "Ø": "O",
        "ø": "o",
        "&": "+",
        "_": "-",
    }
)
_TYPES = {
    "sepa-ct": ("NTRF", "SEPA OVERBOEKING"),
    "sepa-dd": ("NDDT", "SEPA INCASSO"),
    "return": ("NRTI", "SEPA INCASSO RETOUR"),
    "transfer": ("NTRF", "OVERBOEKING EIGEN REKENING"),
    "costs": ("NCHG", "KOSTEN"),
    "card": ("NMSC", "BETAALAUTOMAAT"),
    "salary": ("NTRF", "SALARISBETALING"),
}


def statement_mt940(statements: Sequence[Statement]) -> bytes:
    """One message after the other, in SWIFT's character set X, lines ended by CR LF."""
    return "".join(f"{line}\r\n" for one in statements for line in _message(one)).encode("ascii")


def in_swift_signs(text: str) -> str:
    """The text without accents; what SWIFT cannot say becomes a full stop."""
    plain = unicodedata.normalize("NFKD", text.translate(_INSTEAD))
    bare = (sign for sign in plain if not unicodedata.combining(sign))
    return "".join(sign if sign in _SIGNS else "." for sign in bare)


def _message(statement: Statement) -> Iterator[str]:
    yield f"{{1:F01{statement.bic}XXXX0000000000}}{{2:I940{statement.bic}XXXXN}}{{4:"
    yield f":20:PLDR{statement.day:%y%m%d}{statement.number:05d}"
    yield f":25:{statement.iban}EUR"
    yield f":28C:{statement.number:05d}"
    yield f":60F:{_balance(statement, statement.opening)}"
    for entry in statement.entries:
        yield _line(entry)
        yield f"/TRCD/{entry.code}/"
        first, *rest = wrapped(_information(entry))
        yield f":86:{first}"
        yield from rest
    yield f":62F:{_balance(statement, statement.closing)}"
    yield f":64:{_balance(statement, statement.closing)}"
    yield "-}"


def _balance(statement: Statement, cents: int) -> str:
    return f"{'C' if cents >= 0 else 'D'}{statement.day:%y%m%d}EUR{_decimal(cents)}"


def _decimal(cents: int) -> str:
    return f"{abs(cents) // 100},{abs(cents) % 100:02d}"


def _line(entry: Entry) -> str:
    """:61: value date, booking date, direction (R: reversal), amount, kind, references."""
    direction = "C" if entry.cents >= 0 else "D"
    if entry.code == "return":
        # Taking back a credit is a reversal of credit: money out.
        direction = "RC" if entry.cents < 0 else "RD"
    kind, _ = _TYPES.get(entry.code, ("NMSC", ""))
    given = "EREF" if entry.end_to_end != "NOTPROVIDED" else "NONREF"
    return (
        f":61:{entry.valued:%y%m%d}{entry.booked:%m%d}{direction}{_decimal(entry.cents)}"
        f"{kind}{given}//{entry.bank_ref}"
    )


def _information(entry: Entry) -> str:
    _, kind = _TYPES.get(entry.code, ("", "OVERIG"))
    fields = [("TRTP", kind), ("IBAN", entry.iban), ("NAME", entry.name[:70])]
    if entry.structured:
        given = f"STRD/{reference_issuer(entry.structured)}/{entry.structured}"
        fields.append(("REMI", given))
    else:
        fields.append(("REMI", entry.text[:140]))
    fields.append(("EREF", entry.end_to_end))
    return "".join(f"/{tag}/{in_swift_signs(text)}" for tag, text in fields if text)


def wrapped(text: str) -> list[str]:
    """Cut hard at 65 signs, through words and numbers, as banks do.

    No line starts with ':' or '-', which would end the field; no more than six lines.
    """
    lines: list[str] = []
    while text and len(lines) < LINES:
        width = WIDTH
        while text[width : width + 1] in (":", "-") and width > 1:
            width -= 1
        lines.append(text[:width])
        text = text[width:]
    return lines
