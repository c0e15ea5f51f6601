"""One verb of a robot tried against its portal: shown as a table, and never more than it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from acme_bench import Bench, acme_bench


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with acme_bench(tmp_path_factory.mktemp("bench")) as opened:
        yield opened


def pictures(said: str) -> list[Path]:
    folder = Path(said.rpartition("pictures: ")[2].strip())
    return sorted(folder.iterdir())


def test_a_verb_that_reads_is_shown_as_a_table(bench: Bench) -> None:
    said = bench.office.done("try", "acme_erp", "open_items")
    assert "2026-7001" in said
    assert "1234.56 EUR" in said
    assert "2026-03-15" in said
    assert "3 rows" in said
    assert pictures(said)
    assert not (bench.office.output / "clerkwork.db").exists()


def test_an_argument_is_given_behind_the_verb(bench: Bench) -> None:
    found = bench.office.done("try", "acme_erp", "find_receipt", "CW-OLD")
    assert "RC41" in found
    nothing = bench.office.done("try", "acme_erp", "find_receipt", "CW-NEVER")
    assert "find_receipt is done" in nothing


def test_signing_in_can_be_tried_alone(bench: Bench) -> None:
    assert "sign_in is done" in bench.office.done("try", "acme_erp", "sign_in")


def test_where_nothing_can_be_shown_the_browser_runs_unseen(bench: Bench) -> None:
    bench.office.env.pop("DISPLAY", None)
    bench.office.env.pop("WAYLAND_DISPLAY", None)
    done = bench.office.run("try", "acme_erp", "sign_in", "--headed")
    assert done.returncode == 0, done.stderr
    assert "There is no display here" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["acme", "open_items"], "there is no robot 'acme'. Did you mean 'acme_erp'?"),
        (["acme_erp", "open_item"], "Did you mean 'open_items'?"),
        (["acme_erp", "_go"], "has no verb '_go'"),
        (["acme_erp", "open_items", "more"], "open_items wants nothing after it"),
        (["acme_erp", "find_receipt"], "find_receipt wants REFERENCE after it"),
        (["acme_erp", "fill_receipt", "CW-1"], "With --write it is tried up to the form"),
        (["acme_erp", "submit_receipt"], "submit_receipt is never tried alone"),
        (["acme_erp", "submit_receipt", "--write"], "submit_receipt is never tried alone"),
        (["acme_erp", "fill_receipt", "CW-1", "--write"], "the reference of a posting"),
    ],
)
def test_what_cannot_be_tried_is_told_before_anything_starts(
    bench: Bench, words: list[str], said: str
) -> None:
    done = bench.office.run("try", *words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert len(bench.acme.ask("SELECT * FROM receipts")) == 1


def test_a_broken_selector_is_told_as_a_run_tells_it(bench: Bench) -> None:
    bench.write("selectors/acme_erp.toml", "text=Open items", "text=Open posts")
    try:
        done = bench.office.run("try", "acme_erp", "open_items")
    finally:
        bench.write("selectors/acme_erp.toml", "text=Open posts", "text=Open items")
    assert done.returncode == 1
    assert "open_items.menu (text=Open posts): it is not there" in done.stderr
