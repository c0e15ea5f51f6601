"""The day's letters for the print house: a folder that is there whole, once, or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import paramiko
import pypdf
import pytest
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import SFTP_FAILURE, SFTP_OK

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.adapters.channels import FolderPrintHouse, LetterChannel, PrintPlan, SftpCarrier
from clerkwork.adapters.channels.print_house import Sftp
from clerkwork.core.messages import Message, MessageState, message_id
from clerkwork.errors import ApplicationError, ChannelDown, ConfigError, SignInRefused
from clerkwork.testing import FixedClock, MemoryVault

DAY = date(2026, 3, 3)
PDF = b"%PDF-1.4 1 0 obj <</Type /Pages>> 2 0 obj <</Type /Page >> 3 0 obj<</Type/Page>> %%EOF"


def letter(number: int, **changes: Any) -> Message:
    key = f"{number}/x/letter/1"
    return replace(
        Message(
            key=key, channel="letter", to=f"=Debtor {number}\nStraat 1\n1234 AB Plaats",
            subject="", text="", html="", debtor=str(number), on=DAY, state=MessageState.PRINTED,
            proof=f"{DAY}-{number}.pdf", message_id=message_id(key, "x.example"),
        ),
        **changes,
    )  # fmt: skip


@dataclass
class House:
    """A print house, with the letters of one machine of an office."""

    root: Path
    jobs: dict[str, Sequence[str]] = field(default_factory=dict)
    """Claimed by any machine, with the keys of their letters."""
    carried: list[tuple[str, bool]] = field(default_factory=list)
    plan: PrintPlan = field(default_factory=lambda: PrintPlan(since=DAY))
    carry: bool = False
    when_carried: Callable[[], object] = lambda: None

    @property
    def folder(self) -> Path:
        return self.root / "print"

    def desk(self) -> FolderPrintHouse:
        return FolderPrintHouse(
            plan=self.plan,
            letters=self.root / "letters",
            folder=self.folder,
            today=lambda: DAY,
            print=self._print,
            carry=self._carry if self.carry else None,
        )

    def hand_over(
        self, sent: Sequence[Message], desk: FolderPrintHouse | None = None
    ) -> frozenset[str]:
        """Of letters that lie printed in the store, as no other machine claimed them."""
        claimed = {key for keys in self.jobs.values() for key in keys}
        printed = [one for one in sent if one.key not in claimed]
        return (desk or self.desk()).hand_over(printed, self.jobs, self.claim)

    def claim(self, job: str, keys: Sequence[str]) -> None:
        claimed = {key for held in self.jobs.values() for key in held}
        assert job not in self.jobs
        assert claimed.isdisjoint(keys), "claimed twice"
        self.jobs[job] = keys

    def _print(self, message: Message) -> str:
        path = self.root / "letters" / message.proof
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(PDF)
        return message.proof

    def _carry(self, folder: Path, again: bool, about_to: Callable[[], None]) -> None:
        self.carried.append((folder.name, again))
        about_to()
        self.when_carried()

    def printed(self, *numbers: int) -> list[Message]:
        (self.root / "letters").mkdir(exist_ok=True)
        for number in numbers:
            (self.root / "letters" / f"{DAY}-{number}.pdf").write_bytes(PDF)
        return [letter(number) for number in numbers]

    def seen(self) -> list[str]:
        """What the print house sees: what begins with a dot it does not."""
        if not self.folder.exists():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.name[0] != ".")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_folder_has_its_letters_and_tells_of_each(house: House) -> None:
    sent = house.printed(1, 2)
    assert house.hand_over(sent) == {one.key for one in sent}
    folder = house.folder / "2026-03-03"
    assert sorted(path.name for path in folder.iterdir()) == [
        "2026-03-03-1.pdf", "2026-03-03-2.pdf", "manifest.csv", "manifest.json",
    ]  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["job"] == "2026-03-03"
    assert manifest["letters"][0] == {
        "file": "2026-03-03-1.pdf",
        "debtor": "1",
        "pages": 2,
        "address": ["=Debtor 1", "Straat 1", "1234 AB Plaats"],
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }
    rows = list(csv.reader(io.StringIO((folder / "manifest.csv").read_text())))
    # Whoever opens it in a spreadsheet runs nothing that a debtor is called.
    assert rows[1][3] == "'=Debtor 1 | Straat 1 | 1234 AB Plaats"
    assert [row[0] for row in rows] == ["file", "2026-03-03-1.pdf", "2026-03-03-2.pdf"]


def test_each_letter_goes_once_even_when_the_folder_was_taken_away(house: House) -> None:
    sent = house.printed(1)
    house.hand_over(sent)
    for path in (house.folder / "2026-03-03").iterdir():
        path.unlink()
    (house.folder / "2026-03-03").rmdir()
    house.hand_over(sent)
    assert house.seen() == []
    more = [*sent, *house.printed(2)]
    assert house.hand_over(more) == {one.key for one in more}
    # Its name is not used again: the print house may remember it.
    assert house.seen() == ["2026-03-03-2"]


@pytest.mark.parametrize(
    "changes",
    [
        {"channel": "mail"},
        {"on": date(2026, 3, 2)},
        {"on": None},
    ],
)
def test_only_what_was_written_since_it_prints_is_handed_over(
    house: House, changes: dict[str, Any]
) -> None:
    house.printed(1)
    assert house.hand_over([letter(1, **changes)]) == frozenset()
    assert house.seen() == []


def test_a_letter_that_another_machine_printed_is_printed_here_and_goes_along(
    house: House,
) -> None:
    sent = [*house.printed(1), letter(7)]
    assert house.hand_over(sent) == {one.key for one in sent}
    assert (house.folder / "2026-03-03" / "2026-03-03-7.pdf").exists()


def test_two_machines_hand_a_letter_over_once_and_share_no_name(tmp_path: Path) -> None:
    first = House(tmp_path / "a")
    second = House(tmp_path / "b", jobs=first.jobs)
    for house in (first, second):
        house.root.mkdir()
    sent = [letter(1), letter(2)]
    first.hand_over(sent[:1])
    assert second.hand_over(sent) == {sent[1].key}
    first.hand_over(sent)
    assert (first.seen(), second.seen()) == (["2026-03-03"], ["2026-03-03-2"])
    assert not (second.folder / "2026-03-03-2" / "2026-03-03-1.pdf").exists()


def test_a_job_that_was_not_claimed_in_time_is_thrown_away(tmp_path: Path) -> None:
    """This machine died before it could claim; another one did meanwhile, under the same name."""
    first = House(tmp_path / "a")
    second = House(tmp_path / "b", jobs=first.jobs)
    for house in (first, second):
        house.root.mkdir()

    def die(_job: str, _keys: Sequence[str]) -> None:
        raise Killed

    with pytest.raises(Killed):
        first.desk().hand_over([letter(1)], first.jobs, die)
    second.hand_over([letter(1)])
    assert first.hand_over([letter(1), letter(2)]) == {letter(2).key}
    assert (first.seen(), second.seen()) == (["2026-03-03-2"], ["2026-03-03"])
    assert not list(first.folder.glob(".*"))


class Killed(BaseException):
    """The process ends here."""


_SYNCS = 10
"""So often anything is made sure of while two letters are handed over."""


@pytest.mark.parametrize("nth", range(1, _SYNCS + 2))
def test_wherever_a_run_dies_each_letter_goes_once_and_no_folder_is_half(
    house: House, nth: int
) -> None:
    """Killed at the nth time that anything is made sure of on the disk."""
    sent, made = house.printed(1, 2), list[Path]()

    def sync(path: Path) -> None:
        made.append(path)
        if len(made) == nth:
            raise Killed

    with suppress(Killed):
        house.hand_over(sent, replace(house.desk(), sync=sync))
    assert (len(made) == nth) == (nth <= _SYNCS)
    for name in house.seen():
        assert len(list((house.folder / name).iterdir())) == 4
    assert house.hand_over(sent) == {one.key for one in sent}
    house.hand_over(sent)
    (name,) = house.seen()
    assert len(list((house.folder / name).iterdir())) == 4


def test_a_ledger_that_cannot_be_read_stops_it(house: House) -> None:
    sent = house.printed(1)
    house.hand_over(sent)
    (house.root / "letters" / "jobs" / "2026-03-03.json").write_text("{")
    with pytest.raises(ApplicationError, match="from a backup"):
        house.hand_over(sent)


def test_what_is_closed_is_carried_once(house: House) -> None:
    house.carry = True
    sent = house.printed(1)
    house.hand_over(sent)
    house.hand_over(sent)
    assert house.carried == [("2026-03-03", False)]


def test_who_died_while_it_was_let_be_seen_asks_before_it_carries_again(house: House) -> None:
    house.carry = True

    def die() -> None:
        raise Killed

    house.when_carried = die
    with pytest.raises(Killed):
        house.hand_over(house.printed(1))
    house.when_carried = lambda: None
    assert house.hand_over([]) == {letter(1).key}
    assert house.carried == [("2026-03-03", False), ("2026-03-03", True)]


def test_many_letters_are_printed_in_one_browser_and_their_pages_counted(tmp_path: Path) -> None:
    executable = find_browser()
    assert executable is not None
    browser = open_browser(
        selectors={}, clock=FixedClock(), downloads=tmp_path / "d", executable=executable
    )
    try:
        channel = LetterChannel(browser.print_pdf, tmp_path / "letters")
        sent = []
        for number in range(3):
            # As long as it has pages.
            html = "<p style='break-after: page'>A</p>" * number + "<p>B</p>"
            message = letter(number, html=html)
            sent.append(replace(message, proof=channel.send(message)))
    finally:
        browser.close()
    house = House(tmp_path)
    assert len(house.hand_over(sent)) == 3
    manifest = json.loads((house.folder / "2026-03-03" / "manifest.json").read_text())
    for row in manifest["letters"]:
        read = pypdf.PdfReader(house.folder / "2026-03-03" / row["file"])
        assert row["pages"] == len(read.pages)
    assert [row["pages"] for row in manifest["letters"]] == [1, 2, 3]


@dataclass
class Server:
    """A real SFTP server over a folder, which can lose the line when something is renamed."""

    root: Path
    key: paramiko.PKey
    port: int = 0
    cut: str = ""
    """'before' or 'after' a rename: the line is lost then."""

    @property
    def host_key(self) -> str:
        return f"{self.key.get_name()} {self.key.get_base64()}"


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == ("waterland", "geheim")
        return AUTH_SUCCESSFUL if good else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED


class _Files(paramiko.SFTPServerInterface):
    there: Server
    transport: paramiko.Transport

    def _path(self, path: str) -> Path:
        return self.there.root / path.lstrip("/")

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def mkdir(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        self._path(path).mkdir()
        return SFTP_OK

    def rename(self, oldpath: str, newpath: str) -> int:
        if self.there.cut == "before":
            self.there.cut = ""
            self.transport.close()
            return SFTP_FAILURE
        self._path(oldpath).rename(self._path(newpath))
        if self.there.cut == "after":
            self.there.cut = ""
            self.transport.close()
        return SFTP_OK

    def open(
        self, path: str, flags: int, attr: paramiko.SFTPAttributes
    ) -> paramiko.SFTPHandle | int:
        handle = paramiko.SFTPHandle(flags)
        file = self._path(path).open("w+b")
        handle.filename = str(self._path(path))  # type: ignore[attr-defined]
        handle.readfile = file  # type: ignore[attr-defined]
        handle.writefile = file  # type: ignore[attr-defined]
        return handle


@contextmanager
def sftp_server(root: Path) -> Iterator[Server]:
    root.mkdir()
    server = Server(root, paramiko.ECDSAKey.generate())
    listening = socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(server.key)

            class Files(_Files):
                there = server

            Files.transport = transport
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
            transports.append(transport)
            try:
                transport.start_server(server=_Door())
            except (paramiko.SSHException, EOFError):
                continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
        for transport in transports:
            transport.close()


class TestSftp:
    def house(self, tmp_path: Path, server: Server, **changes: Any) -> FolderPrintHouse:
        sftp = replace(
            Sftp(
                host="127.0.0.1", port=server.port, user="waterland", password="print.password",
                host_key=server.host_key, timeout=10.0,
            ),
            **changes,
        )  # fmt: skip
        vault = MemoryVault({"print.password": "geheim", "wrong": "x"})
        desk = House(tmp_path).desk()
        return replace(desk, carry=SftpCarrier(server=sftp, vault=vault))

    def test_a_folder_comes_there_whole(self, tmp_path: Path) -> None:
        with sftp_server(tmp_path / "server") as server:
            house = House(tmp_path)
            sent = house.printed(1, 2)
            assert len(house.hand_over(sent, self.house(tmp_path, server))) == 2
        assert [path.name for path in server.root.iterdir()] == ["2026-03-03"]
        there = server.root / "2026-03-03"
        assert len(list(there.iterdir())) == 4
        assert (there / "2026-03-03-2.pdf").read_bytes() == PDF

    @pytest.mark.parametrize("cut", ["before", "after"])
    @pytest.mark.parametrize("taken", [False, True])
    def test_a_line_that_is_lost_at_the_rename_brings_nothing_twice(
        self, tmp_path: Path, cut: str, taken: bool
    ) -> None:
        with sftp_server(tmp_path / "server") as server:
            house = House(tmp_path)
            sent = house.printed(1)
            server.cut = cut
            with pytest.raises(ChannelDown):
                house.hand_over(sent, self.house(tmp_path, server))
            if taken and cut == "after":
                (server.root / "2026-03-03").rename(tmp_path / "taken")
            house.hand_over(sent, self.house(tmp_path, server))
            house.hand_over(sent, self.house(tmp_path, server))
            there = [path.name for path in server.root.iterdir()]
        assert there == ([] if taken and cut == "after" else ["2026-03-03"])

    def test_a_server_with_another_key_gets_nothing(self, tmp_path: Path) -> None:
        other = paramiko.ECDSAKey.generate()
        house = House(tmp_path)
        with sftp_server(tmp_path / "server") as server:
            pinned = f"{other.get_name()} {other.get_base64()}"
            desk = self.house(tmp_path, server, host_key=pinned)
            with pytest.raises(ConfigError, match="another key"):
                house.hand_over(house.printed(1), desk)
            assert list(server.root.iterdir()) == []

    def test_who_is_refused_is_told_so(self, tmp_path: Path) -> None:
        house = House(tmp_path)
        with sftp_server(tmp_path / "server") as server:
            desk = self.house(tmp_path, server, password="wrong")
            with pytest.raises(SignInRefused):
                house.hand_over(house.printed(1), desk)


def test_a_pinned_key_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="host_key"):
        Sftp(host="h", user="u", host_key="x", password="p")
