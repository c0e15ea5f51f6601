"""The commands of `docs/robots.md`, typed as the page has them, at a portal that is there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from acme_bench import Bench, acme_bench

ADDRESS = "https://erp.acme.example/"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Acme's portal, with no robot for it yet."""
    with acme_bench(tmp_path) as opened:
        for part in ("robots", "tasks"):
            for file in (opened.office.folder / part).glob("acme*.py"):
                file.unlink()
        (opened.office.folder / "selectors" / "acme_erp.toml").unlink()
        (opened.office.folder / "config" / "portals.toml").write_text("")
        yield opened


@pytest.fixture
def page(checkout: Path) -> str:
    return (checkout / "docs" / "robots.md").read_text(encoding="utf-8")


def commands(page: str) -> list[list[str]]:
    return [shlex.split(line[2:]) for line in page.splitlines() if line.startswith("$ ")]


def test_a_skeleton_is_made_and_tested_as_the_page_says(bench: Bench, page: str) -> None:
    made, tested = commands(page)[:2]
    bench.office.done(*made[1:])
    done = subprocess.run(
        [sys.executable, "-m", *tested, "-q", "-p", "no:cacheprovider"],
        cwd=bench.office.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert tested[1:] == ["tests/test_acme_erp.py"]


def test_a_script_is_recorded_tried_and_checked_as_the_page_says(bench: Bench, page: str) -> None:
    script = re.search(r"```\n(type .*?)```", page, re.DOTALL)
    assert script
    (bench.office.folder / "acme.txt").write_text(script[1])
    typed = {"acme_erp.user": bench.acme.user, "acme_erp.password": bench.acme.password}
    shutil.rmtree(bench.office.folder / "tests", ignore_errors=True)
    told = commands(page)
    for _, *words in (each for each in told if each[1] == "vault"):
        assert bench.office.run(*words, stdin=f"{typed[words[-1]]}\n").returncode == 0
    (recorded,) = (each for each in told if "--script" in each)
    bench.office.done(*(bench.address if word == ADDRESS else word for word in recorded[1:]))
    for _, *words in (each for each in told if each[1] in ("try", "selectors")):
        said = bench.office.done(*words)
        assert said
    assert bench.acme.ask("SELECT count(*) FROM receipts") == [(1,)]
