"""A folder read over IMAP: opened to look, with nothing in it marked, moved or deleted."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from clerkwork.adapters.inbox.mail import reply_of
from clerkwork.adapters.inbox.plan import InboxPlan
from clerkwork.adapters.inbox.vouching import doubt
from clerkwork.core.replies.kept import Mail
from clerkwork.errors import ChannelDown, ConfigError, SignInRefused
from clerkwork.ports import Vault

__all__ = ["ImapInbox"]

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_UID = re.compile(rb"\bUID (\d{1,10})")
_CAME = re.compile(rb'INTERNALDATE "([^"]{10,40})"')
_HERE = ("127.0.0.1", "::1", "localhost")
_TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError)


class ImapInbox:
    """Fulfils `clerkwork.ports.Inbox`; connects when it is asked for mails."""

    def __init__(
        self, plan: InboxPlan, vault: Vault, local: Callable[[datetime], datetime]
    ) -> None:
        """`local` gives an instant in the creditor's time zone."""
        self._plan = plan
        self._vault = vault
        self._local = local

    @property
    def folder(self) -> str:
        return self._plan.folder

    def mails(self, read_to: Callable[[int], int], since: date, most: int) -> Iterator[Mail]:
        """Each mail is fetched when it is asked for; the connection ends with the last."""
        with self._open() as box:
            validity = self._validity(box)
            last = read_to(validity)
            wanted = f"UID {last + 1}:*" if last else f"SINCE {_day(since)}"
            with self._told("was asked what is new"):
                uids = sorted(int(uid) for uid in box.uids(wanted))
            # A server answers 'n:*' with the last mail where none is new.
            for uid in [uid for uid in uids if uid > last][:most]:
                mail = self._fetch(box, validity, uid)
                if mail is not None:
                    yield mail

    @property
    def _where(self) -> str:
        return f"mailbox {self._plan.folder} at {self._plan.host}:{self._plan.port}"

    @contextmanager
    def _told(self, when: str) -> Iterator[None]:
        try:
            yield
        except _TROUBLE as error:
            # What a server says may be long, and may repeat what it was given.
            said = type(error).__name__ if isinstance(error, ImapToolsError) else error
            raise ChannelDown(
                f"{self._where} failed when it {when}: {said}; see that it runs and that [inbox] "
                "in config/channels.toml names it rightly"
            ) from error

    @contextmanager
    def _open(self) -> Iterator[BaseMailBox]:
        plan = self._plan
        user, password = self._vault.get(plan.user), self._vault.get(plan.password)
        with self._told("was called"):
            box = self._dial()
        try:
            self._sign_in(box, user.value, password.value)
            yield box
        finally:
            self._hang_up(box)

    def _dial(self) -> BaseMailBox:
        plan = self._plan
        if plan.security == "none":
            if plan.host not in _HERE:
                raise ConfigError(
                    f"{self._where}: security 'none' is for this machine only; use 'tls'"
                )
            return MailBoxUnencrypted(plan.host, plan.port, timeout=plan.timeout)
        trust = ssl.create_default_context(cafile=plan.authority or None)
        kind = MailBoxStartTls if plan.security == "starttls" else MailBox
        return kind(plan.host, plan.port, timeout=plan.timeout, ssl_context=trust)

    def _sign_in(self, box: BaseMailBox, user: str, password: str) -> None:
        plan = self._plan
        try:
            box.login(user, password, initial_folder=None)
        except (MailboxLoginError, imaplib.IMAP4.error) as error:
            if isinstance(error, imaplib.IMAP4.abort):
                raise ChannelDown(f"{self._where} went away at the sign-in") from None
            raise SignInRefused(
                f"{self._where} refused the sign-in: check the secrets '{plan.user}' and "
                f"'{plan.password}' in the vault"
            ) from None
        except OSError as error:
            raise ChannelDown(f"{self._where} went away at the sign-in: {error}") from None
        with self._told("was asked for its folder"):
            try:
                box.folder.set(plan.folder, readonly=True)
            except MailboxFolderSelectError:
                raise ConfigError(
                    f"{self._where}: there is no such folder, or it may not be read; correct "
                    "`folder` in [inbox] of config/channels.toml"
                ) from None

    def _hang_up(self, box: BaseMailBox) -> None:
        try:
            box.logout()
        except _TROUBLE:
            box.client.shutdown()

    def _validity(self, box: BaseMailBox) -> int:
        _, said = box.client.response("UIDVALIDITY")
        first = said[-1] if said else None
        if not isinstance(first, bytes) or not first.isdigit():
            raise ChannelDown(
                f"{self._where} does not say under which validity its mails are numbered "
                "(UIDVALIDITY), so nobody can tell what was read; ask whoever runs it"
            )
        return int(first)

    def _fetch(self, box: BaseMailBox, validity: int, uid: int) -> Mail | None:
        """None where it was deleted meanwhile."""
        largest = self._plan.largest
        asked = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{largest}>)"
        with self._told(f"was asked for mail {uid}"):
            state, data = box.client.uid("FETCH", str(uid), asked)
        if state != "OK":
            raise ChannelDown(f"{self._where} did not hand out mail {uid}; run again")
        found = _answer(data, uid)
        if found is None:
            return None
        head, content = found
        size, came = _SIZE.search(head), _CAME.search(head)
        received = _instant(came[1]) if came else None
        if size is None or received is None:
            raise ChannelDown(f"{self._where} told neither size nor time of mail {uid}; run again")
        reply = reply_of(
            content[:largest], self._local(received).date(), whole=int(size[1]) <= largest
        )
        return Mail(
            reply=reply,
            validity=validity,
            uid=uid,
            received=received,
            doubted=doubt(content[:largest], reply.sender, self._plan.authserv_id),
        )


def _answer(data: Sequence[object], uid: int) -> tuple[bytes, bytes] | None:
    """What was said of a mail, and its bytes; servers may tell of other mails in between."""
    for number, part in enumerate(data):
        if not (isinstance(part, tuple) and len(part) == 2):
            continue
        behind = data[number + 1] if number + 1 < len(data) else b""
        head = bytes(part[0]) + (behind if isinstance(behind, bytes) else b"")
        named = _UID.search(head)
        if named and int(named[1]) == uid:
            return head, bytes(part[1])
    return None


def _instant(said: bytes) -> datetime | None:
    try:
        found = parsedate_to_datetime(said.decode("ascii", "replace").strip())
    except ValueError:
        return None
    # '-0000' is UTC with nothing said of where the sender is.
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _day(day: date) -> str:
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year:04d}"
