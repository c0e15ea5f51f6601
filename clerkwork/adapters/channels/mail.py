"""Mail over SMTP, so that after any failure it is known whether a message was taken.

The standard library is used because rpaframework's mail keywords can set no
Message-ID and do not tell a refusal from a lost connection.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from clerkwork.adapters.channels.mime import mail_bytes, one_line
from clerkwork.core.messages import Message
from clerkwork.errors import ChannelDown, ConfigError, MessageRefused, SignInRefused, Undecided
from clerkwork.ports import Vault

__all__ = ["MailChannel", "MailServer"]

_IDLE = 5.0
"""Seconds after which a connection is asked whether it still stands: servers end idle ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in. `user` and `password` are names in the vault, not the secrets."""

    host: str
    port: int = 587
    security: str = "starttls"
    """'starttls', 'tls', or 'none' (loopback only)."""
    user: str = ""
    password: str = ""
    sender: str = ""
    """Mail address that debtors see and answer to."""
    sender_name: str = ""
    archive: str = ""
    """Address that gets a copy of the envelope; the copy is what an interrupted run is asked of."""
    authority: str = ""
    """PEM file of the authority that signed the server's certificate, if the system has it not."""
    timeout: float = 30.0
    """Seconds."""


class MailChannel:
    """Sends over one connection that lasts as long as the server lets it."""

    name = "mail"

    def __init__(
        self,
        server: MailServer,
        vault: Vault,
        now: Callable[[], datetime],
        declined_at: Callable[[Message], str] = lambda _: "",
    ) -> None:
        """`declined_at` is the address at which a message's like is declined; empty for most."""
        if server.security not in ("starttls", "tls", "none"):
            raise ConfigError(
                f"mail server {server.host}: security is '{server.security}'; "
                "it must be 'starttls', 'tls' or 'none'"
            )
        if server.security == "none" and server.host not in ("127.0.0.1", "::1", "localhost"):
            raise ConfigError(
                f"mail server {server.host}: security 'none' is for this machine only; "
                "use 'starttls' or 'tls'"
            )
        self._server = server
        self._vault = vault
        self._now = now
        self._declined_at = declined_at
        self._smtp: smtplib.SMTP | None = None
        self._used = 0.0

    def send(self, message: Message) -> str:
        """Hand a message in; its Message-ID with the server's reply.

        Raises `MessageRefused` on a refusal for good (5xx), `ChannelDown` if the
        server surely did not take it, `Undecided` if it fell silent once it had it,
        `SignInRefused` and `SecretMissing` before anything is handed in.
        """
        # The archive comes first: whatever was delivered to the debtor it has, too.
        server = self._server
        recipients = [*filter(None, [server.archive]), message.to]
        data = mail_bytes(
            message,
            sender=server.sender,
            sender_name=server.sender_name,
            at=self._now(),
            declined_at=self._declined_at(message),
        )
        smtp = self._envelope(recipients)
        code, reply = self._command(smtp, "DATA")
        if code != 354:
            raise self._refused(smtp, code, reply)
        try:
            smtp.send(_dotted(data))
            code, reply = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Undecided(
                f"{self._where} fell silent after it was given {message.message_id}: {error}"
            ) from error
        if code != 250:
            raise self._refused(smtp, code, reply)
        self._used = time.monotonic()
        return f"{message.message_id} {_words(reply)}"

    def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._smtp.close()
            self._smtp = None

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.authority or None)

    @property
    def _where(self) -> str:
        return f"mail server {self._server.host}:{self._server.port}"

    def _envelope(self, recipients: list[str]) -> smtplib.SMTP:
        smtp = self._begin()
        for recipient in recipients:
            code, reply = self._command(smtp, f"RCPT TO:<{recipient}>")
            if code not in (250, 251):
                if recipient == self._server.archive:
                    self._reset(smtp)
                    raise ChannelDown(
                        f"{self._where} refuses the archive address {recipient}: {code} "
                        f"{_words(reply)}; correct `archive` in config/channels.toml"
                    )
                raise self._refused(smtp, code, reply)
        return smtp

    def _begin(self) -> smtplib.SMTP:
        """A connection that has taken the sender: the one that is open, or a new one.

        Servers end a connection that was idle, or by which they took many messages.
        """
        sender = f"MAIL FROM:<{self._server.sender}>"
        smtp = self._kept()
        if smtp is not None:
            try:
                code, reply = smtp.docmd(sender)
            except (OSError, smtplib.SMTPException):
                code, reply = 421, b""
            if code == 250:
                return smtp
            if code != 421:
                raise self._refused(smtp, code, reply)
            self._drop()
        self._smtp = smtp = self._connect()
        code, reply = self._command(smtp, sender)
        if code != 250:
            raise self._refused(smtp, code, reply)
        return smtp

    def _kept(self) -> smtplib.SMTP | None:
        """The open connection, if there is one and it answers."""
        if self._smtp is not None and time.monotonic() - self._used > _IDLE:
            try:
                answers = self._smtp.docmd("NOOP")[0] == 250
            except (OSError, smtplib.SMTPException):
                answers = False
            if not answers:
                self._drop()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        user = self._vault.get(server.user) if server.user else None
        password = self._vault.get(server.password) if server.user else None
        with ExitStack() as stack:
            try:
                smtp = self._dial()
                stack.callback(smtp.close)
                if server.security == "starttls":
                    smtp.starttls(context=self._trust())
                smtp.ehlo_or_helo_if_needed()
                if user and password:
                    smtp.login(user.value, password.value)
            except smtplib.SMTPAuthenticationError as error:
                raise SignInRefused(
                    f"{self._where} refused the sign-in ({error.smtp_code}): check the secrets "
                    f"'{server.user}' and '{server.password}' in the vault"
                ) from None
            except (OSError, smtplib.SMTPException) as error:
                raise ChannelDown(
                    f"{self._where} does not answer as a mail server should: {error}; "
                    "see that it runs and that config/channels.toml names it rightly"
                ) from error
            stack.pop_all()
        return smtp

    def _dial(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            return smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout, context=self._trust()
            )
        return smtplib.SMTP(server.host, server.port, timeout=server.timeout)

    def _command(self, smtp: smtplib.SMTP, command: str) -> tuple[int, bytes]:
        try:
            return smtp.docmd(command)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise ChannelDown(f"{self._where} went away at {command[:4]}: {error}") from error

    def _refused(self, smtp: smtplib.SMTP, code: int, reply: bytes) -> MessageRefused | ChannelDown:
        """A reply means that the message was not taken: 5xx for good, anything else for now."""
        words = f"{self._where} answered {code} {_words(reply)}"
        if code == 421:
            self._drop()
        else:
            self._reset(smtp)
        return MessageRefused(words) if 500 <= code < 600 else ChannelDown(words)

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _dotted(data: bytes) -> bytes:
    """A mail ready for DATA (RFC 5321, 4.5.2): leading dots doubled, closed by a lone dot."""
    return data.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _words(reply: bytes) -> str:
    return one_line(reply.decode("utf-8", "replace"))[:200]
