"""A portal that asks who signs in: a person answers from the queue, and kept sessions ask less."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from back_office import BackOffice
from warm import Clerk

from clerkwork.adapters.locks import credential_lock, machine_folder

PATIENCE = 120
"""Seconds for which the robot's question is waited for, on a slow machine."""
PICTURE = {"portal": "kantoor", "kind": "picture", "match": "^/aanmelden", "times": 1}


def set_portal(office: BackOffice, **settings: str) -> None:
    """Write settings into the ERP's table of the config."""
    config = office.folder / "config" / "portals.toml"
    told = "".join(f"{key} = {value}\n" for key, value in settings.items())
    text = config.read_text().replace("[kantoor_erp]\n", f"[kantoor_erp]\n{told}")
    config.write_text(text)


def question(office: BackOffice, clerk: Clerk) -> str:
    """The id of the robot's question, once it has asked."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert clerk.poll() is None, (office.output / "started.log").read_text()
        # Until the run has made its store there is none to ask.
        with suppress(sqlite3.OperationalError):
            found = office.store(
                "SELECT id FROM work_items WHERE kind = 'question' AND decision = ''"
            )
            if found:
                return str(found[0][0])
        try:
            clerk.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("the robot never asked")


def test_a_person_reads_the_picture_and_the_robot_goes_on(office: BackOffice) -> None:
    office.control("POST", "/faults", **PICTURE)
    clerk = office.start("run", "fetch_ledger")
    try:
        first = question(office, clerk)
        shown = office.done("review", "show", first)
        picture = Path(shown.split("picture: ")[1].splitlines()[0].strip())
        assert picture.read_bytes()[:2] == b"\xff\xd8", "a JPEG of the page"
        assert picture.is_relative_to(office.output / "evidence")
        office.done("review", "answer", first, "WRONG", "--by", "ann")

        second = question(office, clerk)
        word = office.control("GET", "/pictures")["kantoor"]
        office.done("review", "answer", second, word, "--by", "ann")
        assert clerk.wait(timeout=PATIENCE) == 0
    finally:
        clerk.kill()
        clerk.wait()
    assert office.figures()["open items read"] == 20
    late = office.run("review", "answer", second, word)
    assert late.returncode != 0
    assert "answered already, by ann" in late.stdout + late.stderr
    office.done("verify", "last")


def test_without_an_answer_the_run_ends_in_time_with_the_question_left(
    office: BackOffice,
) -> None:
    set_portal(office, answer_within="0.05")
    office.control("POST", "/faults", **PICTURE)
    ended = office.run("run", "fetch_ledger")
    assert ended.returncode != 0
    assert "nobody answered within 0.05 minutes" in " ".join(ended.stderr.split())
    kinds = office.store("SELECT kind FROM work_items WHERE decision = '' ORDER BY kind")
    assert kinds == [("question",), ("trouble",)]

    office.done("run", "fetch_ledger")
    kinds = office.store("SELECT kind FROM work_items WHERE decision = ''")
    assert kinds == [("trouble",)], "the robot has signed in since, so its question is moot"


def test_a_kept_session_spares_the_sign_in_and_is_worth_nothing_to_a_thief(
    office: BackOffice,
) -> None:
    set_portal(office, reuse_session="true")
    for _ in range(2):
        office.done("run", "fetch_ledger")
    assert office.control("GET", "/requests")["kantoor"]["sessions"] == {"robot1": 1}
    (file,) = (office.output / "sessions").glob("*.session")
    assert b"ASPSESSIONID" not in file.read_bytes()
    left = [path for path in office.output.rglob("*") if path.is_file()]
    named = [path for path in left if b"ASPSESSIONID" in path.read_bytes()]
    assert named == [], "neither log nor evidence nor store holds the cookie"

    file.write_bytes(b"spoilt by a disk")
    ended = office.run("run", "fetch_ledger")
    assert ended.returncode == 0
    assert (ended.stdout + ended.stderr).count("signs in afresh") == 1
    assert office.control("GET", "/requests")["kantoor"]["sessions"] == {"robot1": 2}

    office.control("POST", "/faults", portal="kantoor", kind="expired", match="^/kantoor", times=1)
    office.done("run", "fetch_ledger")
    assert office.control("GET", "/requests")["kantoor"]["sessions"] == {"robot1": 3}


def test_a_login_that_is_in_use_elsewhere_is_told_by_whom(office: BackOffice) -> None:
    address = f"http://127.0.0.1:{office.places.kantoor}/"
    folder = machine_folder(office.env)
    with credential_lock(folder, address, "robot1", "a run in /srv/other", "another store"):
        ended = office.run("run", "fetch_ledger")
    assert ended.returncode != 0
    told = " ".join(ended.stderr.split())
    assert f"The login of {address} is in use by a run in /srv/other" in told
    assert office.control("GET", "/requests").get("kantoor", {"sessions": {}})["sessions"] == {}


def test_sessions_that_end_in_the_middle_are_entered_again_at_safe_points(
    office: BackOffice,
) -> None:
    lists = ["^/debiteuren", "^/posten", r"^/ontvangst\.asp", "^/grootboek"]
    for match in lists:
        office.control("POST", "/faults", portal="kantoor", kind="expired", match=match, times=1)
    office.done("run", "daily_round")
    figures = office.figures()
    assert figures["signed in again"] == len(lists)
    assert figures.get("tried again", 0) == 0
    assert figures["keyed"] == 6
    assert office.erp("SELECT count(*) FROM receipts") == [(6,)]
    sessions = office.control("GET", "/requests")["kantoor"]["sessions"]
    assert sessions == {"robot1": 1 + len(lists)}
