"""OFX, as SGML and as XML: what is not closed, named twice or hostile is refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerkwork.adapters.statements.reading import read_statements
from clerkwork.errors import StatementError

SOUND = """OFXHEADER:100
DATA:OFXSGML
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>1<ACCTID>NL91ABNA0417164300</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260302<DTEND>20260302
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302<TRNAMT>10.00<FITID>F1<NAME>Bakker<MEMO>Factuur</STMTTRN>
</BANKTRANLIST>
<LEDGERBAL><BALAMT>110.00<DTASOF>20260302</LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
OPENING = "<BALLIST><BAL><NAME>Opening<VALUE>100.00</BAL></BALLIST></STMTRS>"
NONE = ("none: the file has no balances and no summary",)
HELD = ("opening + lines = closing",)


def written(folder: Path, content: str, encoding: str = "utf-8") -> Path:
    path = folder / "statement.ofx"
    path.write_bytes(content.encode(encoding))
    return path


def test_without_an_opening_balance_there_is_no_control_and_it_is_said(tmp_path: Path) -> None:
    (statement,) = read_statements(written(tmp_path, SOUND))
    assert (statement.opening.minor, statement.closing.minor) == (10_000, 11_000)
    assert statement.controls == NONE
    assert statement.lines[0].raw.startswith("<STMTTRN><TRNTYPE>CREDIT")
    assert statement.lines[0].raw.endswith("</STMTTRN>")


def test_a_balance_of_a_later_day_says_nothing_of_the_lines(tmp_path: Path) -> None:
    later = SOUND.replace("<DTASOF>20260302", "<DTASOF>20260309")
    (statement,) = read_statements(written(tmp_path, later))
    assert (statement.opening.minor, statement.closing.minor) == (0, 1_000)


def test_an_opening_balance_is_the_control(tmp_path: Path) -> None:
    held = SOUND.replace("</STMTRS>", OPENING)
    (statement,) = read_statements(written(tmp_path, held))
    assert statement.controls == HELD
    with pytest.raises(StatementError, match=r"the difference is 1.00 EUR"):
        read_statements(written(tmp_path, held.replace("110.00", "111.00")))


def test_statements_of_one_account_are_held_against_each_other(tmp_path: Path) -> None:
    start = SOUND.index("<STMTRS>")
    stop = SOUND.index("</STMTRS>") + len("</STMTRS>")
    second = SOUND[start:stop].replace("0302", "0303").replace("110.00", "120.00")
    both = SOUND[:stop] + second + SOUND[stop:]
    found = read_statements(written(tmp_path, both))
    assert [one.controls for one in found] == [NONE, HELD]
    with pytest.raises(StatementError, match=r"the difference is 5.00 EUR"):
        read_statements(written(tmp_path, both.replace("120.00", "125.00")))


def test_an_account_without_lines(tmp_path: Path) -> None:
    start, stop = SOUND.index("<STMTTRN>"), SOUND.index("</BANKTRANLIST>")
    (statement,) = read_statements(written(tmp_path, SOUND[:start] + SOUND[stop:]))
    assert (statement.lines, statement.opening.minor) == ((), 11_000)


def test_letters_of_windows_are_read(tmp_path: Path) -> None:
    (statement,) = read_statements(written(tmp_path, SOUND.replace("Bakker", "Zoë"), "cp1252"))
    assert statement.lines[0].payer == "Zoë"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("10.00<FITID>", "10.005<FITID>", "line 8: TRNAMT: 10.005 is not a whole number"),
        ("10.00<FITID>", "ten<FITID>", "line 8: TRNAMT: 'ten' 'EUR' is not an amount"),
        ("<DTPOSTED>20260302", "<DTPOSTED>20261302", "line 8: DTPOSTED: month must be in 1..12"),
        ("<DTPOSTED>20260302", "", "line 8: <STMTTRN> without DTPOSTED"),
        ("<FITID>F1", "<FITID>F1<FITID>F2", "line 8: <FITID>F2; expected <FITID> once"),
        ("</STMTTRN>", "", "</BANKTRANLIST>; expected </STMTTRN>"),
        ("</OFX>", "", "<OFX> without an end (the file is cut off)"),
        ("<LEDGERBAL><BALAMT>110.00<DTASOF>20260302</LEDGERBAL>", "", "no LEDGERBAL"),
        ("<BANKACCTFROM><BANKID>1<ACCTID>NL91ABNA0417164300</BANKACCTFROM>", "", "no account"),
        ("<OFX>", "<!DOCTYPE OFX [<!ENTITY a 'b'>]><OFX>", "line 5: a declaration"),
        ("<STMTTRN>", "<A>" * 50 + "<STMTTRN>", "at most 40 levels"),
        ("<MEMO>", "<CURRENCY><CURSYM>USD</CURRENCY><MEMO>", "amounts in EUR and USD"),
        ("<STMTTRN>", "<SPAM></SPAM><STMTTRN>", "<SPAM> among the transactions"),
    ],
)
def test_what_is_wrong_in_an_ofx_is_refused(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    assert before in SOUND
    with pytest.raises(StatementError) as caught:
        read_statements(written(tmp_path, SOUND.replace(before, after, 1)))
    assert str(caught.value).startswith("statement.ofx, line ")
    assert told in str(caught.value)
