"""OFX statements, 1.x (SGML) and 2.x (XML): bank and credit card accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from html import unescape
from pathlib import Path

from clerkwork.adapters.statements.checks import account_of, clean, reference, refusal, sound
from clerkwork.adapters.statements.unheld import unheld
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Statement

__all__ = ["is_ofx", "read_ofx"]

_LARGEST = 64 * 1024 * 1024
_DEEPEST = 40
_HEADER = re.compile(rb"OFXHEADER\s*[:=]|<OFX>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9.\-]{0,63})\s*(/?)>([^<]*)")
_CHARSET = re.compile(rb"(?:ENCODING|CHARSET|encoding)\s*[:=]\s*[\"']?([A-Za-z0-9_\-]{1,20})")
_HOSTILE = re.compile(r"<!(?:DOCTYPE|ENTITY|\[CDATA\[)", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_AMOUNT = re.compile(r"([+-]?)([0-9]{0,15})(?:[.,]([0-9]{0,5}))?")
_OPENING = re.compile(r"open|begin|start|anfang", re.IGNORECASE)
_LEAVES = frozenset(
    (  # noqa: SIM905
        "TRNTYPE DTPOSTED DTUSER DTAVAIL TRNAMT FITID CORRECTFITID SRVRTID CHECKNUM REFNUM SIC "
        "PAYEEID NAME EXTDNAME MEMO BANKID BRANCHID ACCTID ACCTTYPE ACCTKEY CURDEF DTSTART DTEND "
        "BALAMT DTASOF CODE SEVERITY MESSAGE LANGUAGE ORG FID TRNUID DTSERVER"
    ).split()
)
"""Elements that may be empty and, in SGML, without an end."""


@dataclass(slots=True)
class _Node:
    """An aggregate with its elements, by name, and the aggregates in it."""

    name: str
    start: int
    stop: int = 0
    said: dict[str, str] = field(default_factory=dict)
    inner: list[_Node] = field(default_factory=list)

    def all(self, name: str) -> Iterator[_Node]:
        """Every aggregate of that name, however deep."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            if one.name == name:
                yield one
            else:
                waiting.extend(reversed(one.inner))

    def one(self, *names: str) -> _Node | None:
        return next((node for node in self.inner if node.name in names), None)


def is_ofx(start: bytes) -> bool:
    """Whether the beginning of a file is that of an OFX."""
    return _HEADER.search(start[:2_000]) is not None


def read_ofx(path: Path) -> tuple[Statement, ...]:
    """The statements of an OFX file; raises `StatementError` and refuses it whole.

    An OFX says its closing balance (LEDGERBAL), not the opening one: the opening is derived from
    it, so nothing proves that no line is missing, which `controls` says. Only where a file names
    the opening too, or holds several statements of one account, is it held against the lines.
    """
    text = _text(path)
    tree = _tree(path, text)
    nodes = [node for name in ("STMTRS", "CCSTMTRS") for node in tree.all(name)]
    found: list[Statement] = []
    for node in nodes:
        found.append(_Reading(path, text, node).statement(found))
    if not found:
        raise refusal(path, "whole file", "no statement", "STMTRS or CCSTMTRS")
    return tuple(found)


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > _LARGEST:
        raise refusal(path, "whole file", f"{size:,} bytes", f"at most {_LARGEST:,}")
    content = path.read_bytes()
    told = _CHARSET.findall(content[:2_000])
    names = [name.decode("ascii").upper() for name in told]
    encodings = ["utf-8-sig", "cp1252"]
    if any(name in ("1252", "CP1252", "WINDOWS-1252", "ISO-8859-1", "8859-1") for name in names):
        encodings = ["cp1252"]
    text = ""
    for encoding in encodings:
        try:
            text = content.decode(encoding, errors="replace" if encoding == "cp1252" else "strict")
            break
        except UnicodeDecodeError:
            continue
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for pattern, what in ((re.compile("\x00"), "a NUL byte"), (_HOSTILE, "a declaration")):
        if (bad := pattern.search(text)) is not None:
            raise refusal(path, _line(text, bad.start()), what, "plain OFX")
    return text


def _line(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}"


def _tree(path: Path, text: str) -> _Node:
    """The aggregates of the file. In SGML an element with a value may have no end tag."""
    open_ = [_Node("", 0)]
    at, value_of = text.upper().find("<OFX>"), ""
    while at < len(text):
        tag = _TAG.match(text, at)
        if tag is None:
            raise refusal(path, _line(text, at), repr(text[at : at + 30]), "a tag of OFX")
        at = tag.end()
        wrong = _ended(open_, tag, value_of) if tag[1] else _begun(open_, tag)
        if wrong:
            raise refusal(path, _line(text, tag.start()), tag[0].strip()[:40], wrong)
        value_of = "" if tag[1] or open_[-1].start == tag.start() + 1 else tag[2].upper()
    if len(open_) > 1:
        found = f"<{open_[-1].name}> without an end (the file is cut off)"
        raise refusal(path, _line(text, len(text)), found, f"</{open_[-1].name}>")
    return open_[0]


def _ended(open_: list[_Node], tag: re.Match[str], value_of: str) -> str:
    """Take an end tag in; what was expected in its place, if it is wrong."""
    name = tag[2].upper()
    if tag[4].strip():
        return f"nothing behind </{name}>"
    if value_of == name:
        return ""
    if len(open_) < 2 or open_[-1].name != name:
        return f"</{open_[-1].name}>" if len(open_) > 1 else "nothing behind </OFX>"
    open_.pop().stop = tag.start() + len(f"</{name}>")
    return ""


def _begun(open_: list[_Node], tag: re.Match[str]) -> str:
    """Take a start tag in, with its value; what was expected in its place, if it is wrong."""
    name, value = tag[2].upper(), tag[4].strip()
    if value or tag[3] or name in _LEAVES:
        if name in open_[-1].said:
            return f"<{name}> once"
        open_[-1].said[name] = clean(unescape(value))
        return ""
    if len(open_) > _DEEPEST:
        return f"at most {_DEEPEST} levels"
    # One more than its place, for the root begins at 0.
    node = _Node(name, tag.start() + 1)
    open_[-1].inner.append(node)
    open_.append(node)
    return ""


class _Reading:
    """One statement while it is read."""

    def __init__(self, path: Path, text: str, node: _Node) -> None:
        self._path, self._text, self._node = path, text, node

    def statement(self, before: list[Statement]) -> Statement:
        node = self._node
        account = self._account(node.one("BANKACCTFROM", "CCACCTFROM"))
        currency = self._said(node, "CURDEF")
        made = node.one("BANKTRANLIST")
        lines = [self._line(account, currency, one) for one in (made.inner if made else [])]
        self._expect_unlike(lines)
        last = node.one("LEDGERBAL")
        if last is None:
            raise self._refusal(node, "no LEDGERBAL (is the file cut off?)", "the closing balance")
        closing, as_of = self._money(last, "BALAMT", currency), self._day(last, "DTASOF")
        days = [line.booked for line in lines]
        opened = self._day(made, "DTSTART") if made and "DTSTART" in made.said else None
        ended = self._day(made, "DTEND") if made and "DTEND" in made.said else None
        moved = Money(sum(line.amount.minor for line in lines), currency)
        opening = self._opening(account, currency, before)
        held = opening is not None
        if opening is None:
            # A balance of a later day than the list says nothing of the list.
            whole = as_of <= max([as_of if ended is None else ended, *days])
            opening = closing - moved if whole else Money(0, currency)
            closing = opening + moved
        statement = Statement(
            account=account,
            number="",
            opened=min([opened or as_of, *days]),
            closed=max([ended or as_of, *days]),
            opening=opening,
            closing=closing,
            lines=tuple(lines),
            source=self._path.name,
        )
        check = sound if held else unheld
        return check(self._path, _line(self._text, node.start), statement)

    def _opening(self, account: str, currency: str, before: list[Statement]) -> Money | None:
        """The opening balance: among the named balances, or as the statement before ended."""
        for balance in self._node.all("BAL"):
            if _OPENING.search(balance.said.get("NAME", "")):
                return self._money(balance, "VALUE", currency)
        return next((one.closing for one in reversed(before) if one.account == account), None)

    def _line(self, account: str, currency: str, node: _Node) -> BankLine:
        if node.name != "STMTTRN":
            raise self._refusal(node, f"<{node.name}> among the transactions", "STMTTRN")
        payee, party = node.one("PAYEE"), node.one("BANKACCTTO", "CCACCTTO")
        other = node.one("CURRENCY")
        booked = self._day(node, "DTPOSTED")
        said = node.said
        return BankLine(
            account=account,
            booked=booked,
            valued=self._day(node, "DTAVAIL") if said.get("DTAVAIL") else booked,
            amount=self._money(
                node, "TRNAMT", self._said(other, "CURSYM") if other is not None else currency
            ),
            payer=said.get("NAME", "") or (payee.said.get("NAME", "") if payee else ""),
            payer_iban=account_of(party.said.get("ACCTID", "")) if party else "",
            text=said.get("MEMO", ""),
            end_to_end=reference(said.get("REFNUM", "")),
            bank_ref=reference(said.get("FITID", "")),
            code=said.get("TRNTYPE", ""),
            raw=self._text[node.start - 1 : node.stop],
        )

    def _account(self, node: _Node | None) -> str:
        if node is None:
            raise self._refusal(self._node, "no account", "BANKACCTFROM with ACCTID")
        return account_of(self._said(node, "ACCTID"))

    def _expect_unlike(self, lines: list[BankLine]) -> None:
        seen: set[str] = set()
        for line in lines:
            if line.bank_ref and line.bank_ref in seen:
                found = f"FITID {line.bank_ref[:40]} twice"
                raise self._refusal(self._node, found, "one of its own for each transaction")
            seen.add(line.bank_ref)

    def _said(self, node: _Node, name: str) -> str:
        if not node.said.get(name):
            raise self._refusal(node, f"<{node.name}> without {name}", name)
        return node.said[name]

    def _money(self, node: _Node, name: str, currency: str) -> Money:
        text = self._said(node, name)
        found = _AMOUNT.fullmatch(text)
        try:
            if found is None or not re.fullmatch("[A-Z]{3}", currency):
                raise ValueError(f"{text[:30]!r} {currency[:10]!r} is not an amount")
            digits = f"{found[1]}{found[2]}.{found[3] or '0'}"
            return Money.of(Decimal(digits), currency)
        except (ValueError, InvalidOperation) as error:
            raise self._refusal(node, f"{name}: {error}", "an amount as -12.50") from error

    def _day(self, node: _Node, name: str) -> date:
        text = self._said(node, name)
        found = _DAY.match(text)
        try:
            if found is None:
                raise ValueError(f"{text[:30]!r} is not a date")
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError as error:
            raise self._refusal(node, f"{name}: {error}", "a date as 20260302") from error

    def _refusal(self, node: _Node, found: str, expected: str) -> Exception:
        return refusal(self._path, _line(self._text, node.start), found, expected)
