"""How long what runs leave behind is kept, and what of it has to go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["LEGAL_YEARS", "Kept", "Retention", "excess", "kept_until"]

LEGAL_YEARS = 7
"""Full calendar years for which the Netherlands ask that records are kept (art. 52(4) AWR; the same
for the books of a company, art. 2:10(3) BW)."""
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """`[retention]` in `config/workspace.toml`: how many days, and megabytes, are kept."""

    log_days: int = 90
    log_mb: int = 50
    downloads_days: int = 90
    downloads_mb: int = 2000
    reports_days: int = 2922
    selectors_days: int = 400
    """Pictures of selectors; what was learnt of pages stays."""
    exports_days: int = 90
    """Evidence that was written into one file to be handed over."""
    versions_days: int = 90
    """Copies of files that runs found, since a run last found them so; while the evidence of a run
    names one it stays."""
    paid_days: int = 1095
    """Days after an invoice was paid, for which it says how its debtor pays."""
    events_days: int = 730
    """Days after it became known that a message was delivered, opened or read."""
    disputes_days: int = 730
    """Days after a debtor sent a file with a dispute; while that is open it stays."""
    dossiers_days: int = 2922
    """Days after a dossier was made; the newest of a debtor who is in collection stays."""
    replies_days: int = 365
    """Days after a reply came, with its text; what waits for a person stays until he decides."""
    evidence_days: int = 0
    """Days after a run's end; 0 is what the law asks for, and nothing is removed before."""
    details_days: int = 0
    """Days after a run's end for what its steps typed and read, which may be personal; 0 is as long
    as the evidence."""
    pictures_days: int = 0
    """The same for its pictures."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            least = 0 if name in ("evidence_days", "details_days", "pictures_days") else 1
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is kept, by its place, with its size in bytes and when it was written."""

    path: str
    size: int
    at: dt.datetime


def excess(
    files: Iterable[Kept], now: dt.datetime, days: int, megabytes: int | None = None
) -> tuple[Kept, ...]:
    """What has to go, oldest first: what is older than so many days, and the oldest of the rest
    until it fits."""
    by_age = sorted(files, key=lambda file: (file.at, file.path))
    border = now - dt.timedelta(days=days)
    old = [file for file in by_age if file.at < border]
    rest = by_age[len(old) :]
    if megabytes is None:
        return tuple(old)
    too_much = sum(file.size for file in rest) - megabytes * _MEGABYTE
    for file in rest:
        if too_much <= 0:
            break
        old.append(file)
        too_much -= file.size
    return tuple(old)


def kept_until(ended: dt.date, days: int) -> dt.date:
    """The last day on which evidence of a run that ended then is kept; of 0 days, by the law."""
    if days:
        return ended + dt.timedelta(days=days)
    return dt.date(ended.year + LEGAL_YEARS, 12, 31)
