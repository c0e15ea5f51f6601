"""Mails as they come: odd, hostile, cut, by programs; each becomes a reply, and none breaks it."""

from __future__ import annotations

import base64
import datetime as dt
import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.adapters.inbox.mail import reply_of
from clerkwork.adapters.inbox.words import decoded, header_text, html_text
from clerkwork.core.replies.own_words import LONGEST
from clerkwork.core.replies.reply import Reply

ON = dt.date(2026, 3, 3)
OURS = "<0123456789abcdef0123456789abcdef@firm.example>"


def read(*lines: str, whole: bool = True) -> Reply:
    """A mail of these lines."""
    return reply_of("\r\n".join(lines).encode("utf-8", "surrogateescape"), ON, whole=whole)


def mail(text: str = "Ik betaal vrijdag.", **headers: str) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    told = {
        "From": "Noor Jansen <Noor@Home.example>",
        "To": "ar@firm.example",
        "Subject": "Re: Herinnering",
        "Message-ID": "<1@home.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in told.items():
        made[name] = value
    made.set_content(text)
    return made


def test_a_plain_reply_comes_whole() -> None:
    one = mail(In_Reply_To=OURS, References=f"<root@firm.example> {OURS}")
    assert reply_of(one.as_bytes(), ON) == Reply(
        message_id="<1@home.example>",
        sender="noor@home.example",
        subject="Re: Herinnering",
        text="Ik betaal vrijdag.",
        on=ON,
        answers=(OURS, "<root@firm.example>"),
    )


def test_the_plain_text_is_preferred_and_html_is_read_where_it_is_alone() -> None:
    both = mail("gewoon")
    both.add_alternative("<p>als HTML</p>", subtype="html")
    assert reply_of(both.as_bytes(), ON).text == "gewoon"
    alone = EmailMessage(policy=SMTP)
    alone.set_content("<p>Ik heb <b>betaald</b>.<br>Zie bank.</p>", subtype="html")
    assert reply_of(alone.as_bytes(), ON).text == "Ik heb betaald.\nZie bank."
    blank = mail(" \n")
    blank.add_alternative("<p>toch iets</p>", subtype="html")
    assert reply_of(blank.as_bytes(), ON).text == "toch iets"


def test_what_html_hides_is_not_read_and_what_it_quotes_is_marked() -> None:
    html = (
        "<html><head><title>Titel</title><style>p{}</style><body><p>Goedemorgen&nbsp;allen</p>"
        "<div style='display: none'>ik betaal vandaag<div>alles</div></div><p hidden>nee</p>"
        "<script>betaald()</script><blockquote>U bent laat<br>echt</blockquote><p>Groet"
    )
    assert html_text(html) == "Goedemorgen allen\n> U bent laat\n> echt\nGroet"


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        ("iso-8859-1", "één".encode("latin-1")),
        ("windows-1252", "één".encode("cp1252")),
        ("utf-8", "één".encode()),
        ("", "één".encode()),
        ("", "één".encode("cp1252")),
        ("x-unheard-of", "één".encode()),
        ("utf-8", "één".encode("cp1252")),
        ("us-ascii", "één".encode()),
        ("idna", "één".encode()),
        ("zlib_codec", "één".encode()),
        ("\x00", "één".encode()),
    ],
)
def test_a_charset_may_be_odd_wrong_or_none(charset: str, encoded: bytes) -> None:
    assert decoded(encoded, charset) == "één"


def test_headers_in_any_charset_become_one_line_that_steers_nothing() -> None:
    assert header_text("=?utf-8?q?Re=3A_h=C3=A9rinnering?=") == "Re: hérinnering"
    assert header_text("=?utf-8?b?!!!?= plat") != ""
    assert header_text("=?x-none?q?abc?=") == "abc"
    assert header_text("a\r\n b\x1b[2J\u202egnp.exe") == "a b [2J gnp.exe"
    assert header_text(None) == ""
    assert len(header_text("x" * 9_000)) == 300


def test_a_name_that_looks_like_an_address_is_none() -> None:
    assert read("From: =?utf-8?q?ceo=40firm=2Eexample?= <x@evil.example>", "", "hoi").sender == (
        "x@evil.example"
    )
    assert read("From: not an address", "", "hoi").sender == ""
    assert read("Subject: none", "", "hoi").sender == ""


def test_text_holds_nothing_that_steers_a_terminal() -> None:
    said = read("From: a@b.example", "", "ik \x1b[31mbetaal\u202e\x07 niet\r\nnu").text
    assert said == "ik [31mbetaal niet\nnu"


def test_attachments_and_mails_in_the_mail_are_not_what_he_says() -> None:
    one = mail("Zie bijlage")
    one.add_attachment("ik beloof alles", filename="belofte.txt")
    one.add_attachment(mail("een andere mail"))
    assert reply_of(one.as_bytes(), ON).text == "Zie bijlage"


def test_text_round_an_attachment_belongs_together() -> None:
    said = read(
        "From: a@b.example", 'Content-Type: multipart/mixed; boundary="x"', "",
        "--x", "Content-Type: text/plain", "", "eerst", "--x",
        "Content-Type: image/png", "Content-Transfer-Encoding: base64", "", "AAAA", "--x",
        "Content-Type: text/plain", "", "en dan", "--x--",
    )  # fmt: skip
    assert said.text == "eerst\nen dan"


def test_without_a_message_id_the_content_makes_one() -> None:
    one, same, other = (read("From: a@b.example", "", text) for text in ("hoi", "hoi", "nee"))
    assert one.message_id == same.message_id != other.message_id
    assert one.message_id.endswith("@without-id>")
    assert read("Message-ID: <" + "x" * 400 + ">", "", "a").message_id.endswith("@without-id>")


def test_of_a_thousand_answered_ids_the_nearest_count() -> None:
    refs = " ".join(f"<{n}@x>" for n in range(1000))
    answers = read(f"References: {refs}", f"In-Reply-To: {OURS}", "", "a").answers
    assert answers[:2] == (OURS, "<999@x>")
    assert len(answers) == 50


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: auto-replied (vacation)", True),
        ("auto-submitted:AUTO-REPLIED", True),
        ("Precedence: auto_reply", True),
        ("X-Autoreply: yes", True),
        ("Auto-Submitted: no", False),
        ("Auto-Submitted: auto-generated", False),
        ("Precedence: bulk", False),
        ("X-Other: 1", False),
    ],
)
def test_a_program_that_answers_says_so(header: str, automatic: bool) -> None:
    assert read(header, "", "ik ben er niet").automatic is automatic


def report(
    *fields: str, kind: str = "delivery-status", returned: str = "message/rfc822"
) -> tuple[str, ...]:
    """A mail server's report on our message."""
    return (
        "From: MAILER-DAEMON@mx.example", "Subject: Undelivered", "Auto-Submitted: auto-replied",
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"', "", "--b",
        "Content-Type: text/plain", "", "It could not be delivered.", "--b",
        f"Content-Type: message/{kind}", "", "Reporting-MTA: dns; mx.example", "", *fields, "--b",
        f"Content-Type: {returned}", "", f"Message-ID: {OURS}", "Subject: Herinnering", "",
        "tekst", "--b--",
    )  # fmt: skip


FAILED = (
    "Final-Recipient: rfc822; Noor@Home.example",
    "Action: failed",
    "Status: 5.1.1",
)


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_of_failure_names_the_address_and_our_message(returned: str) -> None:
    found = read(*report(*FAILED, returned=returned))
    assert found.failed_to == ("noor@home.example",)
    assert found.answers == (OURS,)
    assert (found.sender, found.automatic) == ("", True)
    assert found.text == "It could not be delivered."


def test_a_report_of_delay_fails_nobody() -> None:
    found = read(*report(FAILED[0], "Action: delayed", "Status: 4.4.1"))
    assert (found.failed_to, found.delayed_to) == ((), ("noor@home.example",))


def test_a_report_of_several_is_read_one_by_one() -> None:
    more = ("", "Final-Recipient: rfc822;ben@home.example", "Action: delivered", "",
            "Original-Recipient: rfc822; an@home.example", "Action: FAILED", "",
            "Final-Recipient: x400; c=nl", "Action: failed", "", "Action: failed")  # fmt: skip
    assert read(*report(*FAILED, *more)).failed_to == ("noor@home.example", "an@home.example")


def test_a_receipt_for_reading_is_a_program_and_no_failure() -> None:
    fields = ("Final-Recipient: rfc822; noor@home.example", "Disposition: automatic-action/read")
    found = read(*report(*fields, kind="disposition-notification"))
    assert (found.automatic, found.failed_to) == (True, ())


def test_a_text_that_only_talks_of_failing_is_no_report() -> None:
    assert read("From: a@b.example", "", *FAILED).failed_to == ()


def test_a_long_text_is_cut_and_says_so() -> None:
    found = read("From: a@b.example", "", "x" * (LONGEST + 1))
    assert (len(found.text), found.cut) == (LONGEST, True)


def test_a_mail_of_which_only_the_beginning_came() -> None:
    text = read("From: a@b.example", "", "ik heb betaald", whole=False)
    assert (text.text, text.cut) == ("ik heb betaald", True), "the cut goes through what he says"
    big = mail("ik heb betaald")
    big.add_attachment(b"x" * 9_000, maintype="application", subtype="pdf", filename="bewijs.pdf")
    content = big.as_bytes()[:6_000]
    assert reply_of(content, ON, whole=False).cut is False, "only the attachment is cut"
    assert reply_of(b"", ON, whole=False).cut is True


def nested(depth: int) -> bytes:
    lines = ["From: a@b.example"]
    for level in range(depth):
        lines += [f'Content-Type: multipart/mixed; boundary="b{level}"', "", f"--b{level}"]
    return "\r\n".join([*lines, "Content-Type: text/plain", "", "diep"]).encode()


def test_parts_in_parts_are_followed_only_so_far() -> None:
    assert reply_of(nested(5), ON).text == "diep"
    assert reply_of(nested(50), ON).text == ""
    found = reply_of(nested(101) + b"\r\nx" * 100_000, ON)
    assert (found.text, found.cut) == ("", True)
    assert found.subject == "(a mail that cannot be read: ValueError)"


def test_very_many_parts_are_cut() -> None:
    part = ("--x", "Content-Type: text/plain", "", "a")
    found = read('Content-Type: multipart/mixed; boundary="x"', "", *part * 3_000, "--x--")
    assert found.cut
    assert len(found.text) < 1_000


def test_mails_made_to_be_slow_are_quick() -> None:
    html = "<div hidden>" + "<a>" * 50_000 + "</b>" * 50_000
    slow = (
        nested(2_000),
        b"Content-Type: text/html\r\n\r\n" + html.encode(),
        b"Content-Type: text/html\r\n\r\n" + b"<blockquote>" * 90_000,
        *(
            b"Content-Type: text/html\r\n\r\n" + part * (400_000 // len(part))
            for part in (
                b"<!--",
                b"<!",
                b"<?",
                b"</",
                b"<a ",
                b'<a x="',
                b"<",
                b"&",
                b"<p><!-- -->",
            )
        ),
        b"From: " + b"(" * 200_000 + b"\r\n\r\na",
        b"References: " + b"<" * 500_000 + b"\r\n\r\na",
        b"Subject: " + b"=?utf-8?q?" * 50_000 + b"\r\n\r\na",
        b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"x." * 500_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"x" * 1_000_000),
    )
    began = time.monotonic()
    for content in slow:
        reply_of(content, ON)
    assert time.monotonic() - began < 20


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_make_a_reply(content: bytes) -> None:
    found = reply_of(content, ON)
    assert found.message_id.startswith("<")
    assert len(found.text) <= LONGEST


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([
            "From: a@b.example", "Content-Type: multipart/report; boundary=b", "--b", "--b--", "",
            "Content-Type: message/delivery-status", "Content-Type: message/rfc822",
            "Content-Type: text/html; charset*=utf-8''%ff", "Final-Recipient: rfc822; a@b.example",
            "Action: failed", "Content-Transfer-Encoding: quoted-printable", "=ZZ=", "<p><![CDATA[",
            "Content-Transfer-Encoding: base64", "From: <@,;:>", "Subject: =?a?b?c?=", "é\udcff",
            "Content-Disposition: ;;;=", "Content-Type: multipart/mixed", "Message-ID: <<>>",
        ]),
        max_size=30,
    )
)  # fmt: skip
def test_any_lines_of_mails_make_a_reply(lines: list[str]) -> None:
    assert read(*lines).message_id
