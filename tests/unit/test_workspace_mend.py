"""Selectors files mended by proposals: comments and order stay, and the way back is exact."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner
from workspaces import change, fresh

from clerkwork.adapters.browser.proposals import Proposals
from clerkwork.cli.app import app
from clerkwork.core.healing import Change, Proposal, proposal_id
from clerkwork.errors import ClerkworkError, ConfigError
from clerkwork.workspace.mend import mended, proposed_diff, write_mended

MENU = Change(
    path=("menu", "open_items"), old="text=Openstaande posten", new="text=Openstaande facturen"
)
COLUMN = Change(path=("open_items", "columns", "open"), old="Openstaand", new="Saldo")
PAID = Change(
    path=("receipt", "paid"),
    old={"row": "{item}", "column": "Betaald"},
    new={"row": "{item}", "column": "Afgeboekt"},
)
FALLBACK = Change(
    path=("login", "refused", 0),
    old="text=De gegevens kloppen niet. Probeer het opnieuw.",
    new="text=Dat klopt niet.",
)


def proposal(*changes: Change, portal: str = "kantoor_erp") -> Proposal:
    return Proposal(
        id=proposal_id(portal, changes),
        portal=portal,
        name="menu.open_items",
        changes=changes,
        used=True,
        reasons=("same href 'posten.asp' (+4.0)",),
        at="2026-03-03T09:00:00+00:00",
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


def changed_lines(root: Path, one: Proposal) -> list[str]:
    diff = proposed_diff(root, one)
    return [line for line in diff if line[0] in "+-" and not line.startswith(("---", "+++"))]


def test_a_proposal_changes_its_line_and_no_other(root: Path) -> None:
    assert changed_lines(root, proposal(MENU)) == [
        '-open_items = "text=Openstaande posten"',
        '+open_items = "text=Openstaande facturen"',
    ]


def test_columns_rows_and_fallbacks_are_changed_where_they_stand(root: Path) -> None:
    column, row = changed_lines(root, proposal(COLUMN)), changed_lines(root, proposal(PAID))

    assert column[1] == column[0].replace("-", "+", 1).replace('"Openstaand"', '"Saldo"')
    assert row[1] == '+paid = {row = "{item}", column = "Afgeboekt"}'
    bank = changed_lines(root, proposal(FALLBACK, portal="polder_bank"))
    assert bank[1].startswith('+refused = ["text=Dat klopt niet.", "text=Uw toegang')


def test_a_frame_that_was_not_named_is_added_and_taken_out_again(root: Path) -> None:
    inside = proposal(Change(path=("login", "frame"), old=None, new="inhoud"), portal="polder_bank")
    before = (root / "selectors/polder_bank.toml").read_text()

    write_mended(root, inside)
    assert 'frame = "inhoud"' in (root / "selectors/polder_bank.toml").read_text()
    write_mended(root, inside, back=True)
    assert (root / "selectors/polder_bank.toml").read_text() == before


def test_a_file_that_was_changed_meanwhile_is_left_alone(root: Path) -> None:
    change(root, "selectors/kantoor_erp.toml", "text=Openstaande posten", "text=Posten")

    with pytest.raises(ConfigError, match=r"menu\.open_items was changed since"):
        mended(root, proposal(MENU))


def said(root: Path, *words: str) -> str:
    done = CliRunner().invoke(
        app,
        ["selectors", "review", *words, "--workspace", str(root)],
        env={"COLUMNS": "120"},
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_proposal_is_shown_accepted_and_undone_by_hand(root: Path) -> None:
    one = Proposals(root / "output/selectors/proposals").put(proposal(MENU))
    file = root / "selectors/kantoor_erp.toml"
    before = file.read_text()

    assert "a run went on with it" in said(root, "list")
    shown = said(root, "show", one.id[:5])
    assert '+open_items = "text=Openstaande facturen"' in shown
    assert "same href" in shown

    said(root, "accept", one.id, "--by", "mb")
    assert "text=Openstaande facturen" in file.read_text()
    assert "Nothing is proposed" in said(root, "list")
    assert "accepted by mb" in said(root, "list", "--all")
    said(root, "undo", one.id)
    assert file.read_text() == before
    assert one.id in said(root, "list")


def test_what_was_rejected_is_not_proposed_again(root: Path) -> None:
    proposals = Proposals(root / "output/selectors/proposals")
    one = proposals.put(proposal(MENU))
    said(root, "reject", one.id)

    assert proposals.put(proposal(MENU)).state == "rejected"
    assert "Nothing is proposed" in said(root, "list")


def test_a_proposal_that_is_not_there_is_told(root: Path) -> None:
    with pytest.raises(ClerkworkError, match="no proposal begins with 'zz'"):
        said(root, "show", "zz")
