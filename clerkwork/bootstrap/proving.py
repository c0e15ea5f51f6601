"""The evidence of a workspace, with the places that copies of its tree heads go to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from loguru import logger

from clerkwork.adapters.channels import HeadMail, MailChannel
from clerkwork.adapters.clock import SystemClock
from clerkwork.adapters.evidence import Decided, FileEvidence, kept_heads, open_evidence
from clerkwork.adapters.evidence.bucket import BucketCopies
from clerkwork.adapters.evidence.copies import Copier, FolderCopies, HeadCopies
from clerkwork.adapters.evidence.keys import open_signer
from clerkwork.adapters.evidence.log import last_head
from clerkwork.adapters.evidence.plan import Bucket, TimeStamps
from clerkwork.adapters.evidence.rotation import KnownKey, known_keys
from clerkwork.adapters.evidence.stamping import HeadStamps
from clerkwork.adapters.http import ask
from clerkwork.bootstrap.secrets import key_folder
from clerkwork.ports import Clock, Vault
from clerkwork.workspace import Workspace

__all__ = [
    "copied_heads",
    "copies_of",
    "evidence_keys",
    "evidence_of",
    "make_evidence_key",
    "rotate_evidence_key",
]

_MEMORY = "evidence-copies.json"


def evidence_of(
    place: Workspace,
    clock: Clock,
    redact: Callable[[str], str],
    copies: HeadCopies | None = None,
    decided: Decided | None = None,
    trusted: Sequence[Path] = (),
) -> FileEvidence:
    """The evidence of a workspace; each run that ends is copied, as config/workspace.toml says.

    Marks of what was `decided` go into the log before a run begins. A check trusts the public
    keys in the files `trusted`, or else those of this user.
    """
    plan = place.config.settings.evidence
    roots = place.root / plan.stamps.root if plan is not None and plan.stamps is not None else None
    keys = key_folder() / "evidence"
    return open_evidence(place.evidence, keys, clock, redact, copies, roots, decided, trusted)


def evidence_keys() -> tuple[KnownKey, ...]:
    """Every key whose signatures on evidence are trusted here, the oldest first."""
    return known_keys(key_folder() / "evidence")


def make_evidence_key() -> str:
    """Id of the key that signs; it is made if there is none."""
    return open_signer(key_folder() / "evidence").id


def rotate_evidence_key(place: Workspace) -> tuple[str, str]:
    """Let a new key sign from now on; ids of the old one and of the new one."""
    clock = SystemClock(ZoneInfo(place.config.calendar.zone))
    return evidence_of(place, clock, str).rotate()


def copies_of(
    place: Workspace,
    vault: Vault,
    clock: Clock,
    at_end: Callable[[Callable[[], None]], object],
) -> HeadCopies:
    """The places that copies go to; `at_end` is given what is to be closed."""
    plan = place.config.settings.evidence
    return HeadCopies(
        place.evidence,
        place.output / _MEMORY,
        tuple(_copiers(place, vault, clock, at_end)),
        clock,
        required=plan is not None and plan.required,
        tell=lambda words: logger.warning("{}; it is tried again", words),
    )


def _copiers(
    place: Workspace,
    vault: Vault,
    clock: Clock,
    at_end: Callable[[Callable[[], None]], object],
) -> Iterator[Copier]:
    plan = place.config.settings.evidence
    if plan is None:
        return
    if plan.folder:
        yield FolderCopies(place.root / plan.folder)
    if plan.bucket is not None:
        yield _bucket(place, plan.bucket, vault, clock)
    if plan.mail is not None:
        channel = MailChannel(place.config.channels.mail, vault, clock.now)
        at_end(channel.close)
        yield HeadMail(
            to=plan.mail.to,
            channel=channel,
            domain=place.config.creditor.mail_domain,
            every=timedelta(hours=plan.mail.hours),
        )
    if plan.stamps is not None:
        yield _stamps(place, plan.stamps)


def _stamps(place: Workspace, plan: TimeStamps) -> HeadStamps:
    return HeadStamps(
        plan=plan,
        evidence=place.evidence,
        roots=place.root / plan.root,
        signer=lambda: open_signer(key_folder() / "evidence"),
        ask=partial(ask, plain=True),
        authority=str(place.root / plan.authority) if plan.authority else "",
    )


def _bucket(place: Workspace, bucket: Bucket, vault: Vault, clock: Clock) -> BucketCopies:
    own = bucket.authority
    return BucketCopies(
        bucket=bucket,
        vault=vault,
        clock=clock,
        ask=ask,
        authority=str(place.root / own) if own else "",
    )


def copied_heads(
    place: Workspace, vault: Vault, clock: Clock, others: Sequence[Path]
) -> Iterator[tuple[str, bytes]]:
    """Every copy that can be asked for: of the declared folder and bucket, and of other folders."""
    plan = place.config.settings.evidence
    if plan is not None and plan.folder and (place.root / plan.folder).is_dir():
        yield from kept_heads(place.root / plan.folder)
    head = last_head(place.evidence)
    if plan is not None and plan.bucket is not None and head is not None:
        yield from _bucket(place, plan.bucket, vault, clock).kept(str(head["log"]))
    for folder in others:
        yield from kept_heads(folder)
