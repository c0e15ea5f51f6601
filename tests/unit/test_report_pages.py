"""The pages and the workbook: readable anywhere, and harmless whoever wrote the names in them."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from example_round import FORMULA, HOSTILE, RUN, Kept, eur, the_report
from openpyxl import load_workbook  # type: ignore[import-untyped]

from clerkwork.adapters.report import write_report, write_workbook
from clerkwork.adapters.report.charts import ageing_chart, rules_chart
from clerkwork.adapters.report.words import Words
from clerkwork.core.cells import harmless
from clerkwork.core.evidence import Finding, Kind, Verdict
from clerkwork.core.report import ExperimentLine, Report, RuleLine
from clerkwork.errors import StoreError


class Seen(HTMLParser):
    """The tags, ids, links and pictures of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.handlers += [name for name in found if name.startswith("on")]
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        if tag == "img":
            self.pictures.append(found["src"])

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Path]:
    folder = tmp_path_factory.mktemp("output")
    made = the_report(folder)
    write_report(made, folder / "reports", folder / "evidence")
    return made, folder


def test_the_report_and_the_latest_are_the_same_page(report: tuple[Report, Path]) -> None:
    folder = report[1] / "reports"
    assert (folder / "latest.html").read_text() == (folder / f"{RUN}.html").read_text()
    assert sorted(path.name for path in folder.iterdir()) == [f"{RUN}.html", "latest.html"]


def test_every_link_leads_somewhere(report: tuple[Report, Path]) -> None:
    folder = report[1] / "reports"
    page = Seen(folder / f"{RUN}.html")
    assert len(page.links) > 15
    for link in page.links:
        path, _, mark = link.partition("#")
        target = (folder / path) if path else folder / f"{RUN}.html"
        assert target.is_file(), link
        assert not mark or mark in Seen(target).ids, link


def test_the_evidence_page_shows_every_step_with_its_pictures(
    report: tuple[Report, Path],
) -> None:
    folder = report[1] / "evidence" / RUN
    page = Seen(folder / "index.html")
    assert [name for name in page.ids if name.startswith("step-")] == [
        f"step-{number}" for number in range(1, 19)
    ]
    assert len(page.pictures) == 16
    assert all((folder / picture).is_file() for picture in page.pictures)
    assert "No picture: Unable to capture screenshot" in page.text
    assert "The evidence is sound." in page.text


@pytest.mark.parametrize("name", [f"reports/{RUN}.html", f"evidence/{RUN}/index.html"])
def test_a_hostile_name_is_text_and_nothing_is_fetched(
    report: tuple[Report, Path], name: str
) -> None:
    path = report[1] / name
    page = Seen(path)
    assert HOSTILE in page.text
    assert not page.tags & {"script", "iframe", "object", "embed", "link", "base", "form", "b"}
    assert page.handlers == []
    source = path.read_text("utf-8")
    assert "default-src 'none'" in source
    outside = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(\w+://[^"'\s)]+)""", source)
    assert outside == []


def test_the_first_page_is_green_when_it_ties_out(report: tuple[Report, Path]) -> None:
    text = Seen(report[1] / "reports" / "latest.html").text
    assert "It ties out, to the cent." in text
    assert text.index("It ties out") < text.index("What was read")


def test_the_first_page_is_red_and_says_by_how_much(tmp_path: Path) -> None:
    made = the_report(tmp_path, Kept(ledger="28681.01"))
    text = Seen(write_report(made, tmp_path / "reports", tmp_path / "evidence")).text
    assert "It does not tie out." in text
    assert "Ledger account 1100 shows €28,681.01 in the ERP; €28,681.00 was expected" in text


def test_what_is_tried_out_is_shown_and_only_where_something_is(
    report: tuple[Report, Path], tmp_path: Path
) -> None:
    without = Seen(report[1] / "reports" / "latest.html")
    assert "What is tried out" not in without.text
    line = ExperimentLine(
        name=HOSTILE, segment="students", question="Does it help?", state="running", came=310,
        known=132, takes=396, looks=("54.5% and 40.9%: +13.6%; goes on",),
    )  # fmt: skip
    made = replace(report[0], experiments=(line, replace(line, takes=0, looks=())))
    page = Seen(write_report(made, tmp_path / "reports", tmp_path / "evidence"))
    assert "1: 54.5% and 40.9%: +13.6%; goes on" in page.text
    assert "no numbernothing yet" in page.text
    assert "experiments" in page.ids
    assert "#experiments" in page.links
    assert "b" not in page.tags


def test_broken_evidence_is_told_in_the_report(report: tuple[Report, Path]) -> None:
    broken = replace(
        report[0],
        verdict=Verdict(
            run=RUN, findings=(Finding(kind=Kind.ALTERED, words="step 3 was <altered>"),)
        ),
    )
    page = Seen(write_report(broken, report[1] / "second", report[1] / "evidence"))
    assert "The evidence does not hold." in page.text
    assert "step 3 was <altered>" in page.text


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(run=RUN), "The evidence is sound."),
        (Verdict(run=RUN, recovered=True), "The run crashed; what it left was signed"),
        (Verdict(run=RUN, under_way=True), "The run is under way."),
        (Verdict(run=RUN, removed="2034-01-01"), "The evidence was removed, as declared."),
        (
            Verdict(run=RUN, findings=(Finding(kind=Kind.UNANCHORED, words="two steps"),)),
            "The evidence was not closed.",
        ),
    ],
)
def test_however_evidence_stands_the_report_says_so(
    report: tuple[Report, Path], verdict: Verdict, words: str
) -> None:
    told = replace(report[0], verdict=verdict)
    assert words in Seen(write_report(told, report[1] / "stands", report[1] / "evidence")).text


def test_an_empty_round_has_a_report_too(report: tuple[Report, Path], tmp_path: Path) -> None:
    empty = replace(
        report[0],
        figures={},
        days=(),
        ledgers=(),
        ageing={},
        statements=(),
        rules=(),
        unposted=(),
        postings=(),
        messages=(),
        orders=(),
        waiting=(),
        evidence=None,
        verdict=None,
    )
    text = Seen(write_report(empty, tmp_path, tmp_path / "evidence")).text
    assert "There is nothing to tie out yet." in text
    assert "Nothing: the review queue is empty." in text


def test_a_charts_label_is_text(report: tuple[Report, Path]) -> None:
    rule = RuleLine(rule="<script>x</script>", outcome="settled", lines=1, amount=eur("1"))
    drawn = rules_chart([rule])
    assert "&lt;script&gt;" in drawn
    assert "<script" not in drawn


def test_amounts_are_written_as_people_write_them(report: tuple[Report, Path]) -> None:
    dutch = ageing_chart({"not due": eur("8120.40")}, Words("nl_NL", report[0].zone))
    assert "8.120,40" in dutch


def test_a_disk_that_takes_nothing_is_named(report: tuple[Report, Path], tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="make room on the disk"):
        write_report(report[0], tmp_path / "reports", report[1] / "evidence")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1", "\n@x"]
)
def test_what_looks_like_a_formula_is_made_text(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["Bakkerij", "2026-0412", "NL91 ABNA", "", "a=b"])
def test_what_is_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_what_a_spreadsheet_refuses_is_replaced() -> None:
    assert harmless("a\x00b\x1fc") == "a\ufffdb\ufffdc"
    assert len(harmless("x" * 50_000)) == 32_767


def test_the_workbook_holds_the_queue_and_the_postings(
    report: tuple[Report, Path], tmp_path: Path
) -> None:
    path = write_workbook(report[0], tmp_path)
    assert [found.name for found in tmp_path.iterdir()] == [f"{RUN}.xlsx"]
    book = load_workbook(path)
    assert book.sheetnames == ["Review queue", "Postings", "By rule", "Bank days"]
    postings = list(book["Postings"].iter_rows(values_only=True))
    assert len(postings) == 1 + len(report[0].postings)
    row = dict(zip(postings[0], postings[1], strict=True))
    assert row["Name"] == "Bakkerij Van der Meer B.V."
    assert row["Amount"] == 1250
    assert str(row["Booked"]).startswith("2026-03-02")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert f"'{FORMULA}" in [cell.value for cell in cells]
