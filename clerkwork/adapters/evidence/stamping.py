"""Time stamps of tree heads (RFC 3161): asked of an authority, kept beside them, and read."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from clerkwork.adapters.evidence.der import in_order
from clerkwork.adapters.evidence.disk import heal
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.adapters.evidence.plan import TimeStamps
from clerkwork.adapters.evidence.signed_lines import add_signed
from clerkwork.core.evidence import digest
from clerkwork.core.evidence.finding import BadSignature, Kind
from clerkwork.core.evidence.stamps import STAMPS, ReadToken, Token, signed_stamp
from clerkwork.errors import EvidenceError
from clerkwork.ports import Ask

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse

__all__ = ["HeadStamps", "read_roots", "token_reader"]

_SHA256 = "2.16.840.1.101.3.4.2.1"
_UNKNOWN, _INVALID = "certificate verify error", "signature failure"
"""What OpenSSL, which checks for the library, calls the two in its errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadStamps:
    """Has tree heads stamped, and keeps the answers in a file beside them.

    It is asked as a place for copies is: what fails is tried again.
    """

    plan: TimeStamps
    evidence: Path
    roots: Path
    """PEM file with the certificates of the authority's roots."""
    signer: Callable[[], Signer]
    ask: Ask
    authority: str = ""
    name: str = "time stamp"

    @property
    def every(self) -> timedelta:
        return timedelta(hours=self.plan.hours)

    def put(self, name: str, content: bytes) -> None:
        """Have a tree head stamped, and check the answer before it is kept.

        `name` is not asked for: the tree head says itself which one it is.
        """
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

        builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
        asked = builder.build()
        status, answer = self.ask(
            "POST",
            self.plan.address,
            {"content-type": "application/timestamp-query"},
            asked.as_bytes(),
            authority=self.authority,
            timeout=self.plan.timeout,
        )
        if status != 200:
            raise EvidenceError(f"the time-stamping authority answered with status {status}")
        try:
            token = _token(answer, read_roots(self.roots), asked)
        except ValueError as error:
            raise EvidenceError(
                f"what the time-stamping authority answered is no time stamp ({error})"
            ) from None
        if token.problem or token.imprint != digest(content):
            why = token.problem.words if token.problem else "it is of something else"
            raise EvidenceError(f"the time stamp does not hold, and was not kept: {why}")
        self._keep(content, answer)

    def _keep(self, head: bytes, answer: bytes) -> None:
        path = self.evidence / STAMPS
        heal(path)
        own = {
            "head": json.loads(head)["number"],
            "sha256": digest(head),
            "token": base64.b64encode(answer).decode(),
        }
        add_signed(path, own, signed_stamp, self.signer())


def token_reader(roots: Path | None) -> ReadToken:
    """What reads kept answers, and checks them by the certificates of a PEM file.

    Without one it says of each that this was not checked. Raises `EvidenceError` for a file that
    holds no certificates.
    """
    trusted = read_roots(roots) if roots is not None else []
    return lambda answer: _token(answer, trusted)


def read_roots(path: Path) -> list[Certificate]:
    """The certificates in a PEM file; raises `EvidenceError`."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise EvidenceError(
            f"{path}: the certificate of the time-stamping authority's root cannot be read "
            f"({getattr(error, 'strerror', None) or error}); put there, as PEM, the one that the "
            "authority publishes"
        ) from error


def _token(answer: bytes, roots: list[Certificate], asked: TimeStampRequest | None = None) -> Token:
    """What an answer says; raises `ValueError` for what is none, or grants no time stamp."""
    from rfc3161_client import PKIStatus, decode_timestamp_response

    said = decode_timestamp_response(in_order(answer))
    if PKIStatus(said.status) is not PKIStatus.GRANTED:
        words = "; ".join(said.status_string or ())
        raise ValueError(f"it was refused{f': {words}' if words else ''}")
    imprint = said.tst_info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256:
        raise ValueError("it is not over a SHA-256")
    return Token(
        at=said.tst_info.gen_time.astimezone(UTC),
        imprint=imprint.message.hex(),
        problem=_problem(said, roots, asked) if roots else None,
        checked=bool(roots),
    )


def _problem(
    said: TimeStampResponse, roots: list[Certificate], asked: TimeStampRequest | None
) -> BadSignature | None:
    from rfc3161_client import VerificationError, VerifierBuilder

    builder = VerifierBuilder(roots=list(roots), nonce=asked.nonce if asked is not None else None)
    try:
        builder.build().verify(said, said.tst_info.message_imprint.message)
    except VerificationError as error:
        if _UNKNOWN in str(error):
            words = "it is by an authority that none of the trusted roots has certified"
            return BadSignature(Kind.FORGED, words)
        if _INVALID in str(error):
            return BadSignature(Kind.ALTERED, "the authority's signature is not valid")
        return BadSignature(Kind.FORGED, str(error))
    return None
