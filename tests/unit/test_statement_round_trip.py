"""Whatever lines a bank may have, written as MT940, CSV or OFX and read again, are the same."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from itertools import combinations
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from clerkwork.adapters.statements.reading import Columns, read_statements
from clerkwork.errors import StatementError

ACCOUNT = "NL91ABNA0417164300"
TABLE = Columns(
    account="Own",
    booked="Booked",
    valued="Valued",
    amount="Amount",
    direction="Way",
    out=("out",),
    into=("in",),
    balance="Balance",
    payer="Who",
    payer_iban="Whose",
    text=("What",),
    end_to_end="Theirs",
    bank_ref="Ours",
    delimiter=",",
    decimal=".",
    dates="%Y%m%d",
)
OPENED = date(2025, 12, 29)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    booked: date
    valued: date
    minor: int
    payer: str
    payer_iban: str
    text: str
    end_to_end: str
    bank_ref: str


swift = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ "
letters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cf"))


def words(signs: st.SearchStrategy[str] | str, most: int) -> st.SearchStrategy[str]:
    made = st.text(signs, max_size=most)
    return made.map(lambda text: " ".join(text.split()))


@st.composite
def bank_lines(draw: st.DrawFn, signs: st.SearchStrategy[str] | str) -> list[Line]:
    day, made = OPENED, []
    for place in range(draw(st.integers(1, 6))):
        day += timedelta(days=draw(st.integers(0, 3)))
        made.append(
            Line(
                booked=day,
                valued=day + timedelta(days=draw(st.integers(-5, 5))),
                minor=draw(st.integers(-(10**11), 10**11).filter(bool)),
                payer=draw(words(signs, 60)),
                payer_iban=draw(st.sampled_from(["", "NL02ABNA0123456789", "BE68539007547034"])),
                text=draw(words(signs, 140)),
                end_to_end=draw(words("ABC123-", 20)),
                bank_ref=f"R{place}",
            )
        )
    return made


def read_back(name: str, content: bytes) -> tuple[list[Line], int, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        found = read_statements(path, columns=(TABLE,))
    lines = [
        Line(
            booked=line.booked,
            valued=line.valued,
            minor=line.amount.minor,
            payer=line.payer,
            payer_iban=line.payer_iban,
            text=line.text.replace("\n", ""),
            end_to_end=line.end_to_end,
            bank_ref=line.bank_ref,
        )
        for statement in found
        for line in statement.lines
    ]
    return lines, found[0].opening.minor, found[-1].closing.minor


def amount(minor: int, decimal: str) -> str:
    return f"{abs(minor) // 100}{decimal}{abs(minor) % 100:02d}"


def as_csv(lines: list[Line], balance: int) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        [
            *("Own", "Booked", "Valued", "Amount", "Way", "Balance"),
            *("Who", "Whose", "What", "Theirs", "Ours", "Spare"),
        ]
    )
    for line in lines:
        balance += line.minor
        days = (f"{line.booked:%Y%m%d}", f"{line.valued:%Y%m%d}")
        way = "in" if line.minor > 0 else "out"
        sign = "-" if balance < 0 else ""
        told = (line.payer, line.payer_iban, line.text, line.end_to_end, line.bank_ref, "")
        money = (amount(line.minor, "."), way, sign + amount(balance, "."))
        table.writerow([ACCOUNT, *days, *money, *told])
    return out.getvalue().encode()


def as_ofx(lines: list[Line], balance: int) -> bytes:
    made = [
        "<?xml version='1.0' encoding='UTF-8'?><?OFX OFXHEADER='200' VERSION='211'?>",
        "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF><BANKACCTFROM>",
        f"<ACCTID>{ACCOUNT}</ACCTID></BANKACCTFROM><BANKTRANLIST>",
    ]
    made += [
        f"<STMTTRN><TRNTYPE>OTHER</TRNTYPE><DTPOSTED>{line.booked:%Y%m%d}120000</DTPOSTED>"
        f"<DTAVAIL>{line.valued:%Y%m%d}</DTAVAIL>"
        f"<TRNAMT>{'-' if line.minor < 0 else ''}{amount(line.minor, '.')}</TRNAMT>"
        f"<FITID>{line.bank_ref}</FITID><REFNUM>{line.end_to_end}</REFNUM>"
        f"<NAME>{escape(line.payer)}</NAME><BANKACCTTO><ACCTID>{line.payer_iban}</ACCTID>"
        f"</BANKACCTTO><MEMO>{escape(line.text)}</MEMO></STMTTRN>"
        for line in lines
    ]
    closing = balance + sum(line.minor for line in lines)
    told = f"{'-' if closing < 0 else ''}{amount(closing, '.')}"
    made.append(
        f"</BANKTRANLIST><LEDGERBAL><BALAMT>{told}</BALAMT><DTASOF>20251229</DTASOF></LEDGERBAL>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
    return "\n".join(made).encode()


def as_mt940(lines: list[Line], balance: int) -> bytes:
    def told(minor: int, day: date) -> str:
        return f"{'D' if minor < 0 else 'C'}{day:%y%m%d}EUR{amount(minor, ',')}"

    made = [":20:X", f":25:{ACCOUNT}", ":28C:1/1", f":60F:{told(balance, OPENED)}"]
    for line in lines:
        way = "C" if line.minor > 0 else "D"
        made.append(
            f":61:{line.valued:%y%m%d}{line.booked:%m%d}{way}{amount(line.minor, ',')}"
            f"NTRFNONREF//{line.bank_ref}"
        )
        text = "".join(
            f"/{tag}/{value}"
            for tag, value in (
                ("IBAN", line.payer_iban),
                ("NAME", line.payer),
                ("REMI", line.text),
                ("EREF", line.end_to_end or "NOTPROVIDED"),
            )
        )
        made += [f":86:{text[:65]}", *(text[at : at + 65] for at in range(65, len(text), 65))]
    closing = balance + sum(line.minor for line in lines)
    made += [f":62F:{told(closing, lines[-1].booked)}", "-", ""]
    return "\r\n".join(made).encode()


@given(bank_lines(letters), st.integers(-(10**9), 10**9))
@settings(max_examples=60, deadline=None)
def test_a_table_is_read_as_it_was_written(lines: list[Line], opening: int) -> None:
    closing = opening + sum(line.minor for line in lines)
    assert read_back("a.csv", as_csv(lines, opening)) == (lines, opening, closing)


@given(bank_lines(letters), st.integers(-(10**9), 10**9))
@settings(max_examples=60, deadline=None)
def test_an_ofx_is_read_as_it_was_written(lines: list[Line], opening: int) -> None:
    closing = opening + sum(line.minor for line in lines)
    assert read_back("a.ofx", as_ofx(lines, opening))[0] == lines
    assert read_back("a.ofx", as_ofx(lines, opening))[2] in (closing, closing - opening)


def cancels(amounts: list[int]) -> bool:
    """Whether some of them come to nothing together."""
    return any(
        sum(some) == 0
        for count in range(1, len(amounts) + 1)
        for some in combinations(amounts, count)
    )


def as_ref(place: int, minor: int) -> Line:
    """An entry whose details are one long word, as structured ones of SWIFT are."""
    return Line(
        booked=OPENED,
        valued=OPENED,
        minor=minor,
        payer="",
        payer_iban="NL02ABNA0123456789",
        text="betaling",
        end_to_end="",
        bank_ref=f"R{place}",
    )


@given(bank_lines(swift.replace("/", "")), st.integers(-(10**9), 10**9))
# A payment and its storno, each behind a line so full that a payer's text may have been wrapped.
@example([as_ref(0, 5), as_ref(1, -1), as_ref(2, 1)], 0)
@example([as_ref(0, 5), as_ref(1, -1), as_ref(2, -1)], 0)
@settings(max_examples=60, deadline=None)
def test_an_mt940_is_read_as_it_was_written(lines: list[Line], opening: int) -> None:
    # An entry behind a full line may be a payer's wrapped text, and so may one without a word:
    # where the balances add up with and without some of them, the file is refused, as the tests
    # of forged statements show. Nothing else is.
    lines = [replace(line, text=line.text or "betaling") for line in lines]
    closing = opening + sum(line.minor for line in lines)
    found, refused = None, ""
    try:
        found = read_back("a.sta", as_mt940(lines, opening))
    except StatementError as error:
        refused = str(error)
    if refused:
        assert "both ways add up" in refused
        assert cancels([line.minor for line in lines[1:]])
    else:
        assert found == (lines, opening, closing)
