"""Statement files of any size out of a made world's bank lines: CAMT.053 and MT940."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import polars as pl

__all__ = ["write_camt", "write_mt940"]

Line = Mapping[str, Any]

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    "<GrpHdr><MsgId>BENCH</MsgId><CreDtTm>2026-11-21T06:00:00</CreDtTm></GrpHdr>\n"
)
_STATEMENT = (
    "<Stmt><Id>{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
    "<CreDtTm>2026-11-21T06:00:00</CreDtTm><Acct><Id><IBAN>{account}</IBAN></Id>"
    "<Ccy>{currency}</Ccy></Acct>{opening}{closing}\n"
)
_BALANCE = (
    '<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
    "<CdtDbtInd>{way}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
)
_ENTRY = (
    '<Ntry><NtryRef>{place}</NtryRef><Amt Ccy="{currency}">{amount}</Amt>'
    "<CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{booked}</Dt></BookgDt>"
    "<ValDt><Dt>{valued}</Dt></ValDt><AcctSvcrRef>{id}</AcctSvcrRef>"
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
    "<Prtry><Cd>{code}</Cd><Issr>BANK</Issr></Prtry></BkTxCd>"
    "<NtryDtls><TxDtls><Refs><AcctSvcrRef>{id}</AcctSvcrRef><EndToEndId>{end_to_end}</EndToEndId>"
    '</Refs><AmtDtls><TxAmt><Amt Ccy="{currency}">{amount}</Amt></TxAmt></AmtDtls>'
    "<RltdPties><{side}><Nm>{payer}</Nm><PstlAdr><Ctry>NL</Ctry><AdrLine>Dam 1</AdrLine>"
    "<AdrLine>1012 JS Amsterdam</AdrLine></PstlAdr></{side}>"
    "<{side}Acct><Id><IBAN>{payer_iban}</IBAN></Id></{side}Acct></RltdPties>"
    "<RltdAgts><{side}Agt><FinInstnId><BICFI>ABNANL2A</BICFI></FinInstnId></{side}Agt></RltdAgts>"
    "<RmtInf>{remittance}</RmtInf></TxDtls></NtryDtls></Ntry>\n"
)


def write_camt(path: Path, lines: pl.DataFrame) -> int:
    """A CAMT.053 with a statement for each account and currency; its number of entries."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for number, (account, currency, entries) in enumerate(_statements(lines), 1):
            ends = _ends(entries, currency)
            file.write(_STATEMENT.format(number=number, account=account, currency=currency, **ends))
            file.writelines(_entry(place, line) for place, line in enumerate(entries, 1))
            file.write("</Stmt>\n")
        file.write("</BkToCstmrStmt></Document>\n")
    return len(lines)


def _statements(lines: pl.DataFrame) -> Iterator[tuple[str, str, list[Line]]]:
    ordered = lines.sort("account", "currency", "booked", "id")
    for (account, currency), group in groupby(
        ordered.iter_rows(named=True), key=lambda line: (line["account"], line["currency"])
    ):
        yield account, currency, list(group)


def _ends(entries: list[Line], currency: str) -> dict[str, str]:
    moved = sum(line["amount_minor"] for line in entries)
    told = {"opening": ("OPBD", 0, entries[0]), "closing": ("CLBD", moved, entries[-1])}
    return {
        name: _BALANCE.format(
            kind=kind, currency=currency, amount=_amount(minor), way=_way(minor), day=line["booked"]
        )
        for name, (kind, minor, line) in told.items()
    }


def _entry(place: int, line: Line) -> str:
    minor = line["amount_minor"]
    if line["structured"]:
        remittance = (
            f"<Strd><CdtrRefInf><Ref>{escape(line['structured'])}</Ref></CdtrRefInf></Strd>"
        )
    else:
        remittance = f"<Ustrd>{escape(line['text'])}</Ustrd>"
    return _ENTRY.format(
        place=place,
        currency=line["currency"],
        amount=_amount(minor),
        way=_way(minor),
        booked=line["booked"],
        valued=line["valued"],
        id=line["id"],
        code=escape(line["code"] or "ct"),
        end_to_end=escape(line["end_to_end"] or "NOTPROVIDED"),
        side="Dbtr" if minor >= 0 else "Cdtr",
        payer=escape(line["payer"]),
        payer_iban=escape(line["payer_iban"]),
        remittance=remittance,
    )


def _amount(minor: int) -> str:
    return f"{abs(minor) // 100}.{abs(minor) % 100:02d}"


def _way(minor: int) -> str:
    return "CRDT" if minor >= 0 else "DBIT"


def write_mt940(path: Path, lines: pl.DataFrame) -> int:
    """An MT940 with a statement for each account, currency and day; its number of entries."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for account, currency, entries in _statements(lines):
            balance = 0
            for number, (day, group) in enumerate(
                groupby(entries, key=lambda line: line["booked"]), 1
            ):
                file.write(f":20:BENCH{number}\r\n:25:{account}{currency}\r\n:28C:{number}/1\r\n")
                file.write(f":60F:{_balance(balance, day, currency)}\r\n")
                for line in group:
                    balance += line["amount_minor"]
                    file.write(_mt_entry(line))
                file.write(f":62F:{_balance(balance, day, currency)}\r\n-\r\n")
    return len(lines)


def _balance(minor: int, day: Any, currency: str) -> str:
    return f"{'C' if minor >= 0 else 'D'}{day:%y%m%d}{currency}{_amount(minor).replace('.', ',')}"


def _mt_entry(line: Line) -> str:
    minor = line["amount_minor"]
    amount = _amount(minor).replace(".", ",")
    way = "C" if minor >= 0 else "D"
    remittance = f"STRD/CUR/{line['structured']}" if line["structured"] else line["text"]
    told = (
        f"/TRTP/SEPA OVERBOEKING/IBAN/{line['payer_iban']}/BIC/ABNANL2A/NAME/{line['payer']}"
        f"/REMI/{remittance}/EREF/{line['end_to_end'] or 'NOTPROVIDED'}"
    )
    told = " ".join(told.split())
    wrapped = "\r\n".join(told[at : at + 65] for at in range(0, len(told), 65))
    return (
        f":61:{line['valued']:%y%m%d}{line['booked']:%m%d}{way}{amount}NTRFNONREF//{line['id']}\r\n"
        f":86:{wrapped}\r\n"
    )
