"""MT940 that cannot be trusted is refused whole; what a payer writes cannot pose as the bank's."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from clerkwork.adapters.statements.reading import read_statements
from clerkwork.core.payments import Statement
from clerkwork.errors import StatementError

SOUND = """:20:STMT
:25:NL91ABNA0417164300EUR
:28C:61
:60F:C260301EUR100,00
:61:2603020302C10,00NTRFNONREF//REF1
:86:/IBAN/NL02ABNA0123456789/NAME/Bakker/REMI/Factuur 2026-0412
:62F:C260302EUR110,00
-
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "statement.sta"
    path.write_bytes(content.encode("utf-8"))
    return path


def read(folder: Path, content: str) -> Statement:
    (statement,) = read_statements(written(folder, content))
    return statement


def refused(folder: Path, content: str) -> str:
    with pytest.raises(StatementError) as caught:
        read_statements(written(folder, content))
    return str(caught.value)


@pytest.mark.parametrize("content", [SOUND, SOUND.replace("\n", "\r\n"), "\ufeff" + SOUND])
def test_line_ends_and_marks_make_no_difference(tmp_path: Path, content: str) -> None:
    statement = read(tmp_path, content)
    assert statement.account == "NL91ABNA0417164300"
    assert statement.lines[0].text == "Factuur 2026-0412"
    assert statement.lines[0].bank_ref == "REF1"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("110,00", "111,00", "the difference is 1.00 EUR"),
        (":62F:C260302EUR110,00\n-\n", "", "no closing balance (is the file cut off?)"),
        (":62F:C260302EUR110,00", ":62F:C2603", "':62F:C2603'"),
        (":61:2603020302C10,00", ":61:26030203X10,00", "cannot be read"),
        (":61:2603020302C10,00", ":61:2613020302C10,00", "cannot be read"),
        (":60F:C260301EUR100,00\n", "", "no opening balance"),
        (":25:NL91ABNA0417164300EUR\n", "", "no account"),
        (":25:NL91", ":25:NL02ABNA0123456789\n:25:NL91", "line 3: :25: twice"),
        (":20:STMT", "{4:\n:20:STMT", "no '-}' at its end (the file is cut off)"),
        (
            "/IBAN/NL02ABNA0123456789/NAME/Bakker/REMI/Factuur 2026-0412",
            "Factuur\n:62F:C260302EUR110,00",
            "line 7: :62F: in front of an entry or of the closing balance",
        ),
        ("EUR110", "USD110", "amounts in EUR and USD"),
        ("C10,00", "C10,001", "not a whole number of minor units"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in SOUND
    message = refused(tmp_path, SOUND.replace(before, after))
    assert message.startswith("statement.sta, ")
    if told.startswith("'"):
        told = "cannot be read"
    assert told in message


def test_the_second_statement_is_told_from_the_first(tmp_path: Path) -> None:
    again = SOUND.replace("C260301EUR100,00", "C260301EUR100,01")
    assert "statement 2 from line 9" in refused(tmp_path, SOUND + again)


def test_a_payer_cannot_name_another_account_in_his_text(tmp_path: Path) -> None:
    spoof = "Factuur/IBAN/BE68539007547034/NAME/Een ander/EREF/E-1"
    line = read(tmp_path, SOUND.replace("Factuur 2026-0412", spoof)).lines[0]
    assert (line.payer, line.payer_iban) == ("Bakker", "NL02ABNA0123456789")
    assert line.text == "Factuur/IBAN/BE68539007547034/NAME/Een ander"


def test_a_number_broken_by_the_wrap_keeps_its_break(tmp_path: Path) -> None:
    line = read(tmp_path, SOUND.replace("2026-0412", "2026-04\n12")).lines[0]
    assert line.text == "Factuur 2026-04\n12"
    tag = read(tmp_path, SOUND.replace("/NAME/", "/NA\nME/")).lines[0]
    assert (tag.payer, tag.text) == ("Bakker", "Factuur 2026-0412")


def test_a_long_text_is_not_cut(tmp_path: Path) -> None:
    long = "\n".join(["x" * 65] * 20)
    line = read(tmp_path, SOUND.replace("Factuur 2026-0412", long)).lines[0]
    assert line.text == long


def test_a_reversal_takes_money_back(tmp_path: Path) -> None:
    reversed_ = SOUND.replace("0302C10,00NTRF", "0302RC10,00NRTI").replace("110,00", "90,00")
    line = read(tmp_path, reversed_).lines[0]
    assert (line.amount.minor, line.code) == (-1000, "NRTI reversal")


def test_a_booking_in_the_year_after_its_value(tmp_path: Path) -> None:
    line = read(tmp_path, SOUND.replace(":61:2603020302", ":61:2512310102")).lines[0]
    assert (line.valued.isoformat(), line.booked.isoformat()) == ("2025-12-31", "2026-01-02")


def test_no_payers_name_goes_to_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        refused(tmp_path, SOUND.replace(":61:2603020302C10,00", ":61:Bakker"))
    assert caplog.records == []
    assert capsys.readouterr().err == ""


def test_a_nul_byte_is_refused(tmp_path: Path) -> None:
    assert "line 6: a NUL byte" in refused(tmp_path, SOUND.replace("Factuur", "\x00"))
