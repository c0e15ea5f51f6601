"""The commands of `docs/auditor.md`, typed as it has them, after a morning of the demo."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from back_office import BackOffice, open_world, settle_in

FINDINGS = 1
"""Exit status of a report with findings."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackOffice]:
    office = settle_in(tmp_path_factory.mktemp("auditor"))
    with open_world(office, hiccups=False):
        office.done("run", "daily_round")
        heads = (office.output / "evidence" / "heads.jsonl").read_bytes().splitlines()
        (office.folder / "head.json").write_bytes(heads[-1])
        yield office


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "auditor.md").read_text(encoding="utf-8")


def typed(page: str) -> list[list[str]]:
    return [shlex.split(line[2:]) for line in page.splitlines() if line.startswith("$ ")]


def test_each_command_of_the_page_does_its_work(office: BackOffice, page: str) -> None:
    commands = typed(page)
    assert len(commands) > 12
    for program, *words in commands:
        assert program == "clerkwork"
        done = office.run(*words)
        reports = words[0] == "audit" and words[1] not in ("search", "index", "report")
        assert done.returncode in ((0, FINDINGS) if reports else (0,)), (words, done.stderr)
        assert done.stdout
        if done.returncode == FINDINGS:
            assert "finding: " in done.stderr, (words, done.stderr)


def test_an_invoice_is_found_on_pictures_and_by_its_posting(office: BackOffice) -> None:
    office.done("audit", "index")
    reference, item = office.store(
        "SELECT reference, item FROM allocations JOIN postings USING (reference) "
        "WHERE state = 'keyed' ORDER BY reference LIMIT 1"
    )[0]
    told = json.loads(office.done("audit", "search", item, "--json"))
    assert told["unread_pictures"] == 0
    steps = told["steps"]
    assert {"picture", "books"} & {step["where"] for step in steps}
    assert {step["subject"] for step in steps} >= {reference}
    assert all(Path(step["picture"]).is_file() for step in steps if step["picture"])
    again = office.done("audit", "index")
    assert "0 pictures were read" in again


def test_the_reports_hold_what_the_erp_holds(office: BackOffice) -> None:
    told = json.loads(office.done("audit", "writes", "--json"))
    keyed = {row["about"] for row in told["rows"] if row["what"] == "receipt"}
    assert keyed == {row[0] for row in office.erp("SELECT reference FROM receipts") if row[0]}
    assert all(row["picture_before"] for row in told["rows"] if row["what"] == "receipt")
    logins = json.loads(office.done("audit", "credentials", "--json"))["rows"]
    assert {row["credential"] for row in logins} == {"kantoor_erp.user", "polder_bank.user"}


def test_a_changed_setting_is_told_with_the_run_that_found_it(office: BackOffice) -> None:
    settings = office.folder / "config" / "matching.toml"
    before = settings.read_text()
    settings.write_text(f"{before}\n# looked at by the auditor\n")
    office.done("run", "fetch_open_items")
    rows = json.loads(office.done("audit", "changes", "--json"))["rows"]
    (row,) = (row for row in rows if row["file"] == "config/matching.toml")
    assert row["change"] == "changed"
    assert "fetch_open_items" in row["run"]
    assert "+# looked at by the auditor" in row["difference"]
    # The vault's file changes as well, for keys are made in it: that is told, and nothing shown.
    assert all(not other["difference"] for other in rows if other["file"].endswith(".vault"))


def test_the_report_of_a_run_is_printed(office: BackOffice) -> None:
    run = office.store("SELECT run FROM runs WHERE task = 'daily_round'")[0][0]
    path = Path(office.done("audit", "report", run, "--pdf").strip())
    assert path.read_bytes().startswith(b"%PDF")
    page = Path(office.done("audit", "report", run).strip()).read_text("utf-8")
    assert "What was changed" in page
    assert re.search(r"CW-[A-Z2-7]{10}", page)


def test_what_was_exported_is_sound(office: BackOffice, tmp_path: Path) -> None:
    file = tmp_path / "evidence.zip"
    office.done("export", "--all", "--to", str(file))
    with zipfile.ZipFile(file) as packed:
        packed.extractall(tmp_path)
    keys = [str(path) for path in (tmp_path / "keys").glob("*.pem")]
    done = subprocess.run(
        [sys.executable, "verify.py", "evidence", *keys],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "runs of the log are in this export" in done.stdout
