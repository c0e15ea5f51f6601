"""One run a workspace, one session a login; and the lock of a dead process is nobody's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clerkwork.adapters.locks import Lock, credential_lock, machine_folder, run_lock
from clerkwork.errors import SetupError

HOLD = """
import sys, pathlib
from clerkwork.adapters.locks import run_lock
with run_lock(pathlib.Path(sys.argv[1]), "run of the morning"):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_it(tmp_path: Path) -> None:
    process = hold(tmp_path)
    try:
        with pytest.raises(SetupError, match=f"run of the morning .process {process.pid}"):
            run_lock(tmp_path, "another run").__enter__()
    finally:
        process.communicate()
    with run_lock(tmp_path, "another run") as lock:
        assert "another run" in lock.held_by()


def test_a_killed_holder_leaves_nothing_locked(tmp_path: Path) -> None:
    process = hold(tmp_path)
    process.kill()
    process.communicate()
    with run_lock(tmp_path, "the next run") as lock:
        assert "the next run" in lock.held_by()
    assert not Path(f"{lock.path}.holder").exists()


def test_one_session_a_login_but_another_user_may_go_in(tmp_path: Path) -> None:
    bank = "http://127.0.0.1:8001"
    with credential_lock(tmp_path, bank, "jansen", "run 1") as held:
        assert "jansen" not in held.path.name
        with pytest.raises(SetupError, match="run 1"):
            credential_lock(tmp_path, f"{bank}/", "jansen", "run 2").__enter__()
        with credential_lock(tmp_path, bank, "devries", "run 2"):
            pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="cannot be taken"):
        Lock(tmp_path / "file" / "x.lock", "run 1", "It").__enter__()


def test_locks_of_the_machine_lie_in_the_users_own_folder() -> None:
    assert machine_folder({"XDG_STATE_HOME": "/s"}) == Path("/s/clerkwork/locks")
    assert machine_folder({}).is_relative_to(Path.home())
