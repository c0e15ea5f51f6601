"""A channel of another package: found by its entry point, its settings checked, used as any."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from clerkwork.bootstrap.office import open_office
from clerkwork.core.messages import Message
from clerkwork.errors import ConfigError
from clerkwork.workspace import make_workspace, open_workspace
from clerkwork.workspace.plugins import GROUP, read_plugins

PIGEONS = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Settings:
    loft: str
    birds: int = 2

class Pigeons:
    name = "sms"

    def __init__(self, settings, tools):
        self.settings, self.tools = settings, tools

    def send(self, message):
        return f"{self.settings.loft}/{message.key}"

class Plugin:
    way = "sms"
    settings = Settings

    def open(self, settings, tools):
        return Pigeons(settings, tools)

class Astray(Plugin):
    way = "pigeon"

plugin, astray, nothing = Plugin(), Astray(), object()
"""


def install(site: Path, *points: str) -> None:
    """A package as pip would lay it out."""
    site.mkdir()
    (site / "acme_pigeons.py").write_text(PIGEONS)
    info = site / "acme_pigeons-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-pigeons\nVersion: 1.0\n")
    lines = (f"[{GROUP}]", *points, "")
    (info / "entry_points.txt").write_text("\n".join(lines))


def workspace(folder: Path, more: str) -> Path:
    make_workspace(folder)
    channels = folder / "config" / "channels.toml"
    channels.write_text(channels.read_text() + more)
    return folder


def test_a_package_that_is_installed_is_a_way_to_reach_debtors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", "pigeons = acme_pigeons:plugin")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    root = workspace(tmp_path / "office", '\n[plugins.pigeons]\nloft = "tower"\n')
    with open_office(root) as (place, office):
        assert "sms" in place.config.ways
        message = Message(key="k", channel="sms", to="", subject="", text="", html="")
        assert office.channels["sms"].send(message) == "tower/k"
        # It cannot be asked after: what a crash interrupts is a person's.
        assert "sms" not in office.archives


def test_what_is_installed_and_not_set_up_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", "pigeons = acme_pigeons_broken:plugin")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert "sms" not in open_workspace(workspace(tmp_path / "office", "")).config.ways


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("[plugins.pigeons]\nloft = 3", "'plugins.pigeons.loft' is 3"),
        ("[plugins.pigeons]\nloft = 'x'\nbird = 3", "Did you mean 'birds'"),
        ("[plugins.pigeons]", "'plugins.pigeons.loft' is missing"),
        ("[plugins.pigeon]\nloft = 'x'", "Did you mean 'pigeons'"),
        ("[plugins.astray]\nloft = 'x'", "its way is 'pigeon'"),
        ("[plugins.nothing]\nloft = 'x'", "its way is ''"),
        ("[plugins.gone]\nloft = 'x'", "cannot be loaded from acme_gone:plugin"),
        ("[plugins.pigeons]\nloft = 'x'\n[plugins.more]\nloft = 'x'", "by sms, which is set up"),
    ],
)
def test_what_is_wrong_with_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, wrong: str
) -> None:
    install(
        tmp_path / "site",
        "pigeons = acme_pigeons:plugin",
        "more = acme_pigeons:plugin",
        "astray = acme_pigeons:astray",
        "nothing = acme_pigeons:nothing",
        "gone = acme_gone:plugin",
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(ConfigError) as caught:
        open_workspace(workspace(tmp_path / "office", f"\n{table}\n"))
    assert wrong in str(caught.value)


def test_a_table_of_no_package_names_those_that_there_are(tmp_path: Path) -> None:
    point = EntryPoint(name="pigeons", value="acme_pigeons:plugin", group=GROUP)
    with pytest.raises(ConfigError, match="no installed package has"):
        read_plugins(tmp_path, ["doves"], (), lambda: (point,))
