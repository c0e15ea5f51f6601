"""Whose portal failed: only of the demo's own is it said how the demo opens them."""

from __future__ import annotations

from pathlib import Path

import pytest
from workspaces import fresh

from clerkwork.cli.world import explained
from clerkwork.demo.places import on_free_ports
from clerkwork.errors import PortalUnreachable, SecretMissing
from clerkwork.workspace import Workspace, open_workspace
from clerkwork.workspace.new_robot import make_robot


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace with the demo's portals, which are down, and Acme's."""
    root = fresh(tmp_path)
    on_free_ports(root / "config")
    make_robot(root, "acme_erp", "http://127.0.0.1:1/")
    return open_workspace(root)


def test_of_the_demos_portal_it_is_said_how_it_is_opened(place: Workspace) -> None:
    error = PortalUnreachable("kantoor_erp cannot be reached.", "kantoor_erp")
    told = explained(error, place)
    assert isinstance(told, PortalUnreachable)
    assert str(told).startswith("kantoor_erp cannot be reached. The demo's portals are not running")
    assert told.portal == "kantoor_erp"


@pytest.mark.parametrize("portal", ["acme_erp", ""])
def test_another_portal_that_is_down_is_not_the_demos(place: Workspace, portal: str) -> None:
    error = PortalUnreachable("acme_erp led to another host.", portal)
    assert explained(error, place) is error


def test_of_the_demos_secret_it_is_said_what_sets_it(place: Workspace) -> None:
    told = explained(SecretMissing("It is missing.", "polder_bank.pin"), place)
    assert "No demo was played in this workspace yet" in str(told)


def test_another_portals_secret_is_nothing_the_demo_sets(place: Workspace) -> None:
    error = SecretMissing("It is missing.", "acme_erp.password")
    assert explained(error, place) is error
