"""Mail over SMTP, so that after any failure it is known whether a message was taken.

The standard library is used because rpaframework's mail keywords can set no
Message-ID and do not tell a refusal from a lost connection.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from clerkwork.core.journeys import mail_address
from clerkwork.core.messages import Message
from clerkwork.errors import ChannelDown, ConfigError, MessageRefused, SignInRefused, Undecided
from clerkwork.ports import Vault

__all__ = ["MailChannel", "MailServer", "mail_of"]

# Not every server takes eight bits (RFC 6152), so the body is encoded down to seven.
_POLICY = SMTP.clone(cte_type="7bit")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


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

    def __init__(self, server: MailServer, vault: Vault, now: Callable[[], datetime]) -> None:
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
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: Message) -> str:
        """Hand a message in; its Message-ID with the server's reply.

        Raises `MessageRefused` on a refusal for good (5xx), `ChannelDown` if the
        server surely did not take it, `Undecided` if it fell silent once it had it,
        `SignInRefused` and `SecretMissing` before anything is handed in.
        """
        # The archive comes first: whatever was delivered to the debtor it has, too.
        recipients = [*filter(None, [self._server.archive]), message.to]
        data = mail_of(message, self._server, self._now()).as_bytes(policy=_POLICY)
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
        smtp = self._greet()
        code, reply = self._command(smtp, f"MAIL FROM:<{self._server.sender}>")
        if code != 250:
            raise self._refused(smtp, code, reply)
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

    def _greet(self) -> smtplib.SMTP:
        """A connection that answers; servers end idle ones, so a silent one is opened anew."""
        if self._smtp is not None:
            try:
                if self._smtp.docmd("NOOP")[0] == 250:
                    return self._smtp
            except (OSError, smtplib.SMTPException):
                pass
            self._drop()
        self._smtp = self._connect()
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


def mail_of(message: Message, server: MailServer, at: datetime) -> EmailMessage:
    """The mail (RFC 5322): plain text, HTML with its inline pictures, attachments.

    Control characters and line breaks in a subject become spaces. Raises
    `MessageRefused` if an address is none.
    """
    if not message.to or mail_address(message.to) != message.to:
        raise MessageRefused(f"{message.to!r} is no mail address: correct it in the ERP")
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["From"] = Address(display_name=_one_line(server.sender_name), addr_spec=server.sender)
        mail["To"] = Address(addr_spec=message.to)
    except (ValueError, MessageError) as error:
        raise MessageRefused(f"no mail can be made to {message.to!r}: {error}") from error
    mail["Subject"] = _one_line(message.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message.message_id
    # RFC 3834: asks automatic responders to stay silent.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    alternatives = mail.get_payload()
    html = alternatives[-1] if isinstance(alternatives, list) else mail
    if not isinstance(html, EmailMessage):
        raise TypeError("the HTML part of a mail must be a message of its own")
    for one in message.attachments:
        maintype, _, subtype = one.media_type.partition("/")
        if one.inline:
            html.add_related(
                one.content,
                maintype,
                subtype,
                cid=f"<{one.inline}>",
                disposition="inline",
                filename=one.name,
            )
        else:
            mail.add_attachment(one.content, maintype, subtype, filename=one.name)
    return mail


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _dotted(data: bytes) -> bytes:
    """Ready for DATA (RFC 5321, 4.5.2): leading dots doubled, closed by a lone dot."""
    body = re.sub(rb"(?m)^\.", b"..", data)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _words(reply: bytes) -> str:
    return _one_line(reply.decode("utf-8", "replace"))[:200]
