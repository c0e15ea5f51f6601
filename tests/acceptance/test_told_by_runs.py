"""What a run tells whoever started it: how much was read, and what was found otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from acme_bench import Bench, acme_bench

from clerkwork.testing_portal import Portals
from clerkwork.workspace.new_robot import UNKNOWN, make_robot


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with acme_bench(tmp_path) as opened:
        yield opened


@pytest.fixture
def pages(bench: Bench, portal: Portals) -> Path:
    """The saved pages of a new robot, Vreeland, that are served as its portal."""
    make_robot(bench.office.folder, "vreeland")
    pages = bench.office.folder / "tests" / "pages" / "vreeland"
    address = portal(pages, after={"/login": "home"}).address
    bench.write("config/portals.toml", UNKNOWN, address)
    bench.office.keep({"vreeland.user": "clerk", "vreeland.password": "geheim"})
    return pages


def change(page: Path, old: str, new: str) -> None:
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new), encoding="utf-8")


def test_a_heal_is_told_and_counted_by_trial_run_and_report(bench: Bench, pages: Path) -> None:
    before = bench.office.run("try", "vreeland", "open_items")
    assert "healed" not in before.stdout + before.stderr
    change(pages / "home.html", "Open items", "All open items")

    tried = bench.office.run("try", "vreeland", "open_items")
    line = "vreeland, open_items.menu: healed (text=Open items → text=All open items)"
    assert line in " ".join(tried.stderr.split())
    assert "1 selector was healed: `clerkwork selectors review list`" in tried.stdout

    run = bench.office.run("run", "vreeland_open_items")
    assert line in " ".join(run.stderr.split())
    assert "1 selector was healed: `clerkwork selectors review list`" in run.stdout
    assert bench.office.figures()["selectors healed"] == 1
    report = (bench.office.output / "reports" / "latest.html").read_text(encoding="utf-8")
    assert "1 selector healed" in report
    assert "open_items.menu</a>" in report
    assert "text=Open items → text=All open items" in report
    assert "clerkwork selectors review list" in report


def test_a_task_says_how_much_it_read_and_that_all_of_it_is_gone(bench: Bench, pages: Path) -> None:
    assert "open items read  2" in bench.office.done("run", "vreeland_open_items")
    page = pages / "items.html"
    text = page.read_text(encoding="utf-8")
    body = text[text.index("<tbody>") + len("<tbody>") : text.index("</tbody>")]
    page.write_text(text.replace(body, ""), encoding="utf-8")
    change(page, "1.245,06", "0,00")

    assert "open items read  0" in bench.office.done("run", "vreeland_open_items")
    report = (bench.office.output / "reports" / "latest.html").read_text(encoding="utf-8")
    assert "<dd>0</dd><dt>open items read</dt>" in report
