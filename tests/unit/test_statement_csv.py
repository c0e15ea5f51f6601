"""CSV statements: declared columns, and the running balance as the check."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerkwork.adapters.statements.reading import Columns, read_statements
from clerkwork.core.money import Money
from clerkwork.errors import StatementError

HEAD = (
    "Rekening;Afschrift;Boekdatum;Valutadatum;Bedrag;Munt;Saldo na mutatie;Naam tegenpartij;"
    "Tegenrekening;Omschrijving;Betalingskenmerk;Kenmerk opdracht;Code;Bankreferentie"
)
FIRST = (
    'NL91ABNA0417164300;61;02-03-2026;02-03-2026;"1.234,56";EUR;1.334,56;Bakker;'
    'NL02ABNA0123456789;"Factuur; 2026-0412";;NOTPROVIDED;sepa-ct;REF1'
)
SECOND = (
    "NL91ABNA0417164300;61;02-03-2026;02-03-2026;-34,56;EUR;1.300,00;=cmd|' /C calc'!A0;"
    ";Kosten;;NOTPROVIDED;costs;REF2"
)


def written(folder: Path, *rows: str, encoding: str = "utf-8-sig") -> Path:
    path = folder / "statement.csv"
    path.write_bytes("\r\n".join([*rows, ""]).encode(encoding))
    return path


def refused(path: Path) -> str:
    with pytest.raises(StatementError) as caught:
        read_statements(path)
    return str(caught.value)


@pytest.mark.parametrize("rows", [(FIRST, SECOND), (SECOND, FIRST)])
def test_oldest_or_newest_first(tmp_path: Path, rows: tuple[str, str]) -> None:
    (statement,) = read_statements(written(tmp_path, HEAD, *rows))
    assert (statement.opening, statement.closing) == (Money(10_000, "EUR"), Money(130_000, "EUR"))
    assert [line.bank_ref for line in statement.lines] == ["REF1", "REF2"]
    assert statement.lines[0].text == "Factuur; 2026-0412"
    assert statement.lines[1].payer == "=cmd|' /C calc'!A0"
    assert statement.lines[0].end_to_end == ""


def test_a_table_without_rows_has_no_statement(tmp_path: Path) -> None:
    assert read_statements(written(tmp_path, HEAD)) == ()


def test_windows_1252_is_read(tmp_path: Path) -> None:
    row = FIRST.replace("Bakker", "Café Zoë")
    (statement,) = read_statements(written(tmp_path, HEAD, row, encoding="cp1252"))
    assert statement.lines[0].payer == "Café Zoë"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((HEAD, FIRST, SECOND.replace("1.300,00", "1.300,01")), "line 3: balance 1300.01 EUR"),
        ((HEAD, FIRST, FIRST), "line 3: balance 1334.56 EUR"),
        ((HEAD, FIRST.replace("1.234,56", "1,234.56")), "line 2: '1,234.56' is not an amount"),
        ((HEAD, FIRST.replace("02-03-2026", "2026-03-02")), "line 2: time data '2026-03-02'"),
        ((HEAD, FIRST[:-20]), "line 2: 12 cells; expected 14"),
        ((HEAD, FIRST.replace('0412"', "0412")), "unexpected end of data"),
        ((HEAD.replace("Saldo na mutatie", "Saldo"), FIRST), "line 1: the headings"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, rows: tuple[str, ...], told: str) -> None:
    message = refused(written(tmp_path, *rows))
    assert message.startswith("statement.csv, ")
    assert told in message


def test_another_banks_columns_are_declared(tmp_path: Path) -> None:
    columns = Columns(
        account="Account",
        booked="Date",
        amount="Amount",
        balance="Resulting balance",
        payer="Name",
        payer_iban="Counterparty",
        text=("Notifications",),
        code="Code",
        direction="Debit/credit",
        out=("Debit",),
        into=("Credit",),
        delimiter=",",
        decimal=".",
        dates="%Y%m%d",
    )
    path = written(
        tmp_path,
        "Date,Name,Account,Counterparty,Code,Debit/credit,Amount,Notifications,Resulting balance",
        '20260302,Bakker,NL91ABNA0417164300,NL02ABNA0123456789,GT,Credit,"1,000.00",x,"1,000.00"',
        "20260303,Bakker,NL91ABNA0417164300,,GT,Debit,200.00,y,800.00",
    )
    (statement,) = read_statements(path, columns=(columns,))
    assert [line.amount.minor for line in statement.lines] == [100_000, -20_000]
    assert (statement.opening.minor, statement.number) == (0, "")
    assert len({line.id for line in statement.lines}) == 2
    assert statement.controls == (
        "each balance = the one before + the amount",
        "opening + lines = closing",
    )
