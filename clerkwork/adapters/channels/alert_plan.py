"""Who is told of trouble, and by which way: `config/alerts.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from clerkwork.core.alerts import AlertRules

__all__ = ["AlertPlan", "ByMail", "ByTeams", "ByWebhook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByMail:
    """Over the mail server of `config/channels.toml`."""

    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByTeams:
    """To the webhook of a Teams workflow."""

    webhook: str
    """Name of the secret that is its address."""
    timeout: float = 10.0
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByWebhook:
    """To any address that takes JSON."""

    name: str
    address: str
    key: str
    """Name of the secret with which it is signed."""
    authority: str = ""
    """PEM file of the authority that signed its certificate, if the system has it not."""
    timeout: float = 10.0
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPlan(AlertRules):
    """Where none of the three is declared nobody is told, and `clerkwork alerts list` shows it."""

    mail: ByMail | None = None
    teams: ByTeams | None = None
    webhooks: tuple[ByWebhook, ...] = ()
