"""Whether the mail server vouches for a sender, by what it wrote into the head (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import compat32

__all__ = ["doubt"]

_DMARC = re.compile(r"\s*dmarc(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_FROM = re.compile(r"\bheader\.from\s*=\s*([^\s;]+)", re.IGNORECASE)
_HEAD = 128 * 1024
_LONGEST = 8_000
_MOST = 50


def doubt(content: bytes, sender: str, authserv_id: str) -> str:
    """Why nobody vouches for a sender, in words; empty if the mail server does, or is not asked.

    It does where it says that DMARC (RFC 7489) passed. Of its headers the topmost that tells of
    DMARC counts: what a sender puts in under its name stands below, where the server has not taken
    that out, as it has to (RFC 8601, 5).
    """
    if not authserv_id or not sender:
        return ""
    try:
        head = BytesParser(policy=compat32).parsebytes(content[:_HEAD], headersonly=True)
        told = [str(one)[:_LONGEST] for one in head.get_all("Authentication-Results", [])]
    except Exception:
        # The standard library's parser meets mails that it fails on, each in its own way.
        return "the head of the mail cannot be read, so nobody vouches for its sender"
    for value in told[:_MOST]:
        found = set(_results(value, authserv_id, sender))
        if found:
            return "" if found == {"pass"} else f"{authserv_id} says {_spoken(found)} of its sender"
    return f"{authserv_id} says nothing of DMARC, so nobody vouches for its sender"


def _spoken(found: set[str]) -> str:
    return " and ".join(f"dmarc={one}" for one in sorted(found))


def _results(value: str, authserv_id: str, sender: str) -> Iterator[str]:
    """What one header says of DMARC; nothing if it is another server's."""
    bare = _bare(value)
    if bare is None:
        # Perhaps ours, with something of the sender's in it that was to hide what follows.
        yield "unreadable"
        return
    name, *results = bare.split(";")
    if (name.split() or [""])[0].casefold() != authserv_id.casefold():
        return
    for result in results:
        if said := _DMARC.match(result):
            about = _FROM.search(result)
            yield said[1].lower() if about is None or _is_of(sender, about[1]) else "another sender"


def _is_of(sender: str, domain: str) -> bool:
    """Whether a sender is of a domain, or of one below it."""
    own, wanted = sender.rpartition("@")[2].casefold(), domain.rpartition("@")[2].casefold()
    return own == wanted or own.endswith(f".{wanted}")


def _bare(value: str) -> str | None:
    """Without what is quoted and without comments (RFC 5322, 3.2); None where one does not end."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for sign in value:
        if escaped:
            escaped = False
        elif sign == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            quoted = sign != '"'
        elif sign == '"' and not depth:
            quoted = True
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth < 0:
                return None
        elif not depth:
            kept.append(sign)
    return None if quoted or depth else "".join(kept)
