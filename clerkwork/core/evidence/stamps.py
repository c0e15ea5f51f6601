"""Time stamps of tree heads by an authority (RFC 3161): what is kept, and what is wrong with it."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clerkwork.core.evidence.finding import BadSignature, Finding, Kind, Signed
from clerkwork.core.evidence.lines import LOG_FORMAT, Fields, log_lines, signed_chain, typed
from clerkwork.core.evidence.parse import plain_fields
from clerkwork.core.evidence.record import canonical, digest
from clerkwork.core.evidence.rotations import signs_no_more

__all__ = [
    "STAMPS",
    "ReadToken",
    "Stamp",
    "Token",
    "check_stamps",
    "signed_stamp",
    "stamps_over",
]

STAMPS = "stamps.jsonl"
"""Name of the file with all time stamps, beside the tree heads."""

_STAMP: Mapping[str, type] = {
    "number": int,
    "head": int,
    "sha256": str,
    "token": str,
    "previous": str,
    "key": str,
    "signature": str,
}
"""Ordinal, number and hash of the tree head, and the authority's answer in base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What an authority's answer says."""

    at: datetime
    """The moment (UTC) at which the authority had seen what it stamped."""
    imprint: str
    """SHA-256 of what was stamped, in hex."""
    problem: BadSignature | None = None
    """What is wrong with the authority's signature, if anything is."""
    checked: bool = True
    """Whether the authority's certificate was there to check it by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A tree head that an authority stamped."""

    head: int
    """Its number."""
    count: int
    """Leaves under it."""
    root: str
    at: datetime
    """By the authority's clock (UTC)."""
    checked: bool
    """Whether it was checked who stamped it."""


ReadToken = Callable[[bytes], Token]
"""An authority's answer (DER) → what it says; raises `ValueError` for what is none."""


def signed_stamp(fields: Mapping[str, object]) -> bytes:
    """What the signature of a kept time stamp is made over."""
    unsigned = {name: value for name, value in fields.items() if name != "signature"}
    return f"{LOG_FORMAT} stamp\n".encode() + canonical(unsigned)


def check_stamps(
    content: bytes | None,
    heads: Sequence[Fields],
    signed: Signed,
    read: ReadToken,
    *,
    whole: bool,
    gone: Mapping[str, int],
) -> tuple[tuple[Stamp, ...], tuple[Finding, ...]]:
    """Time stamps that hold, and all that is wrong with the others.

    `heads` are the tree heads that hold, `whole` says whether these are all, and `gone` which keys
    were replaced with which leaf. Each line
    is signed as the heads are, which tells what was done to it afterwards; the authority's own
    signature tells what the holder of our key did.
    """
    if content is None:
        return (), ()
    found: list[Finding] = []
    lines = log_lines(STAMPS, content, lambda fields: typed(fields, _STAMP), found)
    kept = signed_chain(STAMPS, "time stamp", lines, signed, signed_stamp, found)
    places = {line.fields["number"]: line.place for line in lines if line.fields}
    by_number = {head["number"]: head for head in heads}
    of_hash = {digest(canonical(head)): head["number"] for head in heads}
    stamps = []
    newest = 0.0
    for fields in kept:
        place, number = places[fields["number"]], fields["number"]

        def tell(kind: Kind, words: str, place: int = place, number: int = number) -> None:
            where = f"{STAMPS}, line {place}: {words}"
            one = Finding(
                kind=kind, words=where, file=STAMPS, line=place, first=number, last=number
            )
            found.append(one)

        # No key signs for a tree head over its own rotation, nor behind one that came after it.
        until = gone.get(fields["key"], math.inf)
        over = by_number.get(fields["head"])
        if until < newest or (over is not None and until <= over["count"]):
            tell(Kind.FORGED, signs_no_more(fields["key"], int(until)).words)
            continue
        newest = until
        try:
            token = read(base64.b64decode(fields["token"], validate=True))
        except ValueError as error:
            tell(Kind.ALTERED, f"this is no time stamp ({error})")
            continue
        if token.imprint != fields["sha256"]:
            other = of_hash.get(token.imprint)
            of = f"tree head {other}" if other else "something else"
            tell(Kind.CONTRADICTION, f"its token is of {of}, not of tree head {fields['head']}")
            continue
        if token.problem:
            tell(token.problem.kind, f"the time stamp does not hold: {token.problem.words}")
            continue
        head = by_number.get(fields["head"])
        if head is None and not whole:
            # What is wrong with that tree head is told of it.
            continue
        if head is None or digest(canonical(head)) != fields["sha256"]:
            words = f"tree head {fields['head']} is not the one that was stamped on {_said(token)}"
            tell(Kind.ROLLED_BACK, words)
            continue
        stamps.append(
            Stamp(
                head=fields["head"],
                count=head["count"],
                root=head["root"],
                at=token.at,
                checked=token.checked,
            )
        )
    return tuple(stamps), tuple(found)


def stamps_over(
    content: bytes | None,
    heads: bytes | None,
    signed: Signed,
    read: ReadToken,
    gone: Mapping[str, int],
) -> tuple[Stamp, ...]:
    """Time stamps that hold, where nobody asks what is wrong with the others.

    Only the tree heads are read that were stamped: all of them are many.
    """
    if content is None:
        return ()
    found: list[Finding] = []
    named = log_lines(STAMPS, content, lambda fields: typed(fields, _STAMP), found)
    wanted = {line.fields["sha256"] for line in named if line.fields}
    known = [
        fields
        for line in (heads or b"").split(b"\n")[:-1]
        if digest(line) in wanted and (fields := plain_fields(line)) is not None
    ]
    return check_stamps(content, known, signed, read, whole=False, gone=gone)[0]


def _said(token: Token) -> str:
    return f"{token.at:%Y-%m-%d %H:%M:%S} UTC"
