"""Alerts as they arrive: by mail, in Teams, at a webhook that checks who sent them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from PIL import Image
from vault_servers import Answer, Asked, answering

from clerkwork.adapters.channels import (
    AlertMail,
    MailChannel,
    MailServer,
    SignedWebhook,
    TeamsWorkflow,
)
from clerkwork.adapters.http import ask
from clerkwork.core.alerts import OPEN, OVER, Alert, Notice, notice
from clerkwork.demo.places import free_ports
from clerkwork.errors import ChannelDown, MessageRefused, SecretMissing
from clerkwork.testing import MORNING, FixedClock, MemoryVault

CLOCK = FixedClock()
ALERT = Alert(
    cause="failed/daily_round",
    kind="failed",
    text="daily_round failed: <b>[here](http://evil)</b> answered 500",
    run="20260303-090000-daily_round-1f3a",
    first=MORNING,
    last=MORNING,
    times=1,
)


def picture(width: int = 1280, height: int = 900) -> bytes:
    """A picture of a page, with as much detail as one has."""
    drawn = Image.effect_noise((width, height), 60).convert("RGB")
    file = io.BytesIO()
    drawn.save(file, "JPEG", quality=70)
    return file.getvalue()


@pytest.fixture
def told() -> Notice:
    return notice(ALERT, OPEN, MORNING, picture())


@dataclass
class Postbox:
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = BytesParser(policy=default).parsebytes(content)
        assert isinstance(mail, EmailMessage)
        self.got += [(to, mail) for to in envelope.rcpt_tos]
        return "250 OK"


class TestMail:
    @pytest.fixture
    def box(self) -> Postbox:
        return Postbox()

    @pytest.fixture
    def mail(self, box: Postbox) -> Iterator[AlertMail]:
        (port,) = free_ports(1)
        controller = Controller(box, hostname="127.0.0.1", port=port)
        controller.start()
        server = MailServer(
            host="127.0.0.1", port=port, security="none", sender="clerk@waterland.example"
        )
        channel = MailChannel(server, MemoryVault(), CLOCK.now)
        to = ("ops@waterland.example", "night@waterland.example")
        yield AlertMail(to=to, channel=channel, domain="waterland.example")
        channel.close()
        controller.stop()

    def test_each_address_gets_it_with_the_picture(
        self, mail: AlertMail, box: Postbox, told: Notice
    ) -> None:
        mail.tell(told)
        assert [to for to, _ in box.got] == [*mail.to]
        _, first = box.got[0]
        assert first["Subject"].startswith("[Clerkwork] A run failed: daily_round failed")
        body = first.get_body(("plain",))
        assert body is not None
        assert f"Run: {ALERT.run}" in body.get_content()
        page = first.get_body(("html",))
        assert page is not None
        assert "&lt;b&gt;" in page.get_content(), "what a portal says is no HTML of ours"
        pictures = [part for part in first.walk() if part.get_content_type() == "image/jpeg"]
        assert [part.get_payload(decode=True) for part in pictures] == [told.picture]

    def test_the_same_has_the_same_message_id_and_its_end_another(
        self, mail: AlertMail, box: Postbox, told: Notice
    ) -> None:
        one = replace(mail, to=mail.to[:1])
        one.tell(told)
        one.tell(replace(told, at=told.at))
        one.tell(notice(replace(ALERT, over=MORNING), OVER, MORNING))
        first, again, over = (message["Message-ID"] for _, message in box.got)
        assert first == again != over
        assert box.got[2][1]["Subject"].startswith("[Clerkwork] Over: a run failed")


@dataclass
class Hook:
    """Takes what is posted, and answers as it is told to."""

    status: int = 202
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return Answer(self.status, b"")


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
def address(hook: Hook) -> Iterator[str]:
    with answering(hook) as opened:
        yield f"{opened}/hook?sig=s3cret-of-the-address"


class TestWebhook:
    @pytest.fixture
    def webhook(self, address: str) -> SignedWebhook:
        vault = MemoryVault({"alerts.pager_key": "k3y-of-the-pager"})
        return SignedWebhook(
            name="pager", address=address, key="alerts.pager_key", vault=vault, ask=ask,
            now=CLOCK.now, timeout=5.0,
        )  # fmt: skip

    def test_it_gets_all_of_it_signed(
        self, webhook: SignedWebhook, hook: Hook, told: Notice
    ) -> None:
        webhook.tell(told)
        (got,) = hook.asked
        signed = got.headers["x-clerkwork-timestamp"].encode() + b"." + got.body
        expected = hmac.new(b"k3y-of-the-pager", signed, hashlib.sha256).hexdigest()
        assert got.headers["x-clerkwork-signature"] == expected
        assert got.headers["idempotency-key"] == told.key
        said = got.parsed
        assert base64.b64decode(said.pop("picture")["base64"]) == told.picture
        assert said == {
            "format": "clerkwork alert 1",
            "cause": "failed/daily_round",
            "kind": "failed",
            "state": "open",
            "title": "A run failed",
            "text": ALERT.text,
            "run": ALERT.run,
            "since": "2026-03-03T08:00:00Z",
            "at": "2026-03-03T08:00:00Z",
            "times": 1,
        }

    def test_the_page_of_operations_checks_the_signature_as_it_is_made(
        self, webhook: SignedWebhook, hook: Hook, told: Notice
    ) -> None:
        page = Path(__file__).parents[2] / "docs" / "operations.md"
        example = page.read_text().partition("```python\n")[2].partition("```")[0]
        scope: dict[str, Any] = {}
        exec(example, scope)  # noqa: S102 - the page's own example
        webhook.tell(told)
        (got,) = hook.asked
        stamp, signature = (
            got.headers[f"x-clerkwork-{name}"] for name in ("timestamp", "signature")
        )
        is_ours = scope["is_ours"]
        assert is_ours(got.body, stamp, signature, b"k3y-of-the-pager")
        assert not is_ours(got.body + b" ", stamp, signature, b"k3y-of-the-pager")
        assert not is_ours(got.body, stamp, signature, b"another")

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            (500, ChannelDown),
            (429, ChannelDown),
            (400, MessageRefused),
            (401, MessageRefused),
            (302, MessageRefused),
        ],
    )
    def test_a_refusal_is_told_without_the_address(
        self,
        webhook: SignedWebhook,
        hook: Hook,
        told: Notice,
        status: int,
        error: type[Exception],
    ) -> None:
        hook.status = status
        with pytest.raises(error, match=f"the webhook pager answered {status}") as caught:
            webhook.tell(told)
        assert "s3cret" not in str(caught.value)

    def test_one_that_is_not_there_is_down(self, webhook: SignedWebhook, told: Notice) -> None:
        (port,) = free_ports(1)
        gone = replace(webhook, address=f"http://127.0.0.1:{port}/?sig=s3cret")
        with pytest.raises(ChannelDown, match="Connection refused") as caught:
            gone.tell(told)
        assert "s3cret" not in str(caught.value)

    def test_nothing_is_sent_unsigned(
        self, webhook: SignedWebhook, hook: Hook, told: Notice
    ) -> None:
        with pytest.raises(SecretMissing):
            replace(webhook, vault=MemoryVault()).tell(told)
        assert hook.asked == []


class TestTeams:
    @pytest.fixture
    def teams(self, address: str) -> TeamsWorkflow:
        vault = MemoryVault({"alerts.teams": address})
        return TeamsWorkflow(webhook="alerts.teams", vault=vault, ask=ask, timeout=5.0)

    def card(self, hook: Hook) -> dict[str, Any]:
        message = json.loads(hook.asked[-1].body)
        (attachment,) = message["attachments"]
        assert message["type"] == "message"
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        found: dict[str, Any] = attachment["content"]
        return found

    def test_it_is_a_card_with_a_picture_that_fits(
        self, teams: TeamsWorkflow, hook: Hook, told: Notice
    ) -> None:
        teams.tell(told)
        assert len(hook.asked[0].body) <= 28 * 1024
        card = self.card(hook)
        (shown,) = (part for part in card["body"] if part["type"] == "Image")
        data = base64.b64decode(shown["url"].removeprefix("data:image/jpeg;base64,"))
        with Image.open(io.BytesIO(data)) as small:
            assert small.width >= 240
            assert abs(small.width / small.height - 1280 / 900) < 0.02

    def test_what_a_portal_says_is_text_and_no_link(
        self, teams: TeamsWorkflow, hook: Hook, told: Notice
    ) -> None:
        teams.tell(told)
        card = self.card(hook)
        kinds = {part["type"] for part in card["body"]}
        assert kinds == {"RichTextBlock", "Image"}, "a TextBlock reads markdown"
        runs = [run for part in card["body"] for run in part.get("inlines", ())]
        assert ALERT.text in [run["text"] for run in runs]

    @pytest.mark.parametrize("image", [b"", b"no picture at all"])
    def test_without_a_picture_it_is_told_all_the_same(
        self, teams: TeamsWorkflow, hook: Hook, told: Notice, image: bytes
    ) -> None:
        teams.tell(replace(told, picture=image, text="x" * 50_000))
        assert len(hook.asked[0].body) <= 28 * 1024
        assert all(part["type"] != "Image" for part in self.card(hook)["body"])

    def test_its_address_stays_secret(self, teams: TeamsWorkflow, hook: Hook, told: Notice) -> None:
        hook.status = 404
        with pytest.raises(MessageRefused, match=r"Teams workflow alerts\.teams") as caught:
            teams.tell(told)
        assert "s3cret" not in str(caught.value)
