"""Kept sessions at rest: encrypted, bound to their user, and no trouble when they are spoilt."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from loguru import logger

from clerkwork.adapters.sessions import SealedSessions

ADDRESS, USER = "https://bank.example", "wgh-robot"
TOKEN = "8f3a-a-token-of-the-portal-77"
SESSION = json.dumps(
    {
        "storage": {
            "cookies": [{"name": "id", "value": TOKEN}, {"name": "lang", "value": "nl"}],
            "origins": [{"localStorage": [{"name": "jwt", "value": f"{TOKEN}-local"}]}],
        },
        "tab": {ADDRESS: {"csrf": f"{TOKEN}-tab"}},
        "at": f"{ADDRESS}/home",
    }
)


def sealed(folder: Path, key: bytes = b"k" * 32, hidden: list[str] | None = None) -> SealedSessions:
    return SealedSessions(folder, lambda: key, (hidden if hidden is not None else []).append)


def test_a_session_is_read_back_and_nothing_of_it_shows_on_disk(tmp_path: Path) -> None:
    kept = sealed(tmp_path / "sessions")
    kept.keep(ADDRESS, USER, SESSION)

    assert kept.get(f"{ADDRESS}/", USER) == SESSION
    (file,) = (tmp_path / "sessions").iterdir()
    content = file.read_bytes()
    for secret in (TOKEN, USER, "bank.example"):
        assert secret.encode() not in content
        assert secret not in file.name
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_user_or_address_has_another_session(tmp_path: Path) -> None:
    kept = sealed(tmp_path)
    kept.keep(ADDRESS, USER, SESSION)
    assert kept.get(ADDRESS, "someone-else") == ""
    assert kept.get("https://other.example", USER) == ""


def test_a_file_under_anothers_name_does_not_open(tmp_path: Path) -> None:
    kept = sealed(tmp_path)
    kept.keep(ADDRESS, USER, SESSION)
    kept.keep(ADDRESS, "other", "{}")
    mine, others = sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_size, reverse=True)
    others.write_bytes(mine.read_bytes())
    assert kept.get(ADDRESS, "other") == ""


@pytest.mark.parametrize(
    "spoilt", [b"", b"short", b"x" * 300, bytes(12), None], ids=["empty", "short", "x", "0", "cut"]
)
def test_a_spoilt_file_is_told_once_forgotten_and_no_trouble(
    tmp_path: Path, spoilt: bytes | None
) -> None:
    kept = sealed(tmp_path)
    kept.keep(ADDRESS, USER, SESSION)
    (file,) = tmp_path.iterdir()
    file.write_bytes(spoilt if spoilt is not None else file.read_bytes()[:-1])
    told: list[str] = []
    sink = logger.add(lambda message: told.append(str(message)), level="WARNING")
    try:
        assert kept.get(ADDRESS, USER) == ""
        assert kept.get(ADDRESS, USER) == ""
    finally:
        logger.remove(sink)
    assert len(told) == 1
    assert "signs in afresh" in told[0]
    assert not file.exists()


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    sealed(tmp_path).keep(ADDRESS, USER, SESSION)
    assert sealed(tmp_path, key=b"q" * 32).get(ADDRESS, USER) == ""


def test_dropped_is_gone_and_dropping_nothing_is_no_trouble(tmp_path: Path) -> None:
    kept = sealed(tmp_path)
    kept.keep(ADDRESS, USER, SESSION)
    kept.drop(ADDRESS, USER)
    kept.drop(ADDRESS, USER)
    assert kept.get(ADDRESS, USER) == ""


def test_tokens_are_blotted_out_of_the_log_when_kept_and_when_read(tmp_path: Path) -> None:
    for act in ("keep", "get"):
        hidden: list[str] = []
        kept = sealed(tmp_path, hidden=hidden)
        kept.keep(ADDRESS, USER, SESSION) if act == "keep" else kept.get(ADDRESS, USER)
        assert hidden == [TOKEN, f"{TOKEN}-local", f"{TOKEN}-tab"]


def test_a_folder_that_cannot_be_written_keeps_nothing_and_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("a file")
    kept = sealed(tmp_path / "sessions")
    kept.keep(ADDRESS, USER, SESSION)
