"""CAMT.053 (ISO 20022, bank-to-customer statement) of any version, streamed."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from clerkwork.adapters.statements.checks import account_of, clean, reference, refusal, sound
from clerkwork.adapters.statements.nodes import Node, Reader
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Statement

__all__ = ["read_camt"]

_LARGEST = 2 * 1024 * 1024 * 1024
_OTHERS = {
    "BkToCstmrAcctRpt": "a CAMT.052, which is a preview of entries that may still change",
    "BkToCstmrDbtCdtNtfctn": "a CAMT.054, which explains entries and has no balances",
}
_AMOUNT = re.compile(r"\d{1,18}(\.\d{1,5})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_camt(path: Path) -> tuple[Statement, ...]:
    """The statements of a CAMT.053 file; raises `StatementError` and refuses it whole."""
    size = path.stat().st_size
    if size > _LARGEST:
        raise refusal(path, "whole file", f"{size:,} bytes", f"at most {_LARGEST:,}")
    return _File(path).read()


class _File:
    """One file while it is read: what is known of the statement under way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = Reader(
            path,
            within="Stmt",
            kept=frozenset({"Ntry", "TxDtls"}),
            opened=self._open,
            part=self._part,
            ended=self._end,
        )
        self._statements: list[Statement] = []
        self._open()

    def read(self) -> tuple[Statement, ...]:
        self._reader.read()
        if not self._statements:
            kind = _OTHERS.get(self._reader.second, f"<{self._reader.root}> without a statement")
            raise refusal(self._path, "whole file", kind, "a CAMT.053")
        return tuple(self._statements)

    def _open(self) -> None:
        self._account = ""
        self._numbers: dict[str, str] = {}
        self._balances: list[tuple[str, date, Money]] = []
        self._lines: list[BankLine] = []
        self._entries = 0

    def _part(self, node: Node) -> None:
        if node.name == "Acct":
            self._account = account_of(node.says("Id/IBAN", "Id/Othr/Id"))
        elif node.name in {"ElctrncSeqNb", "LglSeqNb", "Id"}:
            self._numbers[node.name] = clean(node.text)
        elif node.name == "Bal":
            kind = node.says("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd")
            if kind in {"OPBD", "PRCD", "CLBD", "ITBD"}:
                self._balances.append((kind, self._date(node, "Dt"), self._signed(node)))
        elif node.name == "Ntry":
            self._entries += 1
            self._lines.extend(self._booked(node))

    def _end(self) -> None:
        statement = Statement(
            account=self._account,
            number=next(
                (
                    self._numbers[n]
                    for n in ("ElctrncSeqNb", "LglSeqNb", "Id")
                    if self._numbers.get(n)
                ),
                "",
            ),
            opened=self._balance("opening", ("OPBD", "PRCD", "ITBD"))[1],
            closed=self._balance("closing", ("CLBD", "ITBD"))[1],
            opening=self._balance("opening", ("OPBD", "PRCD", "ITBD"))[2],
            closing=self._balance("closing", ("CLBD", "ITBD"))[2],
            lines=tuple(self._lines),
            source=self._path.name,
        )
        if not statement.account:
            raise self._refusal("no account", "Acct with an IBAN or another identification")
        number = statement.number or str(len(self._statements) + 1)
        self._statements.append(sound(self._path, f"statement {number}", statement))

    def _balance(self, which: str, kinds: tuple[str, ...]) -> tuple[str, date, Money]:
        found = self._balances if which == "opening" else self._balances[::-1]
        for kind in kinds:
            for balance in found:
                if balance[0] == kind:
                    return balance
        raise self._refusal(f"no {which} balance", " or ".join(kinds))

    def _booked(self, entry: Node) -> list[BankLine]:
        status = entry.says("Sts/Cd", "Sts/Prtry", "Sts")
        if not status:
            raise self._refusal("an entry without a status", "Sts, BOOK for a booked one")
        if status != "BOOK":
            return []
        details = list(entry.all("NtryDtls/TxDtls"))
        if len(details) < 2:
            detail = details[0] if details else None
            return [self._line(entry, detail, self._signed(entry), entry.raw)]
        amounts = [self._part_amount(entry, detail) for detail in details]
        whole = self._signed(entry)
        if total(amounts, whole.currency) != whole:
            found = f"{len(details)} transactions of {total(amounts, whole.currency)} in all"
            raise self._refusal(found, f"the entry's {whole}")
        return [
            self._line(entry, detail, amount, detail.raw)
            for detail, amount in zip(details, amounts, strict=True)
        ]

    def _part_amount(self, entry: Node, detail: Node) -> Money:
        """The amount of one transaction of a batch, in the entry's direction unless it says so."""
        whole = self._signed(entry)
        candidates = [*detail.all("Amt"), *detail.all("AmtDtls/TxAmt/Amt")]
        amount = next((n for n in candidates if n.attributes.get("Ccy") == whole.currency), None)
        if amount is None:
            expected = f"an amount in {whole.currency} for each transaction of a batch"
            raise self._refusal("a transaction without its own amount", expected)
        money = self._money(amount)
        out = (detail.says("CdtDbtInd") or entry.says("CdtDbtInd")) == "DBIT"
        return -money if out else money

    def _line(self, entry: Node, detail: Node | None, amount: Money, raw: str) -> BankLine:
        one = detail or Node("TxDtls", {}, 0)
        booked = self._date(entry, "BookgDt")
        payer, payer_iban = self._other_party(entry, one, amount)
        return BankLine(
            account=self._account,
            booked=booked,
            valued=self._date(entry, "ValDt") if entry.one("ValDt") else booked,
            amount=amount,
            payer=payer,
            payer_iban=payer_iban,
            text=_text(entry, one),
            structured=", ".join(
                ref for n in one.all("RmtInf/Strd/CdtrRefInf/Ref") if (ref := clean(n.text))
            ),
            end_to_end=reference(one.says("Refs/EndToEndId")),
            bank_ref=reference(one.says("Refs/AcctSvcrRef"))
            or reference(entry.says("AcctSvcrRef")),
            code=_code(entry, one),
            raw=raw,
        )

    def _other_party(self, entry: Node, one: Node, amount: Money) -> tuple[str, str]:
        """Name and IBAN of the other side; a return names the parties of what it returns."""
        sides = ["Dbtr", "Cdtr"] if amount.minor >= 0 else ["Cdtr", "Dbtr"]
        if not _reversed(entry, one):
            return self._party(one, sides[0])
        found = [self._party(one, side) for side in reversed(sides)]
        return found[0] if any(found[0]) else found[1]

    def _party(self, one: Node, side: str) -> tuple[str, str]:
        number = account_of(
            one.says(f"RltdPties/{side}Acct/Id/IBAN", f"RltdPties/{side}Acct/Id/Othr/Id")
        )
        if number == self._account:
            return "", ""
        name = one.says(
            f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm", f"RltdPties/Ultmt{side}/Nm"
        )
        return name, number

    def _signed(self, node: Node) -> Money:
        amount, mark = node.one("Amt"), node.says("CdtDbtInd")
        if amount is None or mark not in {"CRDT", "DBIT"}:
            raise self._refusal(f"<{node.name}> without amount or direction", "Amt and CdtDbtInd")
        money = self._money(amount)
        return -money if mark == "DBIT" else money

    def _money(self, node: Node) -> Money:
        text, currency = clean(node.text), node.attributes.get("Ccy", "")
        try:
            if not _AMOUNT.fullmatch(text) or not re.fullmatch("[A-Z]{3}", currency):
                raise ValueError(f"{text!r} {currency!r} is not an amount")
            return Money.of(Decimal(text), currency)
        except ValueError as error:
            raise self._refusal(str(error), "digits, a point, and a currency") from error

    def _date(self, node: Node, name: str) -> date:
        text = node.says(f"{name}/Dt", f"{name}/DtTm")[:10]
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(f"{text!r} is not a date")
            return date.fromisoformat(text)
        except ValueError as error:
            raise self._refusal(f"{name}: {error}", "year-month-day") from error

    def _refusal(self, found: str, expected: str) -> Exception:
        place = f"{self._reader.place}, statement {len(self._statements) + 1}"
        if self._entries:
            place += f", entry {self._entries}"
        return refusal(self._path, place, found, expected)


def _reversed(entry: Node, one: Node) -> bool:
    return entry.says("RvslInd") in {"true", "1"} or one.one("RtrInf") is not None


def _text(entry: Node, one: Node) -> str:
    parts = [clean(n.text) for n in one.all("RmtInf/Ustrd")]
    parts += [clean(n.text) for n in one.all("RmtInf/Strd/RfrdDocInf/Nb")]
    parts += [clean(n.text) for n in one.all("RmtInf/Strd/AddtlRmtInf")]
    text = "\n".join(part for part in parts if part)
    if text or one.one("RmtInf") is not None:
        return text
    return one.says("AddtlTxInf") or entry.says("AddtlNtryInf")


def _code(entry: Node, one: Node) -> str:
    """The bank's code, with 'return' and its reason or 'reversal' behind it where it is one."""
    node = one if one.one("BkTxCd") is not None else entry
    code = node.says("BkTxCd/Prtry/Cd")
    if not code:
        levels = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
        code = "-".join(said for level in levels if (said := node.says(level)))
    if one.one("RtrInf") is not None:
        code = f"{code} return {one.says('RtrInf/Rsn/Cd', 'RtrInf/Rsn/Prtry')}".strip()
    elif _reversed(entry, one):
        code = f"{code} reversal".strip()
    return code
