"""A mail as bytes: whatever it says comes out of the library's own parser again, line by line."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.adapters.channels.mime import mail_bytes, one_line
from clerkwork.core.messages import Attachment, Message
from clerkwork.errors import MessageRefused

AT = datetime(2026, 3, 3, 8, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
FILES = st.lists(
    st.builds(
        Attachment,
        name=LETTERS.map(lambda name: name[:60]),
        media_type=st.sampled_from(["image/png", "application/pdf"]),
        content=st.binary(max_size=200),
        inline=st.sampled_from(["", "pay"]),
    ),
    max_size=3,
)


def message(**more: object) -> Message:
    facts: dict[str, object] = {
        "key": "1", "channel": "mail", "to": "kas@bos.example", "subject": "Herinnering",
        "text": "Beste", "html": "<p>Beste", "message_id": "<1@firm.example>", **more,
    }  # fmt: skip
    return Message(**facts)  # type: ignore[arg-type]


def made(one: Message, sender: str = "ar@firm.example", name: str = "Firm") -> bytes:
    return mail_bytes(one, sender=sender, sender_name=name, at=AT)


def parsed(content: bytes) -> EmailMessage:
    found = BytesParser(policy=default).parsebytes(content)
    assert isinstance(found, EmailMessage)
    return found


def lines(text: str) -> list[str]:
    """As a mail keeps them: any end of a line is one, and the last line has one."""
    return [*text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")]


@settings(deadline=None)
@given(text=TEXTS, html=TEXTS, files=FILES)
def test_texts_and_files_come_out_as_they_went_in(
    text: str, html: str, files: list[Attachment]
) -> None:
    content = made(message(text=text, html=html, attachments=tuple(files)))
    assert content.isascii()
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    mail = parsed(content)
    plain, shown, *others = [part for part in mail.walk() if not part.is_multipart()]
    assert not [part.defects for part in mail.walk() if part.defects]
    assert plain.get_content_type() == "text/plain"
    assert shown.get_content_type() == "text/html"
    assert lines(plain.get_content()) == lines(text)
    assert lines(shown.get_content()) == lines(html)
    wanted = [one for one in files if one.inline] + [one for one in files if not one.inline]
    assert [part.get_content() for part in others] == [one.content for one in wanted]
    assert [part.get_content_type() for part in others] == [one.media_type for one in wanted]
    assert [part.get_filename() for part in others] == [one.name for one in wanted]
    assert [part["Content-ID"] for part in others if part["Content-ID"]] == [
        f"<{one.inline}>" for one in wanted if one.inline
    ]


@settings(deadline=None)
@given(subject=st.text(st.characters(exclude_categories=["Cs"])), name=st.text(max_size=40))
def test_no_header_makes_another_one(subject: str, name: str) -> None:
    name = name.encode("utf-8", "ignore").decode()
    mail = parsed(made(message(subject=subject), name=name))
    assert mail.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type",
    ]  # fmt: skip
    assert mail["From"].addresses[0].addr_spec == "ar@firm.example"


@pytest.mark.parametrize(
    "subject",
    [
        "Herinnering € " + "é" * 90,
        "x" * 60,
        "a long subject of many words " * 5,
        "Betaling van 1.234,56 EUR: factuur 2026-1 (tweede herinnering)",
    ],
)
def test_a_subject_of_any_length_is_read_as_it_was_written(subject: str) -> None:
    assert parsed(made(message(subject=subject)))["Subject"] == subject.strip()


def test_a_subject_that_hides_something_stays_one_line() -> None:
    hidden = "=?utf-8?q?x=0D=0ABcc=3A_all=40firm=2Eexample?="
    mail = parsed(made(message(subject=hidden)))
    assert mail["Bcc"] is None
    assert mail["Subject"] == hidden


def test_what_may_be_declined_says_where_and_nothing_else_does() -> None:
    def mail(address: str) -> EmailMessage:
        return parsed(
            mail_bytes(
                message(), sender="ar@firm.example", sender_name="F", at=AT, declined_at=address
            )
        )

    found = mail("https://pay.example/p/abc.def/wishes")
    assert found["List-Unsubscribe"] == "<https://pay.example/p/abc.def/wishes>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not [name for name in mail("").keys() if name.startswith("List-")]  # noqa: SIM118
    with pytest.raises(MessageRefused, match="no mail can be made"):
        mail("https://pay.example/\r\nBcc: all@firm.example")


@pytest.mark.parametrize("to", ["", ".a@b.example", "a.@b.example", "a@b.example, c@d.example"])
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(MessageRefused, match="is no mail address"):
        made(message(to=to))


def test_one_line_is_one_line() -> None:
    assert one_line("a\r\nBcc: x\x00\u2028 b ") == "a Bcc: x b"
