"""What `[evidence]` in `config/workspace.toml` must be beyond its shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from clerkwork.adapters.evidence.plan import EvidencePlan

__all__ = ["evidence_problems"]

Problem = tuple[str, Sequence[str | int], str]


def evidence_problems(plan: EvidencePlan | None, root: Path) -> Iterator[Problem]:
    """File in `config/`, path of the key, and what is wrong with it."""
    if plan is None or plan.stamps is None:
        return
    file, at, stamps = "workspace.toml", ("evidence", "stamps"), plan.stamps
    parts = urlsplit(stamps.address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        wrong = f"{stamps.address!r}; expected an address such as https://tsa.example.com/tsr"
        yield file, (*at, "address"), wrong
    for key in ("root", "authority"):
        named = getattr(stamps, key)
        if (named or key == "root") and not (root / named).is_file():
            wrong = f"{named!r}; there is no such file in the workspace: put the certificate there"
            yield file, (*at, key), wrong
    if stamps.hours < 0:
        yield file, (*at, "hours"), f"{stamps.hours}; expected 0 or more"
    if stamps.timeout <= 0:
        yield file, (*at, "timeout"), f"{stamps.timeout}; expected seconds, more than 0"
