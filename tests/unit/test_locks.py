"""One session a login on this machine; and the lock of a dead process is nobody's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clerkwork.adapters.locks import (
    Lock,
    alone_in,
    at_work_in,
    credential_lock,
    login_name,
    machine_folder,
)
from clerkwork.errors import SetupError

BANK = "http://127.0.0.1:8001"
HOLD = """
import sys, pathlib
from clerkwork.adapters.locks import credential_lock
with credential_lock(pathlib.Path(sys.argv[1]), "http://127.0.0.1:8001", "jansen", "run 1", "ours"):
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


def login(folder: Path, user: str = "jansen", store: str = "theirs", at: str = BANK) -> Lock:
    return credential_lock(folder, at, user, "run 2", store)


def test_a_second_process_is_told_who_holds_it(tmp_path: Path) -> None:
    process = hold(tmp_path)
    try:
        with pytest.raises(SetupError, match=f"run 1 .process {process.pid}"):
            login(tmp_path).__enter__()
    finally:
        process.communicate()
    with login(tmp_path) as lock:
        assert "run 2" in lock.held_by()


def test_a_killed_holder_leaves_nothing_locked(tmp_path: Path) -> None:
    process = hold(tmp_path)
    process.kill()
    process.communicate()
    with login(tmp_path) as lock:
        assert "run 2" in lock.held_by()
    assert not Path(f"{lock.path}.holder").exists()


def test_one_session_a_login_but_another_user_may_go_in(tmp_path: Path) -> None:
    with login(tmp_path) as held:
        assert "jansen" not in held.path.name
        with pytest.raises(SetupError, match="run 2"):
            login(tmp_path, store="a third", at=f"{BANK}/").__enter__()
        with login(tmp_path, "devries"):
            pass
    assert login_name(BANK, "jansen") == login_name(f"{BANK}/", "jansen")
    assert login_name(BANK, "jansen") != login_name(BANK, "devries")


def test_within_one_store_the_lease_decides_and_a_frozen_holder_bars_nobody(
    tmp_path: Path,
) -> None:
    process = hold(tmp_path)
    with login(tmp_path, store="ours") as lock:
        assert f"run 1 (process {process.pid})" == lock.held_by(), "it is still his file"
    with pytest.raises(SetupError, match="run 1"):
        login(tmp_path).__enter__()
    process.communicate()


def test_several_are_at_work_in_a_workspace_and_nobody_is_alone_in_it_then(tmp_path: Path) -> None:
    with (
        at_work_in(tmp_path, "run 1"),
        at_work_in(tmp_path, "run 2"),
        pytest.raises(SetupError, match="This workspace is in use by run"),
        alone_in(tmp_path, "a restore"),
    ):
        pass
    with (
        alone_in(tmp_path, "a restore"),
        pytest.raises(SetupError, match="in use by a restore"),
        alone_in(tmp_path, "another"),
    ):
        pass
    assert list((tmp_path / "at-work").iterdir()) == []


def test_a_run_that_was_killed_keeps_nobody_from_being_alone(tmp_path: Path) -> None:
    killed = tmp_path / "at-work" / "17-dead.lock"
    killed.parent.mkdir()
    killed.write_text("")
    with alone_in(tmp_path, "a restore"):
        assert not killed.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="cannot be taken"):
        Lock(tmp_path / "file" / "x.lock", "run 1", "It").__enter__()


def test_locks_of_the_machine_lie_in_the_users_own_folder() -> None:
    assert machine_folder({"XDG_STATE_HOME": "/s"}) == Path("/s/clerkwork/locks")
    assert machine_folder({}).is_relative_to(Path.home())
