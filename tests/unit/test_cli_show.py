"""What the command line prints is whole, plain, and safe on any terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clerkwork.cli import show
from clerkwork.cli.fault import told
from clerkwork.errors import ConfigError


def test_a_failure_is_one_line_however_narrow_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    show.failure(ConfigError("config/portals.toml, line 7: unknown key. [bold]Correct[/] it"))
    said = capsys.readouterr().err
    assert said == "error: config/portals.toml, line 7: unknown key. [bold]Correct[/] it\n"


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\r", "\x9b31m", "\u202e", "\ud800"])
def test_what_a_payer_wrote_does_not_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], hostile: str
) -> None:
    show.say(f"from {hostile}a payer")
    show.failure(f"from {hostile}a payer")
    show.table(("payer",), [(f"from {hostile}a payer",)])
    said = capsys.readouterr()
    assert hostile not in said.out + said.err
    assert (said.out + said.err).count("a payer") == 3


def test_markup_in_a_cell_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    show.table(("payer",), [("[red]Jansen[/red] [link=file:///x]y[/link]",)])
    assert "[red]Jansen[/red] [link=file:///x]y[/link]" in capsys.readouterr().out


def test_what_people_type_again_is_never_broken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    show.table(("task", "what it does"), [("reconcile_payments", "Match bank lines " * 5)])
    said = capsys.readouterr().out
    assert "reconcile_payments" in said
    assert max(map(len, said.splitlines())) <= 40


@pytest.mark.parametrize("columns", ["20", "40", "80"])
def test_no_figure_and_no_column_is_cut_however_narrow_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    figures = [f"{nth}6899.14 EUR" for nth in range(7)]
    headings = ("segment", *(f"over {nth * 30} days" for nth in range(7)), "worst", "what to do")
    row = ("businesses", *figures, "delivered", "call whoever owes most first")
    show.table(headings, [row], right=range(1, 8))
    said = capsys.readouterr().out
    first = next(line for line in said.splitlines() if line.startswith("businesses"))
    assert [figure for figure in figures if figure not in first] == []
    assert "delivered" in first
    words = " ".join(said.split())
    assert [one for one in ("over 180 days", "worst", "what to do") if one not in words] == []
    assert [word for word in row[-1].split() if word not in words] == []


def test_progress_elsewhere_than_on_a_terminal_is_a_line_for_each_thing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with show.progress() as progress:
        progress("Keying receipts", 0, 6)
        progress("Keying receipts", 1, 6)
        progress("Reading", 0, None)
    assert capsys.readouterr().err == "Keying receipts (6)\nReading\n"


def test_an_instant_is_told_to_the_minute() -> None:
    assert show.when(datetime(2026, 3, 3, 8, 59, 59, tzinfo=UTC)) == "2026-03-03 08:59"
    assert show.when(None) == ""


class TestFaults:
    def test_a_failure_of_ours_speaks_for_itself(self) -> None:
        assert told(ConfigError("line 7: unknown key")) == "line 7: unknown key"

    def test_the_systems_own_names_the_file(self) -> None:
        error = OSError(28, "No space left on device", "output/log/clerkwork.log")
        said = told(error)
        assert said.startswith("output/log/clerkwork.log: No space left on device.")

    def test_one_in_a_robot_names_its_line(self) -> None:
        source = compile("\n\nraise KeyError('terms')", "/office/robots/acme.py", "exec")
        with pytest.raises(KeyError) as caught:
            exec(source)  # noqa: S102 - two lines of our own, in a file that need not be there
        said = told(caught.value)
        assert said.startswith("robots/acme.py, line 3: KeyError: 'terms'. Correct it there")

    def test_one_of_clerkwork_itself_says_so(self) -> None:
        with pytest.raises(ValueError, match="Invalid format") as caught:
            show.when("no instant")  # type: ignore[arg-type]
        assert told(caught.value).startswith("a fault in Clerkwork itself (show.py, line ")
