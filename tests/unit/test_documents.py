"""The documents are true: commands, links, examples and messages name what exists."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import typer

from clerkwork.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")],
    key=lambda path: str(path),
)
SPOKEN = re.compile(r"`clerkwork ([a-z][^`\n]*)`")
COMMAND = typer.main.get_command(app)


def blocks(page: Path, language: str) -> Iterator[str]:
    yield from re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def typed(page: Path, program: str) -> Iterator[list[str]]:
    """What the page's console blocks type after a program's name."""
    for block in blocks(page, "console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                words = shlex.split(line.removeprefix("$ "), comments=True)
                if Path(words[0]).name == program:
                    yield words[1:]


def check_command(words: Sequence[str], *, whole: bool) -> None:
    """Walk to the command and parse its options; `whole`: its arguments have to fit, too."""
    command = COMMAND
    rest = list(words)
    while hasattr(command, "commands") and rest:
        assert rest[0] in command.commands, f"clerkwork {' '.join(words)}: no {rest[0]!r}"
        command = command.commands[rest.pop(0)]
    if whole:
        command.make_context("clerkwork", rest)
        return
    options = {option for parameter in command.params for option in parameter.opts}
    for word in rest:
        if word.startswith("-"):
            assert word.partition("=")[0] in options | {"--help"}, f"clerkwork {' '.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
class TestPages:
    def test_commands_can_be_typed(self, page: Path) -> None:
        for words in typed(page, "clerkwork"):
            check_command(words, whole=True)

    def test_commands_that_are_spoken_of_exist(self, page: Path) -> None:
        for spoken in SPOKEN.findall(page.read_text(encoding="utf-8")):
            check_command(spoken.rstrip(" .:,").split(), whole=False)

    def test_make_knows_its_targets(self, page: Path) -> None:
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        spoken = re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
        assert {words[0] for words in typed(page, "make")} | set(spoken) <= targets

    def test_links_lead_somewhere(self, page: Path) -> None:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            assert "://" in target or (page.parent / target).exists(), target

    def test_toml_is_toml(self, page: Path) -> None:
        for block in blocks(page, "toml"):
            assert tomllib.loads(block)


def test_messages_name_commands_that_exist() -> None:
    """Whoever is told what to do next can do it."""
    spoken = [
        (path, found)
        for folder in ("clerkwork", "robots", "tasks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for found in SPOKEN.findall(path.read_text(encoding="utf-8"))
    ]
    assert spoken
    for _, words in spoken:
        check_command(words.split(), whole=False)
