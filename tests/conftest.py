"""What all tests share: the checkout, and the programs that it needs."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top of this repository, which is itself a workspace."""
    return Path(__file__).resolve().parent.parent
