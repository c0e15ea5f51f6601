"""The command line explains itself, at once, and without the libraries that only work needs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from clerkwork.cli.app import command_for

COMMANDS = (
    (),
    ("demo",),
    ("list",),
    ("run",),
    ("schedule",),
    ("slots",),
    ("reconcile",),
    ("review",),
    ("review", "list"),
    ("review", "show"),
    ("review", "answer"),
    ("review", "decide"),
    ("review", "undo"),
    ("review", "remembered"),
    ("review", "forget"),
    ("channels",),
    ("collect",),
    ("collect", "list"),
    ("collect", "check"),
    ("collect", "dossier"),
    ("collect", "recall"),
    ("report",),
    ("report", "receivables"),
    ("replies",),
    ("replies", "list"),
    ("replies", "show"),
    ("replies", "handle"),
    ("law",),
    ("law", "costs"),
    ("law", "letter"),
    ("law", "interest"),
    ("experiments",),
    ("experiments", "show"),
    ("experiments", "stop"),
    ("new",),
    ("new", "robot"),
    ("record",),
    ("try",),
    ("selectors",),
    ("selectors", "check"),
    ("status",),
    ("alerts",),
    ("alerts", "list"),
    ("alerts", "look"),
    ("alerts", "test"),
    ("stop",),
    ("resume",),
    ("stops",),
    ("tidy",),
    ("verify",),
    ("doctor",),
    ("init",),
    ("serve",),
    ("store",),
    ("store", "show"),
    ("store", "backup"),
    ("store", "restore"),
    ("store", "move"),
    ("vault",),
    ("vault", "list"),
    ("vault", "set"),
)
# Not pydantic: typer itself reads a command's options with it.
HEAVY = {
    "PIL", "RPA", "alembic", "altair", "apscheduler", "fastapi", "holidays", "jinja2", "pandas",
    "playwright", "rich", "sqlalchemy", "starlette", "uvicorn",
}  # fmt: skip
PROGRAM = """
import contextlib, io, json, sys
from clerkwork.cli.app import app
shown = {}
for words in json.loads(sys.argv[1]):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        app([*words, "--help"], prog_name="clerkwork")
    shown[" ".join(words)] = said.getvalue()
modules = {m if m.startswith("clerkwork.") else m.partition(".")[0] for m in sys.modules}
print(json.dumps({"shown": shown, "modules": sorted(modules)}))
"""


@pytest.fixture(scope="module")
def answer() -> dict[str, dict[str, str]]:
    """What each command's help says, and the modules that were needed to say it."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(COMMANDS)],
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, dict[str, str]] = json.loads(done.stdout)
    return told


def test_help_needs_none_of_the_heavy_libraries(answer: dict[str, dict[str, str]]) -> None:
    assert not HEAVY & set(answer["modules"])
    ours = [module for module in answer["modules"] if module.startswith("clerkwork.")]
    assert not [module for module in ours if ".app." in module or ".adapters." in module]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_says_how_it_is_used(
    answer: dict[str, dict[str, str]], words: tuple[str, ...]
) -> None:
    said = answer["shown"][" ".join(words)]
    usage, _, rest = said.partition("\n")
    assert usage.startswith(" ".join(("Usage: clerkwork", *words)))
    # A sentence on what it does, and one for each option and argument.
    assert rest.strip().partition("\n")[0].strip()[0].isupper()
    for line in rest.splitlines():
        if line.strip().startswith("-"):
            assert len(line.split("  ")) > 1, line


@pytest.mark.parametrize("name", sorted({words[0] for words in COMMANDS if words}))
def test_a_command_that_is_made_alone_says_what_it_says_among_all(
    name: str, answer: dict[str, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    alone = command_for([name, "--help"])
    assert list(alone.commands) == [name]
    with pytest.raises(SystemExit):
        alone([name, "--help"], prog_name="clerkwork")
    assert capsys.readouterr().out == answer["shown"][name]


@pytest.mark.parametrize("words", [[], ["--help"], ["lits"]])
def test_where_no_command_is_named_all_are_there(words: list[str]) -> None:
    assert {words[0] for words in COMMANDS if words} <= command_for(words).commands.keys()


def test_the_first_page_names_where_to_begin(answer: dict[str, dict[str, str]]) -> None:
    first = answer["shown"][""]
    for name in {words[0] for words in COMMANDS if words}:
        assert f"\n  {name} " in first
    assert "Begin with `clerkwork demo`" in first
