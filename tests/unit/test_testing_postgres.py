"""The private PostgreSQL: shared while it is used, gone with its last user however that ended."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from clerkwork import testing_postgres
from clerkwork.testing_postgres import Postgres

USER = """
import sys
from clerkwork.testing_postgres import postgres
with postgres(sys.argv[1]) as server:
    print(server.folder, server.run("SELECT pg_backend_pid()") != [], flush=True)
    sys.stdin.read()
"""


def user(key: str) -> tuple[subprocess.Popen[str], Path]:
    """Another process with that server; it holds it until its input ends."""
    started = subprocess.Popen(
        [sys.executable, "-c", USER, key], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    folder, answered = started.stdout.readline().split()
    assert answered == "True"
    return started, Path(folder)


def test_a_database_is_made_and_a_copy_of_it(postgres: Postgres) -> None:
    url = postgres.database("book_of_march")
    assert url == f"postgresql://clerk@/book_of_march?host={postgres.folder}"
    postgres.run("CREATE TABLE march AS SELECT 1 AS day", database="book_of_march")
    postgres.database("copy_of_march", template="book_of_march")
    assert postgres.run("SELECT day FROM march", database="copy_of_march") == [(1,)]
    postgres.drop("copy_of_march")
    assert not postgres.has("copy_of_march")


def test_those_who_name_the_same_key_share_a_server_until_the_last_one_is_killed() -> None:
    key = secrets.token_hex(8)
    first, folder = user(key)
    second, same = user(key)
    assert folder == same
    first.send_signal(signal.SIGKILL)
    first.communicate()
    server = Postgres(folder)
    assert server.run("SELECT 1") == [(1,)]
    waiting = psycopg.connect(host=str(folder), user="clerk", dbname="postgres", autocommit=True)
    second.send_signal(signal.SIGKILL)
    second.communicate()
    # Answered only by the end of the server: a connection keeps nothing alive.
    with pytest.raises(psycopg.OperationalError):
        waiting.execute("SELECT pg_sleep(250)")
    waiting.close()


def test_what_was_killed_together_with_its_keeper_is_removed_by_the_next_session() -> None:
    started, folder = user(secrets.token_hex(8))
    os.kill(int((folder / "ready").read_text()), signal.SIGKILL)
    started.send_signal(signal.SIGKILL)
    started.communicate()
    with testing_postgres.postgres():
        assert not folder.exists()
    assert not list(folder.parent.glob(f"{folder.name}*"))


def test_nothing_is_left_of_a_server_that_nobody_uses() -> None:
    with testing_postgres.postgres() as server:
        assert server.has("postgres")
        waiting = server.run
    with testing_postgres.postgres() as other:
        assert other.folder != server.folder
        assert not server.folder.exists()
    with pytest.raises(psycopg.OperationalError):
        waiting("SELECT 1")
