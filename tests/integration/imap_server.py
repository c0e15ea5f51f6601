"""A mail server of one mailbox, as much IMAP (RFC 3501) as a reader needs, that can misbehave."""

from __future__ import annotations

import datetime as dt
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PARTIAL = re.compile(r"BODY\.PEEK\[\]<0\.(\d+)>")


@dataclass
class Stored:
    uid: int
    content: bytes
    at: dt.datetime
    flags: set[str] = field(default_factory=set)


@dataclass
class Mailbox:
    """What the server holds, and what it does wrong."""

    user: str = "lindehof"
    password: str = 'ge"heim'
    folder: str = "INBOX"
    validity: int = 1_700_000_000
    mails: list[Stored] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    cut_at: str = ""
    """The line is cut when a command begins like this."""
    refuse: str = ""
    """Such a command is answered NO."""
    says_validity: bool = True
    ignores_partial: bool = False
    chatty: bool = False
    """It tells of other mails in between, as servers may."""
    trust: ssl.SSLContext | None = None
    starttls: bool = False
    at: tuple[str, int] = ("127.0.0.1", 0)

    def put(self, content: bytes, at: dt.datetime) -> int:
        uid = max((mail.uid for mail in self.mails), default=0) + 1
        self.mails.append(Stored(uid, content, at))
        return uid


class _Line(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self.box = box
        if box.trust is not None and not box.starttls and not self._wrap():
            return
        self.say("* OK ready")
        try:
            self._talk()
        except (ConnectionError, ssl.SSLError):
            return
        finally:
            self.request.close()

    def _wrap(self) -> bool:
        assert self.box.trust is not None
        try:
            self.request = self.box.trust.wrap_socket(self.request, server_side=True)
        except (ssl.SSLError, OSError):
            return False
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb", buffering=0)
        return True

    def say(self, line: str) -> None:
        self.wfile.write(line.encode("latin-1") + b"\r\n")

    def _talk(self) -> None:
        while line := self.rfile.readline():
            tag, _, command = line.decode("latin-1").strip().partition(" ")
            self.box.commands.append(re.sub(r"^(LOGIN \S+) .*", r"\1 ...", command))
            if self.box.cut_at and command.startswith(self.box.cut_at):
                return
            if self.box.refuse and command.startswith(self.box.refuse):
                self.say(f"{tag} NO not now")
                continue
            name = command.removeprefix("UID ").split(" ")[0].lower()
            answer = getattr(self, f"do_{name}", None)
            if answer is None:
                self.say(f"{tag} BAD {name}")
                continue
            verdict = answer(command)
            self.say(f"{tag} {verdict or 'OK done'}")
            if name == "starttls" and not self._wrap():
                return
            if name == "logout":
                return

    def do_capability(self, command: str) -> None:
        more = " STARTTLS" if self.box.starttls else ""
        self.say(f"* CAPABILITY IMAP4rev1{more}")

    def do_noop(self, command: str) -> None:
        """Nothing."""

    def do_starttls(self, command: str) -> None:
        """The line is wrapped once the answer is out."""

    def do_login(self, command: str) -> str:
        quoted = self.box.password.replace("\\", "\\\\").replace('"', '\\"')
        right = command == f'LOGIN "{self.box.user}" "{quoted}"'
        return "OK welcome" if right else "NO [AUTHENTICATIONFAILED] no"

    def do_examine(self, command: str) -> str:
        if command != f'EXAMINE "{self.box.folder}"':
            return "NO no such folder"
        self.say(f"* {len(self.box.mails)} EXISTS")
        if self.box.says_validity:
            self.say(f"* OK [UIDVALIDITY {self.box.validity}] valid")
        return "OK [READ-ONLY] done"

    def do_search(self, command: str) -> None:
        mails = self.box.mails
        if found := re.search(r" UID (\d+):\*$", command):
            since = int(found[1])
            last = max((mail.uid for mail in mails), default=0)
            # '9:*' is '*:9' where 9 is behind the last (RFC 3501, 6.4.8).
            uids = [m.uid for m in mails if m.uid >= since or m.uid == last]
        else:
            said = re.search(r" SINCE (\d\d)-(\w{3})-(\d{4})$", command)
            assert said, command
            day = dt.date(int(said[3]), MONTHS.index(said[2]) + 1, int(said[1]))
            uids = [m.uid for m in mails if m.at.date() >= day]
        self.say(" ".join(("* SEARCH", *map(str, reversed(uids)))))

    def do_fetch(self, command: str) -> None:
        _, _, uid, asked = command.split(" ", 3)
        partial = PARTIAL.search(asked)
        assert partial, asked
        for number, mail in enumerate(self.box.mails, start=1):
            if self.box.chatty:
                self.say(f"* {number} FETCH (FLAGS (\\Seen) UID {mail.uid + 1000})")
            if mail.uid != int(uid):
                continue
            content = mail.content
            if not self.box.ignores_partial:
                content = content[: int(partial[1])]
            at = f"{mail.at:%d}-{MONTHS[mail.at.month - 1]}-{mail.at:%Y %H:%M:%S} +0000"
            self.say(
                f'* {number} FETCH (UID {mail.uid} RFC822.SIZE {len(mail.content)} INTERNALDATE "'
                f'{at}" BODY[]<0> {{{len(content)}}}'
            )
            self.wfile.write(content)
            self.say(")")

    def do_logout(self, command: str) -> None:
        self.say("* BYE until then")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, box: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.box = box

    def handle_error(self, request: Any, client_address: Any) -> None:
        raise


@contextmanager
def serving(box: Mailbox) -> Iterator[Mailbox]:
    """The mailbox behind a port of this machine, inside the block."""
    with _Server(box) as server:
        box.at = ("127.0.0.1", server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
