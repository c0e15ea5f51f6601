"""MT942 is a preview: count and sum are its controls, and nothing of it is booked."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerkwork.adapters.statements.reading import read_statements
from clerkwork.core.payments import Kind
from clerkwork.errors import StatementError

SOUND = """:20:INTERIM
:25:NL91ABNA0417164300EUR
:28C:61/1
:34F:EUR0,
:13D:2603021430+0100
:61:2603020302C10,00NTRFNONREF//REF1
:86:/IBAN/NL02ABNA0123456789/NAME/Bakker/REMI/Factuur 2026-0412
:61:2603020302D4,50NCHGNONREF//REF2
:86:Kosten
:90D:1EUR4,50
:90C:1EUR10,00
-
"""
SUMS = ":90D:1EUR4,50\n:90C:1EUR10,00\n"


def written(folder: Path, content: str) -> Path:
    path = folder / "interim.sta"
    path.write_text(content, encoding="utf-8")
    return path


def test_an_interim_report_is_a_preview(tmp_path: Path) -> None:
    (report,) = read_statements(written(tmp_path, SOUND))
    assert report.kind is Kind.PREVIEW
    assert report.controls == ("count and sum in :90D: and :90C:",)
    assert [line.amount.minor for line in report.lines] == [1000, -450]
    assert (report.opening.minor, report.closing.minor) == (0, 550)


def test_without_sums_there_is_no_control_and_it_is_said(tmp_path: Path) -> None:
    (report,) = read_statements(written(tmp_path, SOUND.replace(SUMS, "")))
    assert report.controls == ("none: the file has no balances and no summary",)


def test_an_expected_entry_is_no_line(tmp_path: Path) -> None:
    expected = SOUND.replace(":90D", ":61:260303EC7,00NTRFNONREF\n:86:Later\n:90D")
    with pytest.raises(StatementError, match=r"2 entries of 17.00 EUR"):
        read_statements(written(tmp_path, expected))
    (report,) = read_statements(written(tmp_path, expected.replace("1EUR10,00", "2EUR17,00")))
    assert (len(report.lines), report.unbooked) == (2, 1)


def test_a_report_without_entries_has_the_day_it_was_made(tmp_path: Path) -> None:
    start = SOUND.index(":61:")
    empty = SOUND[:start] + ":90D:0EUR0,\n:90C:0EUR0,\n-\n"
    (report,) = read_statements(written(tmp_path, empty))
    assert (report.lines, report.closed.isoformat()) == ((), "2026-03-02")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("90C:1EUR10", "90C:1EUR11", "1 entries of 10.00 EUR; expected 1 of 11.00 EUR, as :90C:"),
        ("90D:1EUR", "90D:2EUR", "expected 2 of 4.50 EUR, as :90D: says"),
        ("90D:1EUR4,50", "90D:1EUR", "':90D:1EUR' cannot be read"),
        ("C10,00", "D10,00", "2 entries of 14.50 EUR"),
    ],
)
def test_what_does_not_come_to_its_sums_is_refused(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(StatementError) as caught:
        read_statements(written(tmp_path, SOUND.replace(before, after, 1)))
    assert told in str(caught.value)


def test_where_no_sum_tells_a_text_from_an_entry_all_is_refused(tmp_path: Path) -> None:
    text = "x" * 65
    forged = SOUND.replace(SUMS, "").replace("Kosten", f"{text}\n:61:2603020302C99,00NTRFNONREF")
    with pytest.raises(StatementError, match="may be a wrapped text of the payer"):
        read_statements(written(tmp_path, forged))
