"""Who vouches for a sender: the mail server's own word on DMARC, and nobody else's."""

from __future__ import annotations

import pytest

from clerkwork.adapters.inbox.vouching import doubt

MINE = "mx.firm.example"


def mail(*results: str, sender: str = "noor@home.example") -> str:
    """Why a mail with these headers, from the top, is doubted."""
    heads = [f"Authentication-Results: {one}" for one in results]
    lines = ("Received: by mx", *heads, f"From: Noor <{sender}>", "", "Ik betaal vrijdag.")
    return doubt("\r\n".join(lines).encode(), sender, MINE)


@pytest.mark.parametrize(
    "value",
    [
        "mx.firm.example; dmarc=pass header.from=home.example",
        "MX.firm.example 1; spf=fail smtp.mailfrom=x.example; DMARC = Pass",
        "mx.firm.example;\r\n\tdkim=pass header.d=home.example;\r\n\tdmarc=pass (p=none dis=none)",
        'mx.firm.example; dmarc=pass reason="a; \\"b" (a (nested) comment)',
        "(first) mx.firm.example (v2); dmarc/1=pass",
    ],
)
def test_the_mail_server_says_that_it_is_he(value: str) -> None:
    assert mail(value) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("mx.firm.example; dmarc=fail", "dmarc=fail"),
        ("mx.firm.example; dmarc=none; spf=pass; dkim=pass", "dmarc=none"),
        ("mx.firm.example; spf=pass; dkim=pass", "nothing of DMARC"),
        ("mx.firm.example; none", "nothing of DMARC"),
        ("mx.else.example; dmarc=pass", "nothing of DMARC"),
        ("mx.firm.example.else.example; dmarc=pass", "nothing of DMARC"),
        ("", "nothing of DMARC"),
        # What the sender chose stands in quotes or comments, and is not read.
        ('mx.firm.example; spf=pass smtp.mailfrom="a; dmarc=pass"@x', "nothing of DMARC"),
        ("mx.firm.example; dmarc=fail (; dmarc=pass", "unreadable"),
        ('mx.firm.example; dmarc=fail reason="; dmarc=pass', "unreadable"),
        ("mx.firm.example; dmarc=fail); dmarc=pass", "unreadable"),
        ("mx.firm.example; dmarc=fail; dmarc=pass", "dmarc=fail and dmarc=pass"),
        ("mx.firm.example; dmarc=pass header.from=else.example", "another sender"),
        ("mx.firm.example; xdmarc=pass", "nothing of DMARC"),
    ],
)
def test_whatever_else_it_says_nobody_vouches(value: str, said: str) -> None:
    assert said in mail(value)


def test_of_a_domain_below_the_one_that_passed_he_is() -> None:
    told = f"{MINE}; dmarc=pass header.from=home.example"
    assert mail(told, sender="noor@post.home.example") == ""
    assert "another sender" in mail(told, sender="noor@nothome.example")


def test_the_topmost_counts_for_the_sender_can_put_in_what_stands_below() -> None:
    assert "dmarc=fail" in mail(f"{MINE}; dmarc=fail", f"{MINE}; dmarc=pass")
    assert mail(f"{MINE}; dmarc=pass", f"{MINE}; dmarc=fail") == ""
    assert mail(f"{MINE}; dkim=pass", "other; dmarc=fail", f"{MINE}; dmarc=pass") == ""


def test_where_nobody_is_asked_nobody_is_doubted() -> None:
    assert doubt(b"From: a@b.example\r\n\r\nx", "a@b.example", "") == ""
    assert doubt(b"From: <>\r\n\r\nx", "", MINE) == "", "a mail server's report has no sender"
    assert "nothing of DMARC" in doubt(b"", "a@b.example", MINE)
    assert "nothing of DMARC" in doubt(b"\xff\x00: \n" * 50, "a@b.example", MINE)
