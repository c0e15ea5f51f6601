"""`clerkwork report receivables`, as docs/reports.md shows it: terminal, page, workbook, JSON."""

from __future__ import annotations

import json
import re
import shlex
from decimal import Decimal
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from report_office import FORMULA, TAG, report_office
from typer.testing import CliRunner
from workspaces import fresh

from clerkwork.cli.app import app

PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report_office(tmp_path_factory.mktemp("office"), hostile=True)


def said(root: Path, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--workspace", str(root)], env={"COLUMNS": "120"})
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def found(root: Path, *words: str) -> dict[str, list[dict[str, object]]]:
    told = json.loads(said(root, "report", "receivables", "--json", *words))
    tables: dict[str, list[dict[str, object]]] = told["tables"]
    return tables


def test_the_page_shows_what_is_said(tmp_path: Path) -> None:
    root = report_office(tmp_path)
    shown: list[tuple[str, list[str]]] = []
    for line in CONSOLE.splitlines():
        if line.startswith("$ "):
            shown.append((line.removeprefix("$ clerkwork "), []))
        elif line.strip():
            shown[-1][1].append(line.rstrip())
    assert shown
    for command, lines in shown:
        answer = said(root, *shlex.split(command))
        assert [line.rstrip() for line in answer.splitlines() if line.strip()] == lines, command


def test_every_table_that_the_page_explains_is_there(root: Path) -> None:
    explained = re.findall(r"^\*\*(.+?)\*\*", PAGE, re.MULTILINE)
    assert [name.lower() for name in explained] == list(found(root))


def test_figures_for_a_program(root: Path) -> None:
    tables = found(root, "--since", "2026-02-01")
    (turnover,) = tables["turnover"]
    assert (turnover["from"], turnover["to"]) == ("2026-01-26", "2026-03-03")
    # Three invoices of 10001, two of 10002, and the old one.
    assert turnover["opening"] == "4200.00 EUR"
    # 8,220.00 open after 9,420.00 sold in 36 days.
    assert turnover["DSO"] == 31.41
    (whole, *_) = tables["calibration"]
    assert whole["segment"] == "all"
    assert {row["invoice"] for row in tables["expected"]} >= {FORMULA, TAG}


def test_the_page_with_charts_runs_nothing_and_asks_nothing_of_the_network(root: Path) -> None:
    path = Path(said(root, "report", "receivables", "--html").strip())
    page = path.read_text(encoding="utf-8")
    assert TAG not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<svg") >= 3
    assert "default-src 'none'" in page
    assert 'name="viewport"' in page
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)


def test_the_workbook_runs_no_formula_and_its_amounts_are_numbers(root: Path) -> None:
    path = Path(said(root, "report", "receivables", "--xlsx").strip())
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:3] == ["About", "Ageing", "Turnover"]
    sheet = book["Expected"]
    headings = [cell.value for cell in sheet[1]]
    rows = [dict(zip(headings, [c.value for c in row], strict=True)) for row in sheet.iter_rows(2)]
    hostile = next(row for row in rows if "calc" in str(row["invoice"]))
    assert hostile["invoice"] == f"'{FORMULA}"
    assert Decimal(str(hostile["open"])) == Decimal(10)
    assert hostile["open, currency"] == "EUR"
    assert not any(c.data_type == "f" for s in book for row in s.iter_rows() for c in row)


def test_a_fresh_workspace_says_what_it_cannot_tell(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    done = CliRunner().invoke(app, ["report", "receivables", "--workspace", str(root)])
    assert done.exit_code == 0, done.output
    assert "no open items were fetched yet" in done.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--since", "2026-03-02", "--until", "2026-03-01"), "no later than the last one"),
        (("--since", "2027-01-01"), "no later than the last one"),
        (("--json", "--html"), "give --json alone"),
        (("--since", "yesterday"), "expected a day such as"),
    ],
)
def test_what_cannot_be_meant_is_refused(root: Path, words: tuple[str, ...], told: str) -> None:
    done = CliRunner().invoke(app, ["report", "receivables", *words, "--workspace", str(root)])
    assert done.exit_code != 0
    assert told in f"{done.output} {done.exception}".replace("\n", " ").replace("│", " ")


def test_a_cost_of_a_channel_that_there_is_not_is_refused_with_its_line(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    file = root / "config" / "reports.toml"
    file.write_text(file.read_text() + "pigeon = 1.00\n")
    done = CliRunner().invoke(app, ["report", "receivables", "--workspace", str(root)])
    assert "config/reports.toml, line" in str(done.exception)
    assert "pigeon" in str(done.exception)
