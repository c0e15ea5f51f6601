"""What reading statements is measured against: lxml with the same fields, and mt-940 alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree

from clerkwork.core.payments import BankLine

__all__ = ["Fields", "fields_of", "lxml_fields", "mt940_entries"]

Fields = tuple[str, date, date, int, str, str, str, str, str, str, str, str]
"""Account, booked, valued, minor units, currency, payer, IBAN, text, structured, end-to-end,
reference, code: what a bank line has, without its id and the raw entry."""

_NS = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


def _path(*names: str) -> str:
    return "/".join(_NS + name for name in names)


_AMOUNT, _WAY, _STATUS = _path("Amt"), _path("CdtDbtInd"), _path("Sts", "Cd")
_BOOKED, _VALUED = _path("BookgDt", "Dt"), _path("ValDt", "Dt")
_CODE = _path("BkTxCd", "Prtry", "Cd")
_DETAILS = _path("NtryDtls", "TxDtls")
_REFERENCE, _END_TO_END = _path("Refs", "AcctSvcrRef"), _path("Refs", "EndToEndId")
_TEXT = _path("RmtInf", "Ustrd")
_STRUCTURED = _path("RmtInf", "Strd", "CdtrRefInf", "Ref")
_NAME = {side: _path("RltdPties", side, "Nm") for side in ("Dbtr", "Cdtr")}
_IBAN = {side: _path("RltdPties", f"{side}Acct", "Id", "IBAN") for side in ("Dbtr", "Cdtr")}


def lxml_fields(path: Path, *, raw: bool) -> tuple[list[Fields], list[str]]:
    """The fields of every booked entry by lxml's iterparse, each cleared once it is read.

    With `raw` each entry is kept as it stood too, which is one of the fields of a bank line. It
    trusts the file: no balances, no checks, no ids.
    """
    found: list[Fields] = []
    entries: list[str] = []
    account = ""
    tags = (f"{_NS}Acct", f"{_NS}Ntry", f"{_NS}Bal")
    for _, node in etree.iterparse(str(path), events=("end",), tag=tags):
        if node.tag == tags[0]:
            account = node.findtext(_path("Id", "IBAN"))
            continue
        if node.tag == tags[1] and node.findtext(_STATUS) == "BOOK":
            found.append(_fields(account, node))
            if raw:
                entries.append(etree.tostring(node, encoding="unicode", with_tail=False))
        node.clear()
        while node.getprevious() is not None:
            before = node.getprevious()
            if before.tag == tags[0]:
                break
            del node.getparent()[node.getparent().index(before)]
    return found, entries


def _fields(account: str, node: Any) -> Fields:
    details = node.find(_DETAILS)
    amount = node.find(_AMOUNT)
    minor = int(amount.text.replace(".", ""))
    side = "Dbtr"
    if node.findtext(_WAY) == "DBIT":
        minor, side = -minor, "Cdtr"
    end_to_end = details.findtext(_END_TO_END)
    return (
        account,
        date.fromisoformat(node.findtext(_BOOKED)),
        date.fromisoformat(node.findtext(_VALUED)),
        minor,
        amount.get("Ccy"),
        details.findtext(_NAME[side]) or "",
        details.findtext(_IBAN[side]) or "",
        details.findtext(_TEXT) or "",
        details.findtext(_STRUCTURED) or "",
        "" if end_to_end == "NOTPROVIDED" else end_to_end,
        details.findtext(_REFERENCE) or "",
        node.findtext(_CODE),
    )


def fields_of(line: BankLine) -> Fields:
    """The same of one of our lines."""
    return (
        line.account,
        line.booked,
        line.valued,
        line.amount.minor,
        line.amount.currency,
        line.payer,
        line.payer_iban,
        line.text,
        line.structured,
        line.end_to_end,
        line.bank_ref,
        line.code,
    )


def mt940_entries(path: Path) -> int:
    """How many entries mt-940 alone reads, statement by statement."""
    import mt940

    return sum(len(one) for one in mt940.parse_statements(str(path), encoding="utf-8"))
