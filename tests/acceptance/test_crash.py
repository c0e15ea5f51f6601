"""Killed with -9 and started again: each posting is keyed once, and no message comes twice."""

from __future__ import annotations

import os
import random
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path
from threading import Event
from typing import AnyStr

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from back_office import APPROVER, BackOffice, approval_pages
from killing import kill, started, wait

from clerkwork import bootstrap
from clerkwork.adapters.channels import MaildirArchive
from clerkwork.adapters.evidence import open_evidence
from clerkwork.adapters.store import open_store
from clerkwork.app.audit import verify_run
from clerkwork.demo.mailroom import ARCHIVE, Mailroom, letters_to
from clerkwork.demo.places import free_ports
from clerkwork.testing import FixedClock

KILLS = 8
SUBMIT = {"portal": "kantoor", "match": "^/ontvangst_boek"}


def test_killed_around_a_submit_each_posting_is_keyed_once(office: BackOffice) -> None:
    # The submit is on its way when the clerk dies, and arrives in the portal afterwards.
    _kill_at(office, SUBMIT, "before")
    office.control("POST", "/release")
    # It is on its way so long that it arrives when the next round has signed in already.
    _kill_at(office, SUBMIT, "before")
    office.control("POST", "/hold", portal="kantoor", match="^/debiteuren", when="before")
    with started(office, "daily_round") as clerk:
        wait(clerk, lambda: "/debiteuren.asp" in _held(office))
        office.control("POST", "/release")
        # The portal has booked it and the clerk never hears of it.
        office.control("POST", "/hold", **SUBMIT, when="after")
        wait(clerk, lambda: "/ontvangst_boek.asp" in _held(office))
        kill(clerk)
    office.control("POST", "/release")
    office.done("run", "daily_round")

    _keyed_once(office)
    submits = "SELECT count(*) FROM posting_moves WHERE note = 'submitting'"
    # The portal refused the late one, because its session was over: that one was keyed again.
    assert office.store(submits) == [(6 + 1,)]
    assert office.figures()["found after a crash"] == 1
    states = _verified(office)
    assert states == Counter(recovered=3, sound=1)


def test_killed_before_our_commit_no_message_is_sent_twice(
    office: BackOffice, tmp_path: Path
) -> None:
    channels = office.folder / "config" / "channels.toml"
    with _freezing_mail(tmp_path / "mail") as room:
        told = channels.read_text()
        told = re.sub(r"(?m)^port = \d+", f"port = {room.port}", told)
        told = re.sub(r'"output/demo/mail/[^"]*"', f'"{room.folder / ARCHIVE}"', told)
        channels.write_text(told)

        first = _kill_at_answer(office, room, "daily_round", nth=2)
        second = _kill_at_answer(office, room, "remind_debtors", nth=2)
        assert _state(office, first) == ("sent", first), "the archive was asked"

        channels.write_text(re.sub(r"(?m)^archive_folder.*\n", "", told))
        office.done("run", "remind_debtors")
        assert _state(office, second)[0] == "doubtful", "nobody could be asked"
        # Those that were claimed with it, while there was an archive, are doubtful as well.
        questions = office.store(
            "SELECT w.id, m.message_id FROM work_items w "
            "JOIN messages m ON w.key = 'message/' || m.key WHERE m.state = 'doubtful'"
        )
        assert office.figures()["messages doubtful"] == len(questions)

        office.done("run", "remind_debtors")
        assert office.figures().get("mails sent", 0) == 0
        assert set(room.arrived().values()) == {1}

        there = MaildirArchive(room.folder / ARCHIVE, patience=0).holds
        for item, message_id in questions:
            said = "arrived" if there(message_id) else "not-arrived"
            office.done("review", "decide", item, said, "--by", "ann")
        assert _state(office, second)[0] == "sent"
        office.done("run", "remind_debtors")
        arrived = room.arrived()
        assert arrived.total() == len(arrived) == 5
    assert _verified(office)["recovered"] == 2


def test_killed_at_eight_random_moments_the_round_ends_as_if_never_killed(
    office: BackOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = random.Random(2026)
    kills = 0
    with approval_pages(office):
        while kills < KILLS:
            kind, number = draw.choice([("steps", 20), ("requests", 60)])
            kills += _killed_after(office, kind, draw.randint(1, number))
        office.done("run", "daily_round")
        _wait_for_answers(office)
        office.done("run", "key_decisions")

    _keyed_once(office)
    mails = Counter((to, message["Message-ID"]) for to, message in office.mail())
    debtors = Counter(to for to, _ in mails if to != APPROVER)
    assert set(mails.values()) == {1}
    assert len(mails) - debtors.total() == 1, "one order was asked about, once"
    states = Counter(state for (state,) in office.store("SELECT state FROM messages"))
    assert debtors.total() == 5 - states["failed"]
    assert set(debtors.values()) == {1}
    assert states["doubtful"] <= kills
    decisions = office.erp("SELECT detail FROM writes WHERE action = 'order'")
    assert len(decisions) == len(set(decisions)) == 2
    assert office.erp("SELECT count(*) FROM orders WHERE state = 'wacht'") == [(0,)]
    verified = _verified(office)
    assert verified["broken"] == 0
    assert verified["unfinished"] <= kills
    office.done("run", "daily_round")
    assert office.figures().get("keyed", 0) == 0
    assert len(office.mail()) == 6
    with capsys.disabled():
        print(f"\n{kills} kills: 6 receipts, {dict(states)} messages, evidence {dict(verified)}")


def _keyed_once(office: BackOffice) -> None:
    """The ERP's own database holds each posting once, applied as a perfect clerk would."""
    truth = [line["truth"] for line in office.truth()["lines"] if line["truth"]["decidable"]]
    receipts = office.erp("SELECT number, debtor, reference FROM receipts")
    assert len(receipts) == len({reference for _, _, reference in receipts}) == len(truth) == 6
    assert office.erp("SELECT count(*) FROM writes WHERE action = 'ontvangst'") == [(6,)]
    lines = office.erp("SELECT item, paid, discount FROM receipt_lines")
    assert Counter(lines) == Counter(
        (part["item"], part["cents"], part["discount"])
        for line in truth
        for part in line["allocations"]
    )
    assert office.store("SELECT DISTINCT state FROM postings") == [("keyed",)]


def _verified(office: BackOffice) -> Counter[str]:
    """How many runs' evidence is sound, unfinished or broken."""
    keys = Path(office.env["CLERKWORK_VAULT_KEY"]).parent / "evidence"
    store = open_store(f"sqlite:///{office.output / 'clerkwork.db'}", FixedClock())
    evidence = open_evidence(office.output / "evidence", keys, FixedClock())
    found = [verify_run(evidence, run, store.runs) for run in evidence.known()]
    found_log = evidence.examine_log()
    store.close()
    assert not [one.broken for one in found if one.broken]
    assert not [one.words for one in found_log.findings if one.grave]
    return Counter(one.state for one in found)


def _wait_for_answers(office: BackOffice) -> None:
    with bootstrap.open_office(office.folder) as (_, desk):
        bootstrap.wait_for_answers(desk)


def _held(office: BackOffice) -> set[str]:
    return {one["path"] for one in office.control("GET", "/held?seconds=1")["held"]}


def _kill_at(office: BackOffice, request: dict[str, str], when: str) -> None:
    """Start a round, and kill it when its next such request is before or after its effect."""
    office.control("POST", "/hold", **request, when=when)
    with started(office, "daily_round") as clerk:
        assert wait(clerk, lambda: bool(_held(office)))


def _killed_after(office: BackOffice, kind: str, number: int) -> bool:
    """Start a round and kill it after so many steps or requests; False if it ended before."""
    known = set((office.output / "evidence").glob("*/"))
    asked = _requests(office)

    def steps() -> int:
        begun = set((office.output / "evidence").glob("*/")) - known
        files = [folder / "steps.jsonl" for folder in begun]
        return sum(file.read_bytes().count(b"\n") for file in files if file.exists())

    def came() -> bool:
        return (steps() if kind == "steps" else _requests(office) - asked) >= number

    with started(office, "daily_round") as clerk:
        return wait(clerk, came)


def _requests(office: BackOffice) -> int:
    return sum(sum(p["requests"].values()) for p in office.control("GET", "/requests").values())


class _Freezing(Mailroom):
    """A mail server that stops the clerk before he can read that his mail was taken."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        super().__init__(folder)
        self.port = free_ports(1)[0]
        self.clerk = 0
        self.left = 0
        self.frozen = ""
        """Message-ID at which the clerk was stopped."""
        self.answered = Event()

    def freeze(self, clerk: int, *, nth: int) -> None:
        """Stop that process at its `nth` message to a debtor from now."""
        self.clerk, self.left, self.frozen = clerk, nth, ""
        self.answered.clear()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.clerk and APPROVER not in envelope.rcpt_tos:
            self.left -= 1
            if self.left == 0:
                os.kill(self.clerk, signal.SIGSTOP)
                parsed = BytesHeaderParser().parsebytes(envelope.original_content or b"")
                self.frozen = str(parsed["Message-ID"])
        return answer

    def arrived(self) -> Counter[str]:
        """How many mails each debtor has."""
        places = [place.name for place in self.folder.iterdir()]
        debtors = [to for to in places if to not in (ARCHIVE, APPROVER)]
        return Counter({to: len(letters_to(self.folder, to)) for to in debtors})


class _Server(SMTP):
    async def push(self, status: AnyStr) -> None:
        await super().push(status)
        if self.event_handler.frozen:
            self.event_handler.answered.set()


class _Doorman(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def _freezing_mail(folder: Path) -> Iterator[_Freezing]:
    room = _Freezing(folder)
    door = _Doorman(room, hostname="127.0.0.1", port=room.port)
    door.start()
    try:
        yield room
    finally:
        door.stop()


def _kill_at_answer(office: BackOffice, room: _Freezing, task: str, *, nth: int) -> str:
    """Kill a run between the server's 250 to its `nth` reminder and its commit; the Message-ID."""
    with started(office, task) as clerk:
        room.freeze(clerk.pid, nth=nth)
        assert wait(clerk, room.answered.is_set)
    assert _state(office, room.frozen)[0] == "sending"
    return room.frozen


def _state(office: BackOffice, message_id: str) -> tuple[str, str]:
    found = office.store("SELECT state, proof FROM messages WHERE message_id = ?", message_id)
    return found[0][0], found[0][1]
