"""Where tree heads are copied to, and who stamps them: `[evidence]` in `config/workspace.toml`."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bucket", "EvidencePlan", "HeadMails", "TimeStamps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket of an S3-compatible storage; best one in which nothing can be overwritten."""

    address: str
    """Of the storage, without the bucket's name, e.g. 'https://s3.eu-central-1.amazonaws.com'."""
    name: str
    region: str = "us-east-1"
    folder: str = "clerkwork"
    """What the names of all objects begin with."""
    user: str = "evidence.bucket_user"
    """Name of the secret that is the access key's id."""
    password: str = "evidence.bucket_password"  # noqa: S105 - its name, not its value
    """Name of the secret that is the access key."""
    authority: str = ""
    """PEM file of the authority that signed its certificate, if the system has it not."""
    timeout: float = 10.0
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadMails:
    """Mails to the auditor, over the mail server of `config/channels.toml`."""

    to: tuple[str, ...]
    hours: float = 24.0
    """At least so many between two of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStamps:
    """A time-stamping authority (RFC 3161), which sees the hash of a tree head and nothing else."""

    address: str
    """Also http://: its answer is signed, and what it is asked is no secret."""
    root: str
    """PEM file with the certificates of the roots that its answers are checked by; a relative path
    is the workspace's. Those of authorities that were asked before stay in it."""
    hours: float = 0.0
    """At least so many between two time stamps."""
    authority: str = ""
    """PEM file of the authority that signed its server's certificate, if the system has it not."""
    timeout: float = 10.0
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePlan:
    """Where none of the four is declared nothing is copied."""

    folder: str = ""
    """Of a disk that the robots may add to and not rewrite; a relative one is the workspace's."""
    bucket: Bucket | None = None
    mail: HeadMails | None = None
    stamps: TimeStamps | None = None
    required: bool = False
    """Whether no run begins while a copy, or a time stamp, cannot be made."""
