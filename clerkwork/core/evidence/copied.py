"""Holds the log of runs against copies of its tree heads, which are kept where no robot writes."""

from __future__ import annotations

from clerkwork.core.evidence.finding import Finding, Kind, Signed
from clerkwork.core.evidence.log import LEAVES, LogRead, is_head, signed_head
from clerkwork.core.evidence.merkle import root
from clerkwork.core.evidence.parse import plain_fields

__all__ = ["against_copy", "is_of_another"]


def is_of_another(log: LogRead, content: bytes) -> bool:
    """Whether a copied tree head is of another log, so that it says nothing of this one."""
    copy = plain_fields(content.strip())
    return copy is not None and is_head(copy) and bool(log.name) and copy["log"] != log.name


def against_copy(log: LogRead, content: bytes, where: str, signed: Signed) -> Finding | None:
    """What a copied tree head says that the log does not; None if the log only grew since.

    `where` names the copy, for people.
    """
    copy = plain_fields(content.strip())
    if copy is None or not is_head(copy):
        return Finding(kind=Kind.ALTERED, words=f"{where}: this is no tree head", file=where)
    if problem := signed(copy["key"], signed_head(copy), copy["signature"]):
        return Finding(kind=problem.kind, words=f"{where}: {problem.words}", file=where)
    count = copy["count"]
    if not log.name:
        words = f"{LEAVES} is missing or empty, but {where} was signed over {count} leaves of a log"
        return Finding(kind=Kind.ROLLED_BACK, words=words, file=LEAVES, first=1, last=count)
    if is_of_another(log, content):
        return None
    if count > len(log.hashes):
        words = (
            f"{LEAVES} was rolled back: it has {len(log.hashes)} leaves, "
            f"but {where} was signed over {count} on {copy['at']}"
        )
        return _rolled_back(words, len(log.hashes) + 1, count)
    if root(log.hashes[:count]).hex() == copy["root"]:
        return None
    words = f"{LEAVES}: its first {count} leaves are not those over which {where} was signed"
    return _rolled_back(words, 1, count)


def _rolled_back(words: str, first: int, last: int) -> Finding:
    return Finding(kind=Kind.ROLLED_BACK, words=words, file=LEAVES, first=first, last=last)
