"""Several runs at once in one workspace: each login once, each task once, and a stop for all."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from back_office import BackOffice
from killing import started, wait
from processes import offspring
from warm import Clerk

SUBMIT = {"portal": "kantoor", "match": "^/ontvangst_boek"}


def held(office: BackOffice) -> bool:
    return bool(office.control("GET", "/held?seconds=1")["held"])


def hold(office: BackOffice, when: str, **request: str) -> Callable[[], bool]:
    """Let the next such request wait, before or after its effect; whether one does."""
    office.control("POST", "/hold", **request, when=when)
    return lambda: held(office)


def refused(office: BackOffice, *words: str) -> str:
    ended = office.run(*words)
    assert ended.returncode != 0
    return " ".join(ended.stderr.split())


def states(office: BackOffice) -> list[str]:
    return [state for (state,) in office.store("SELECT state FROM postings ORDER BY turn")]


def overlaps(office: BackOffice) -> int:
    """Requests of a session whose login had a newer one, as the portals themselves saw it."""
    seen = office.control("GET", "/requests").values()
    return sum(portal["overlaps"]["requests"] for portal in seen)


def done(clerk: Clerk) -> int:
    return clerk.wait(timeout=120)


def test_other_tasks_run_beside_one_that_is_at_work_but_not_the_same_one_nor_its_login(
    office: BackOffice,
) -> None:
    at_work = hold(office, "before", portal="kantoor", match="^/posten")
    with started(office, "fetch_ledger") as clerk:
        assert wait(clerk, at_work)
        ((run,),) = office.store("SELECT run FROM runs")

        looked = office.run("verify", run)
        assert looked.returncode == 1
        assert f"{run}: under way (" in looked.stdout
        assert "crashed" not in looked.stdout + looked.stderr
        told = refused(office, "run", "fetch_ledger")
        assert f"Task fetch_ledger is in use by run {run} (process {clerk.pid} on " in told
        told = refused(office, "run", "fetch_open_items")
        assert f"The login of kantoor_erp is in use by run {run}" in told
        office.done("run", "fetch_statements")
        assert office.store("SELECT outcome FROM runs WHERE run = ?", run) == [("running",)]

        office.control("POST", "/release")
        assert done(clerk) == 0
    assert office.store("SELECT outcome FROM runs WHERE run = ?", run) == [("done",)]
    assert overlaps(office) == 0
    assert office.store("SELECT count(*) FROM leases WHERE until IS NOT NULL") == [(0,)]


def test_a_stop_lets_the_submit_under_way_end_and_none_follow(matched_office: BackOffice) -> None:
    office = matched_office
    submitted = hold(office, "before", **SUBMIT)
    with started(office, "key_payments") as clerk:
        assert wait(clerk, submitted)
        told = office.done("stop", "--why", "the bank called", "--by", "ann")
        assert "stopped: all writes" in told
        office.control("POST", "/release")
        assert done(clerk) == 1
    assert states(office) == ["keyed"] + ["approved"] * 5
    ((title, facts),) = office.store("SELECT title, facts FROM work_items WHERE kind = 'trouble'")
    assert "key_payments stopped: ann has stopped it" in title
    assert "the bank called" in facts

    assert "ann" in office.done("stops")
    assert "ann has stopped it" in refused(office, "run", "key_payments")
    assert "all writes are stopped already, by ann" in refused(office, "stop", "--why", "me too")
    assert "no task 'nothing'" in refused(office, "stop", "--task", "nothing", "--why", "x")
    assert "no robot 'kantoor'" in refused(office, "stop", "--robot", "kantoor", "--why", "x")
    assert states(office).count("keyed") == 1

    office.done("resume", "--by", "bob")
    assert "Nothing is stopped." in office.done("stops")
    assert "bob" in office.done("stops", "--all")
    office.done("run", "key_payments")
    assert states(office) == ["keyed"] * 6
    assert office.erp("SELECT count(*) FROM receipts") == [(6,)]


def test_a_frozen_run_is_taken_over_and_wakes_to_write_nothing(matched_office: BackOffice) -> None:
    office = matched_office
    submitted = hold(office, "before", **SUBMIT)
    with started(office, "key_payments") as clerk:
        assert wait(clerk, submitted)
        os.kill(clerk.pid, signal.SIGSTOP)
        ((run,),) = office.store("SELECT run FROM postings WHERE state = 'keying'")
        assert f"in use by run {run}" in refused(office, "run", "key_payments"), "it is alive"
        assert wait(clerk, lambda: ran_out(office, f"run {run}"))

        office.done("run", "key_payments")
        assert states(office) == ["doubtful"] + ["keyed"] * 5
        assert office.store("SELECT outcome, note FROM runs WHERE run = ?", run) == [
            ("failed", "it died before it could end")
        ]
        # What was on its way arrives now; this portal refuses it, because its session is over.
        office.control("POST", "/release")
        os.kill(clerk.pid, signal.SIGCONT)
        assert done(clerk) == 1
    said = " ".join((office.output / "started.log").read_text().split())
    assert "is not surely held any more" in said
    assert states(office) == ["doubtful"] + ["keyed"] * 5
    ((item,),) = office.store("SELECT id FROM work_items WHERE kind = 'posting'")
    assert office.erp("SELECT count(*) FROM receipts") == [(5,)]
    office.done("review", "decide", item, "approve", "--by", "ann")
    office.done("run", "key_payments")
    assert states(office) == ["keyed"] * 6
    receipts = office.erp("SELECT reference FROM receipts")
    assert len(receipts) == len(set(receipts)) == 6
    assert overlaps(office) == 1, "the one that was on its way when its session was taken over"


def ran_out(office: BackOffice, lease: str) -> bool:
    """By the machine's clock, which is that of SQLite's leases."""
    query = "SELECT until < strftime('%Y-%m-%dT%H:%M:%f', 'now') FROM leases WHERE name = ?"
    return office.store(query, lease) == [(1,)]


def test_a_browser_that_outlived_its_run_is_ended_before_the_portal_is_asked(
    matched_office: BackOffice,
) -> None:
    office = matched_office
    submitted = hold(office, "before", **SUBMIT)
    with started(office, "key_payments") as clerk:
        assert wait(clerk, submitted)
        browsers = marked(clerk.pid)
        assert browsers
        for browser in browsers:
            os.kill(browser, signal.SIGSTOP)
        os.kill(clerk.pid, signal.SIGKILL)
        assert done(clerk) == -signal.SIGKILL
    assert alive(browsers), "it cannot hear that its run is gone"
    office.control("POST", "/release")
    office.done("run", "key_payments")
    assert not alive(browsers)
    assert states(office) == ["keyed"] * 6
    assert office.erp("SELECT count(*) FROM receipts") == [(6,)]


def marked(clerk: int) -> list[int]:
    """The browsers that belong to a run: started by it, and bearing its mark."""
    found = []
    family = (clerk, *offspring(clerk))
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().split(b"\0")
            group = os.getpgid(int(line.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
        if any(word.startswith(b"--clerk=") for word in words) and group in family:
            found.append(int(line.parent.name))
    return found


def alive(processes: list[int]) -> list[int]:
    return [one for one in processes if (Path("/proc") / str(one)).exists() and not _ended(one)]


def _ended(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True
