"""`[evidence]` in config/workspace.toml: what may stand there, and what is told of what may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from workspaces import fresh

from clerkwork.errors import ConfigError
from clerkwork.workspace.config import read_config

STAMPS = """[evidence.stamps]
address = "http://tsa.example.com/tsr"
root = "config/time-stamps.pem"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = fresh(tmp_path)
    (root / "config" / "time-stamps.pem").write_text("a certificate\n")
    return root


def write(root: Path, text: str) -> None:
    (root / "config" / "workspace.toml").write_text(text)


def test_a_time_stamping_authority_may_be_asked_without_https(root: Path) -> None:
    write(root, f"{STAMPS}hours = 1.0\n")
    plan = read_config(root).settings.evidence
    assert plan is not None
    assert plan.stamps is not None
    assert (plan.stamps.hours, plan.stamps.timeout) == (1.0, 10.0)


def test_all_that_stands_there_as_an_example_can_be_meant(root: Path) -> None:
    content = (root / "config" / "workspace.toml").read_text()
    lines = content[content.index("# [evidence]") :].split("\n\n")[0].splitlines()
    write(root, "\n".join(line.removeprefix("# ") for line in lines))
    plan = read_config(root).settings.evidence
    assert plan is not None
    assert None not in (plan.bucket, plan.mail, plan.stamps)


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("http://tsa", "ftp://tsa", 2, "expected an address such as"),
        ("time-stamps.pem", "gone.pem", 3, "no such file"),
        ("config/time-stamps.pem", "", 3, "no such file"),
        ('.pem"\n', '.pem"\nhours = -1.0\n', 4, "expected 0 or more"),
        ('.pem"\n', '.pem"\ntimeout = 0.0\n', 4, "more than 0"),
        ('.pem"\n', '.pem"\nauthority = "gone.pem"\n', 4, "no such file"),
        ('.pem"\n', '.pem"\nhour = 1.0\n', 4, "Did you mean 'hours'?"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    root: Path, old: str, new: str, line: int, told: str
) -> None:
    assert old in STAMPS
    write(root, STAMPS.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read_config(root)
    assert str(caught.value).startswith(f"config/workspace.toml, line {line}: ")
    assert told in str(caught.value)
