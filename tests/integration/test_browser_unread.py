"""Tables that are not read: each error says which key is meant, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from browser_desk import a_browser
from hostile_portal import HostilePortal, Reply

from clerkwork.adapters.browser.proposals import Proposals
from clerkwork.core.portals import Portal
from clerkwork.errors import ConfigError, SelectorLost
from clerkwork.ports import Row

pytest_plugins = ["hostile_fixtures"]
SELECTORS = """
[items]
rows    = "css=table#open tbody tr"
columns = { number = "Stuknr", due = "Vervaldatum", open = "Openstaand" }
"""
HEAD = "<thead><tr><th>Stuknr<th>Vervaldatum<th>Openstaand</tr></thead>"
ROWS = "<tr><td>20260001<td>01-03-2026<td>1.250,00</tr><tr><td>20260002<td>02-03-2026<td>80,50</tr>"
FULL = f"<table id=open>{HEAD}<tbody>{ROWS}</tbody></table>"
EMPTY = f"<table id=open>{HEAD}<tbody></tbody></table>"
PAID = f"<h2>Betaald</h2><table id=paid>{HEAD}<tbody>{ROWS}</tbody></table>"


Read = Callable[[str], list[Row]]


@pytest.fixture
def proposals(tmp_path: Path) -> Proposals:
    return Proposals(tmp_path / "memory" / "proposals")


@contextmanager
def reading(folder: Path, site: HostilePortal, selectors: str) -> Iterator[Read]:
    """Reads the items of a page, each time in a session of its own; what was seen is remembered."""
    with a_browser(folder / "files", selectors, memory=folder / "memory") as browser:

        def read(page: str) -> list[Row]:
            site.routes["/"] = lambda _: Reply(page)
            screen = browser.open(Portal(name="hostile", address=site.address, patience=1))
            try:
                return list(screen.rows("items"))
            finally:
                screen.close()

        yield read


@pytest.fixture
def read(tmp_path: Path, site: HostilePortal) -> Iterator[Read]:
    with reading(tmp_path, site, SELECTORS) as opened:
        yield opened


def test_an_empty_table_that_says_nothing_is_an_error_that_names_the_key(read: Read) -> None:
    assert len(read(FULL)) == 2
    with pytest.raises(SelectorLost) as told:
        read(EMPTY)
    said = str(told.value)
    assert "there is no row (css=table#open tbody tr) under the headings of items" in said
    assert (
        'say in [items] of selectors/hostile.toml what the page shows then, as in empty = "' in said
    )
    assert "review" not in said


def test_a_table_with_the_same_headings_is_not_read_instead_of_an_empty_one(
    read: Read, proposals: Proposals
) -> None:
    assert len(read(FULL)) == 2
    with pytest.raises(SelectorLost, match=r"no row .* under the headings of items"):
        read(EMPTY + PAID)
    assert proposals.all() == ()


def test_a_table_that_is_declared_to_be_empty_says_so(tmp_path: Path, site: HostilePortal) -> None:
    with reading(tmp_path, site, f"{SELECTORS}empty = 'text=Geen posten'\n") as read:
        assert read(f"{EMPTY}<p>Geen posten</p>") == []
        with pytest.raises(SelectorLost, match="what 'empty' of it say is not there"):
            read(EMPTY)


def test_a_table_that_is_gone_says_what_is_missing_and_that_it_may_be_empty(read: Read) -> None:
    assert len(read(FULL)) == 2
    with pytest.raises(SelectorLost) as told:
        read("<p>Welkom</p>")
    assert "is not what it was (no table, or more than one, has columns like" in str(told.value)
    assert "If it may be empty, say what the page shows then, with 'empty'" in str(told.value)
    assert "review" not in str(told.value)


def test_what_was_rejected_is_no_more_sent_to_review(read: Read, proposals: Proposals) -> None:
    moved = FULL.replace("Openstaand", "Saldo")
    assert len(read(FULL)) == 2
    assert [row.text("open") for row in read(moved)] == ["1.250,00", "80,50"]
    (proposal,) = proposals.all()
    proposals.decide(replace(proposal, state="rejected"))

    with pytest.raises(SelectorLost) as told:
        read(moved)
    assert "what is like it was rejected before" in str(told.value)
    assert "mend [items] in selectors/hostile.toml" in str(told.value)
    assert "selectors review" not in str(told.value)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("table#open tbody tr", "table[[", "'rows': 'css=table[['"),
        ('"Openstaand"', '"css=td:nth("', "'columns.open': 'css=td:nth('"),
        ("[items]", "[items]\nskip = 'css=tr[['", "'skip': 'css=tr[['"),
    ],
)
def test_a_selector_that_is_none_is_told_with_its_key_and_what_to_do(
    tmp_path: Path, site: HostilePortal, old: str, new: str, key: str
) -> None:
    broken = SELECTORS.replace(old, new)
    with reading(tmp_path, site, broken) as read, pytest.raises(ConfigError) as told:
        read(FULL)
    said = str(told.value)
    assert f"selectors/hostile.toml, section [items], key {key}" in said
    assert "See that each bracket and quote in it is closed" in said
    assert "SyntaxError" not in said


def test_a_page_that_was_cut_off_inside_a_row_is_not_blamed_on_the_columns(read: Read) -> None:
    cut = FULL[: FULL.index("<td>80,50")]
    rows = read(cut)
    assert rows[0].text("open") == "1.250,00"
    with pytest.raises(SelectorLost) as told:
        rows[1].money("open")
    assert "items, page 1, row 2: this row ends before its column 'open'" in str(told.value)
    assert "may have come cut off, so run again" in str(told.value)


def test_a_selector_that_is_looked_for_on_every_page_is_told_by_its_name(
    tmp_path: Path, site: HostilePortal
) -> None:
    broken = f'[portal]\nexpired = "css=p[["\n{SELECTORS}'
    with reading(tmp_path, site, broken) as read, pytest.raises(ConfigError) as told:
        read(FULL)
    assert "does not understand the selector 'expired' under [portal]" in str(told.value)
