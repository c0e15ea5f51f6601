"""What `[inbox]` of `config/channels.toml` must be beyond its shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from clerkwork.adapters.inbox.plan import InboxPlan
from clerkwork.core.retention import Retention
from clerkwork.workspace.toml import meant

__all__ = ["inbox_problems"]

_SECURITY = ("none", "starttls", "tls")
_HERE = ("127.0.0.1", "::1", "localhost")
_LEAST = {"largest": 10_000, "most": 1, "days": 1, "promise_days": 0}
_PROMISES = 92
"""Days; a promise further ahead cannot be noted at all."""
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,250}")
_FILE = "channels.toml"

Problem = tuple[str, Sequence[str | int], str]


def inbox_problems(plan: InboxPlan | None, retention: Retention, root: Path) -> Iterator[Problem]:
    """File in `config/`, path of the key, and what is wrong with it."""
    if plan is None:
        return
    if plan.security not in _SECURITY:
        yield _FILE, ("inbox", "security"), f"{plan.security!r}. {meant(plan.security, _SECURITY)}"
    if plan.security == "none" and plan.host not in _HERE:
        wrong = f"'none', but {plan.host} is not this machine; expected 'starttls' or 'tls'"
        yield _FILE, ("inbox", "security"), wrong
    if not 0 < plan.port < 65536:
        yield _FILE, ("inbox", "port"), f"{plan.port}; expected a port from 1 to 65535"
    if plan.timeout <= 0:
        yield _FILE, ("inbox", "timeout"), f"{plan.timeout}; expected seconds, more than 0"
    for key in ("user", "password"):
        if not getattr(plan, key):
            wrong = "empty; expected the name of a secret in the vault, such as 'inbox.user'"
            yield _FILE, ("inbox", key), wrong
    if not 0 < len(plan.folder) <= 200:
        yield _FILE, ("inbox", "folder"), "no name of a folder; expected one such as 'INBOX'"
    for key, least in _LEAST.items():
        if getattr(plan, key) < least:
            yield _FILE, ("inbox", key), f"{getattr(plan, key)}; expected {least} or more"
    if plan.promise_days > _PROMISES:
        yield _FILE, ("inbox", "promise_days"), f"{plan.promise_days}; expected at most {_PROMISES}"
    if plan.days >= retention.replies_days:
        wrong = (
            f"{plan.days}, but replies are forgotten after {retention.replies_days} days "
            "(replies_days in config/workspace.toml), and would be read again; expected fewer"
        )
        yield _FILE, ("inbox", "days"), wrong
    if plan.authserv_id and not _NAME.fullmatch(plan.authserv_id):
        wrong = (
            f"{plan.authserv_id!r}; expected the name that stands first in the "
            "Authentication-Results of your mail server, such as mx.example.com"
        )
        yield _FILE, ("inbox", "authserv_id"), wrong
    if plan.authority and not (root / plan.authority).is_file():
        wrong = f"{plan.authority!r}; there is no such file in the workspace"
        yield _FILE, ("inbox", "authority"), wrong
