"""Writes CAMT.052, .053 and .054 in any version, for tests; it knows nothing of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Kind, Statement

__all__ = ["NEWEST", "Entry", "write_camt"]

NEWEST = 13
"""The newest version of the three messages, as in camt.053.001.13."""

_MESSAGES = {
    Kind.STATEMENT: ("053", "BkToCstmrStmt", "Stmt"),
    Kind.PREVIEW: ("052", "BkToCstmrAcctRpt", "Rpt"),
    Kind.NOTIFICATION: ("054", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


@dataclass(frozen=True)
class Entry:
    """What the bank made one entry of; several lines are a batch."""

    lines: tuple[BankLine, ...]
    status: str = "BOOK"

    @property
    def cents(self) -> int:
        return sum(line.amount.minor for line in self.lines)


def write_camt(
    statements: Iterable[tuple[Statement, Sequence[Entry]]], *, version: int, prefix: str = ""
) -> bytes:
    """One document of statements of one kind, each with its entries."""
    made = list(statements)
    message, second, third = _MESSAGES[made[0][0].kind]
    writer = _Writer(version)
    inside = "".join(f"<{third}>{writer.statement(*one)}</{third}>" for one in made)
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version:02d}"
    xml = f"<{second}><GrpHdr><MsgId>M</MsgId></GrpHdr>{inside}</{second}>"
    if prefix:
        xml = xml.replace("</", "\0").replace("<", f"<{prefix}:").replace("\0", f"</{prefix}:")
        root = f"<{prefix}:Document xmlns:{prefix}={quoteattr(space)}>"
        return f"{root}{xml}</{prefix}:Document>".encode()
    return f'<?xml version="1.0"?><Document xmlns="{space}">{xml}</Document>'.encode()


def _decimal(cents: int) -> str:
    return f"{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _money(cents: int, currency: str) -> str:
    return (
        f'<Amt Ccy="{currency}">{_decimal(cents)}</Amt>'
        f"<CdtDbtInd>{'CRDT' if cents >= 0 else 'DBIT'}</CdtDbtInd>"
    )


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


@dataclass(frozen=True)
class _Writer:
    version: int

    def statement(self, one: Statement, entries: Sequence[Entry]) -> str:
        account = _tag("IBAN", one.account)
        balances = ""
        if one.kind is Kind.STATEMENT:
            balances = self._balance("OPBD", one.opened, one.opening)
            balances += self._balance("CLBD", one.closed, one.closing)
        period = (
            f"<FrToDt><FrDtTm>{one.opened}T00:00:00</FrDtTm>"
            f"<ToDtTm>{one.closed}T23:59:59</ToDtTm></FrToDt>"
        )
        return (
            f"<Id>S</Id>{_tag('ElctrncSeqNb', one.number)}{period}"
            f"<Acct><Id>{account}</Id><Ccy>{one.opening.currency}</Ccy></Acct>{balances}"
            f"{self._summary(entries)}"
            f"{''.join(self._entry(entry, one.opening.currency) for entry in entries)}"
        )

    def _balance(self, kind: str, day: date, amount: Money) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
            f"{_money(amount.minor, amount.currency)}<Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    def _summary(self, entries: Sequence[Entry]) -> str:
        net = sum(entry.cents for entry in entries)
        direction = f"<CdtDbtInd>{'CRDT' if net >= 0 else 'DBIT'}</CdtDbtInd>"
        moved = f"<TtlNetNtryAmt>{_decimal(net)}</TtlNetNtryAmt>{direction}"
        if self.version >= 4:
            moved = f"<TtlNetNtry><Amt>{_decimal(net)}</Amt>{direction}</TtlNetNtry>"
        amount = _decimal(sum(abs(entry.cents) for entry in entries))
        return (
            f"<TxsSummry><TtlNtries><NbOfNtries>{len(entries)}</NbOfNtries><Sum>{amount}</Sum>"
            f"{moved}</TtlNtries></TxsSummry>"
        )

    def _entry(self, entry: Entry, currency: str) -> str:
        first = entry.lines[0]
        status = f"<Cd>{entry.status}</Cd>" if self.version >= 7 else entry.status
        details = "".join(map(self._details, entry.lines))
        count = f"<Btch><NbOfTxs>{len(entry.lines)}</NbOfTxs></Btch>"
        return (
            f"<Ntry>{_money(entry.cents, currency)}<Sts>{status}</Sts>"
            f"<BookgDt><DtTm>{first.booked}T10:00:00+01:00</DtTm></BookgDt>"
            f"<ValDt><Dt>{first.valued}</Dt></ValDt>"
            f"<NtryDtls>{count if len(entry.lines) > 1 else ''}{details}</NtryDtls></Ntry>"
        )

    def _details(self, line: BankLine) -> str:
        amount = _money(line.amount.minor, line.amount.currency)
        if self.version == 2:
            inside = f'<TxAmt><Amt Ccy="{line.amount.currency}">{_decimal(line.amount.minor)}</Amt>'
            direction = amount.partition("</Amt>")[2]
            amount = f"<AmtDtls>{inside}</TxAmt></AmtDtls>{direction}"
        return (
            f"<TxDtls><Refs>{_tag('AcctSvcrRef', line.bank_ref)}"
            f"{_tag('EndToEndId', line.end_to_end)}</Refs>{amount}"
            f"<BkTxCd><Prtry>{_tag('Cd', line.code.partition(' ')[0])}</Prtry></BkTxCd>"
            f"{self._parties(line)}{self._remittance(line)}{self._return(line)}</TxDtls>"
        )

    def _parties(self, line: BankLine) -> str:
        side = "Dbtr" if line.amount.minor >= 0 else "Cdtr"
        name = _tag("Nm", line.payer)
        name = f"<Pty>{name}</Pty>" if self.version >= 6 else name
        account = f"<Id>{_tag('IBAN', line.payer_iban)}</Id>"
        inside = f"<{side}>{name}</{side}>" if line.payer else ""
        inside += f"<{side}Acct>{account}</{side}Acct>" if line.payer_iban else ""
        return f"<RltdPties>{inside}</RltdPties>" if inside else ""

    def _remittance(self, line: BankLine) -> str:
        free = "".join(_tag("Ustrd", part) for part in line.text.split("\n"))
        ref = _tag("Ref", line.structured)
        strict = f"<Strd><CdtrRefInf>{ref}</CdtrRefInf></Strd>" if ref else ""
        return f"<RmtInf>{free}{strict}</RmtInf>"

    def _return(self, line: BankLine) -> str:
        _, back, reason = line.code.partition(" return ")
        return f"<RtrInf><Rsn>{_tag('Cd', reason)}</Rsn></RtrInf>" if back else ""
