"""The portal of `docs/portals.md`, written down as the page says, is a portal that loads."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from warm import run

from clerkwork.core.selectors import parse_selectors

FILE = re.compile(
    r"`((?:selectors|robots|tasks|config)/[a-z_]+\.(?:py|toml))`:?\n\n```[a-z]+\n(.*?)```",
    re.DOTALL,
)


def clerkwork(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(arguments, folder, os.environ, patience=120)


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Path:
    """A fresh workspace with the page's files in it."""
    made = clerkwork(tmp_path, "init", "office")
    assert made.returncode == 0, made.stderr
    page = (checkout / "docs" / "portals.md").read_text(encoding="utf-8")
    files = dict(FILE.findall(page))
    assert list(files) == [
        "selectors/acme_erp.toml",
        "robots/acme_erp.py",
        "tasks/acme_open_items.py",
        "tasks/acme_receipts.py",
        "config/portals.toml",
    ]
    for name, text in files.items():
        place = tmp_path / "office" / name
        before = place.read_text(encoding="utf-8") + "\n" if place.exists() else ""
        place.write_text(before + text, encoding="utf-8")
    return tmp_path / "office"


def test_its_tasks_are_listed(office: Path) -> None:
    listed = clerkwork(office, "list")
    assert listed.returncode == 0, listed.stderr
    assert "acme_open_items" in listed.stdout
    assert "acme_receipts" in listed.stdout


def test_a_selector_that_is_missing_is_named_before_anything_starts(office: Path) -> None:
    file = office / "selectors" / "acme_erp.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("search =", "seek ="))
    listed = clerkwork(office, "list")
    assert listed.returncode == 2
    said = " ".join(listed.stderr.split())
    assert "selectors/acme_erp.toml has no 'find.search', which robots/acme_erp.py, line " in said


def test_all_that_a_selectors_file_can_say_is_understood(checkout: Path) -> None:
    page = (checkout / "docs" / "portals.md").read_text(encoding="utf-8")
    part = page.partition("## What a selectors file can say")[2].partition("\n## ")[0]
    examples = re.findall(r"```toml\n(.*?)```", part, re.DOTALL)

    assert len(examples) == 9
    for example in examples:
        parse_selectors(tomllib.loads(example), "docs/portals.md")
