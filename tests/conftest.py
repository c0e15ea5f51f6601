"""What all tests share: the checkout, and the programs that it needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from clerkwork.testing_postgres import Postgres, postgres

# How long an example takes depends on what else the machine does, and decides no test.
settings.register_profile("clerkwork", deadline=None)
settings.load_profile("clerkwork")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top of this repository, which is itself a workspace."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", name="postgres")
def postgres_of_this_session() -> Iterator[Postgres]:
    """A PostgreSQL of our own, one for all processes of this run of the tests."""
    with postgres(os.environ.get("PYTEST_XDIST_TESTRUNUID", "")) as server:
        yield server
