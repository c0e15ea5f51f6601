"""Statements as ISO 20022 camt.053.001.08."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from xml.etree import ElementTree as ET

from clerkwork.demo.polder.entries import Entry, Statement

__all__ = ["statement_camt053"]

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
# Our code and direction, as ISO 20022's domain, family and sub-family (External Code Sets).
_CODES = {
    ("sepa-ct", True): ("PMNT", "RCDT", "ESCT"),
    ("sepa-ct", False): ("PMNT", "ICDT", "ESCT"),
    ("sepa-dd", True): ("PMNT", "IDDT", "ESDD"),
    ("sepa-dd", False): ("PMNT", "RDDT", "ESDD"),
    ("return", True): ("PMNT", "ICDT", "RRTN"),
    ("return", False): ("PMNT", "IDDT", "UPDD"),
    ("transfer", True): ("PMNT", "RCDT", "BOOK"),
    ("transfer", False): ("PMNT", "ICDT", "BOOK"),
    ("costs", False): ("ACMT", "MDOP", "CHRG"),
    ("card", False): ("PMNT", "CCRD", "POSD"),
    ("salary", False): ("PMNT", "ICDT", "SALA"),
}
_OTHER = ("PMNT", "OTHR", "OTHR")


def statement_camt053(statements: Sequence[Statement]) -> bytes:
    """One document with a Stmt for each statement, UTF-8; entries are never batched."""
    document = ET.Element("Document", xmlns=_NAMESPACE)
    report = ET.SubElement(document, "BkToCstmrStmt")
    header = ET.SubElement(report, "GrpHdr")
    made = _made_at(max((one.day for one in statements), default=date(1970, 1, 1)))
    _put(header, "MsgId", f"PLDR053{made[:10].replace('-', '')}{len(statements):04d}")
    _put(header, "CreDtTm", made)
    for statement in statements:
        _statement(ET.SubElement(report, "Stmt"), statement)
    ET.indent(document)
    xml: bytes = ET.tostring(document, encoding="UTF-8", xml_declaration=True)
    return xml


def _put(parent: ET.Element, path: str, text: str) -> ET.Element:
    """Append the chain of elements that `path` names, the last one with `text`."""
    for tag in path.split("/"):
        parent = ET.SubElement(parent, tag)
    parent.text = text
    return parent


def _money(parent: ET.Element, tag: str, cents: int) -> None:
    _put(parent, tag, _decimal(cents)).set("Ccy", "EUR")


def _decimal(cents: int) -> str:
    return f"{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _direction(cents: int) -> str:
    return "CRDT" if cents >= 0 else "DBIT"


def _made_at(day: date) -> str:
    return f"{day.isoformat()}T23:30:00+01:00"


def _statement(parent: ET.Element, statement: Statement) -> None:
    _put(parent, "Id", f"{statement.iban}-{statement.day:%Y%m%d}")
    _put(parent, "ElctrncSeqNb", str(statement.number))
    _put(parent, "CreDtTm", _made_at(statement.day))
    period = ET.SubElement(parent, "FrToDt")
    _put(period, "FrDtTm", f"{statement.day.isoformat()}T00:00:00+01:00")
    _put(period, "ToDtTm", f"{statement.day.isoformat()}T23:59:59+01:00")
    account = ET.SubElement(parent, "Acct")
    _put(account, "Id/IBAN", statement.iban)
    _put(account, "Ccy", "EUR")
    _put(account, "Nm", statement.name[:70])
    _put(account, "Svcr/FinInstnId/BICFI", statement.bic)
    _balance(parent, "OPBD", statement.opening, statement.day)
    _balance(parent, "CLBD", statement.closing, statement.day)
    _summary(parent, statement.entries)
    for entry in statement.entries:
        _entry(ET.SubElement(parent, "Ntry"), entry)


def _balance(parent: ET.Element, kind: str, cents: int, day: date) -> None:
    balance = ET.SubElement(parent, "Bal")
    _put(balance, "Tp/CdOrPrtry/Cd", kind)
    _money(balance, "Amt", cents)
    _put(balance, "CdtDbtInd", _direction(cents))
    _put(balance, "Dt/Dt", day.isoformat())


def _summary(parent: ET.Element, entries: Iterable[Entry]) -> None:
    cents = [entry.cents for entry in entries]
    summary = ET.SubElement(parent, "TxsSummry")
    everything = ET.SubElement(summary, "TtlNtries")
    _put(everything, "NbOfNtries", str(len(cents)))
    _put(everything, "Sum", _decimal(sum(abs(one) for one in cents)))
    net = ET.SubElement(everything, "TtlNetNtry")
    _put(net, "Amt", _decimal(sum(cents)))
    _put(net, "CdtDbtInd", _direction(sum(cents)))
    for tag, part in (
        ("TtlCdtNtries", [one for one in cents if one >= 0]),
        ("TtlDbtNtries", [one for one in cents if one < 0]),
    ):
        total = ET.SubElement(summary, tag)
        _put(total, "NbOfNtries", str(len(part)))
        _put(total, "Sum", _decimal(sum(part)))


def _entry(parent: ET.Element, entry: Entry) -> None:
    _put(parent, "NtryRef", entry.bank_ref)
    _money(parent, "Amt", entry.cents)
    _put(parent, "CdtDbtInd", _direction(entry.cents))
    if entry.code == "return":
        _put(parent, "RvslInd", "true")
    _put(parent, "Sts/Cd", "BOOK")
    _put(parent, "BookgDt/Dt", entry.booked.isoformat())
    _put(parent, "ValDt/Dt", entry.valued.isoformat())
    _put(parent, "AcctSvcrRef", entry.bank_ref)
    _transaction_code(parent, entry)
    _details(ET.SubElement(ET.SubElement(parent, "NtryDtls"), "TxDtls"), entry)


def _transaction_code(parent: ET.Element, entry: Entry) -> None:
    domain, family, sub = _CODES.get((entry.code, entry.cents >= 0), _OTHER)
    code = ET.SubElement(parent, "BkTxCd")
    node = ET.SubElement(code, "Domn")
    _put(node, "Cd", domain)
    node = ET.SubElement(node, "Fmly")
    _put(node, "Cd", family)
    _put(node, "SubFmlyCd", sub)
    own = ET.SubElement(code, "Prtry")
    _put(own, "Cd", entry.code)
    _put(own, "Issr", "PLDR")


def _details(parent: ET.Element, entry: Entry) -> None:
    refs = ET.SubElement(parent, "Refs")
    _put(refs, "AcctSvcrRef", entry.bank_ref)
    _put(refs, "EndToEndId", entry.end_to_end)
    _money(parent, "Amt", entry.cents)
    _put(parent, "CdtDbtInd", _direction(entry.cents))
    if entry.name or entry.iban:
        _other_party(ET.SubElement(parent, "RltdPties"), entry)
    if entry.text or entry.structured:
        _remittance(ET.SubElement(parent, "RmtInf"), entry)


def _other_party(parent: ET.Element, entry: Entry) -> None:
    """Whoever paid us is the debtor of the payment, whoever we paid its creditor."""
    # A returned collection keeps the roles it had: the payer stays the debtor.
    role = "Dbtr" if entry.cents >= 0 or entry.code == "return" else "Cdtr"
    if entry.name:
        _put(parent, f"{role}/Pty/Nm", entry.name[:70])
    if entry.iban:
        _put(parent, f"{role}Acct/Id/IBAN", entry.iban)


def _remittance(parent: ET.Element, entry: Entry) -> None:
    if entry.text:
        _put(parent, "Ustrd", entry.text[:140])
    if entry.structured:
        reference = ET.SubElement(ET.SubElement(parent, "Strd"), "CdtrRefInf")
        kind = ET.SubElement(reference, "Tp")
        _put(kind, "CdOrPrtry/Cd", "SCOR")
        _put(kind, "Issr", reference_issuer(entry.structured))
        _put(reference, "Ref", entry.structured)


def reference_issuer(structured: str) -> str:
    """Whose rules a structured reference keeps: ISO (RF), BBA (OGM) or CUR (betalingskenmerk)."""
    if structured.startswith("RF"):
        return "ISO"
    return "BBA" if len(structured) == 12 else "CUR"
