"""A new robot's files: laid out whole, refused where something is in the way, never in halves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import fresh

from clerkwork.errors import ConfigError
from clerkwork.workspace import open_workspace
from clerkwork.workspace.new_robot import make_robot

PORTALS = "config/portals.toml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


def everything(root: Path) -> dict[str, bytes]:
    """All files of a workspace but those that Python leaves behind."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_new_robot_loads_with_its_task_and_its_portal(root: Path) -> None:
    before = (root / PORTALS).read_text(encoding="utf-8")
    written = make_robot(root, "acme_erp", "https://erp.acme.example/")
    place = open_workspace(root)
    assert place.robots["acme_erp"].__name__ == "AcmeErp"
    assert "acme_erp_open_items" in place.tasks
    settings = place.config.portals["acme_erp"]
    assert (settings.address, settings.writes) == ("https://erp.acme.example/", "confirm")
    assert (root / PORTALS).read_text(encoding="utf-8").startswith(before)
    assert all((root / file).is_file() for file in written)


def test_its_class_is_short_enough_to_be_read_at_a_glance(root: Path) -> None:
    make_robot(root, "acme_erp")
    text = (root / "robots" / "acme_erp.py").read_text(encoding="utf-8")
    body = text[text.index("class ") :]
    assert len([line for line in body.splitlines() if line.strip()]) <= 10


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Acme", "no name for a robot"),
        ("../evil", "no name for a robot"),
        ("acme-erp", "no name for a robot"),
        ("1st_bank", "no name for a robot"),
        ("", "no name for a robot"),
        ("class", "means something else"),
        ("con", "means something else"),
        ("json", "means something else"),
        ("a" * 41, "too long"),
        ("test", "would be taken for a test by pytest"),
        ("testament", "would be taken for a test by pytest"),
        ("acme_test", "would be taken for a test by pytest"),
        ("kantoor_erp", "there already"),
    ],
)
def test_a_name_that_is_none_or_taken_leaves_the_workspace_as_it_was(
    root: Path, name: str, said: str
) -> None:
    before = everything(root)
    with pytest.raises(ConfigError, match=said):
        make_robot(root, name)
    assert everything(root) == before


@pytest.mark.parametrize(
    "address", ["erp.acme.example", "ftp://erp.example/", "https://", "https://a:b@erp.example/"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_written(
    root: Path, address: str
) -> None:
    before = everything(root)
    with pytest.raises(ConfigError):
        make_robot(root, "acme_erp", address)
    assert everything(root) == before


def test_a_page_that_is_in_the_way_is_named_and_kept(root: Path) -> None:
    page = root / "tests" / "pages" / "acme_erp" / "home.html"
    page.parent.mkdir(parents=True)
    page.write_text("mine")
    before = everything(root)
    with pytest.raises(ConfigError, match=r"tests/pages/acme_erp/home\.html is there already"):
        make_robot(root, "acme_erp")
    assert everything(root) == before


def test_what_cannot_be_written_whole_is_taken_away_again(root: Path) -> None:
    (root / "tests").write_text("a file where the folder should be")
    before = everything(root)
    with pytest.raises(OSError, match="tests"):
        make_robot(root, "acme_erp")
    assert everything(root) == before


def test_a_portal_that_the_config_knows_is_not_declared_twice(root: Path) -> None:
    config = root / PORTALS
    text = config.read_text(encoding="utf-8") + '\n[acme_erp]\naddress = "http://127.0.0.1/"\n'
    config.write_text(text, encoding="utf-8")
    before = everything(root)
    with pytest.raises(ConfigError, match=r"\[acme_erp\] already"):
        make_robot(root, "acme_erp")
    assert everything(root) == before


def test_the_command_says_what_it_wrote_and_what_comes_next(root: Path) -> None:
    command = [sys.executable, "-m", "clerkwork.cli", "new", "robot"]
    done = subprocess.run(
        [*command, "acme_erp"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "wrote robots/acme_erp.py" in done.stdout
    assert "pytest tests/test_acme_erp.py" in done.stdout
    assert "config/portals.toml, [acme_erp]" in done.stdout
    again = subprocess.run(
        [*command, "acme_erp"], cwd=root, capture_output=True, text=True, check=False
    )
    assert again.returncode == 2
    assert "there is a robot 'acme_erp' already" in again.stderr
