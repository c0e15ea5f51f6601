"""Which fields have to hide what is typed into them."""

from __future__ import annotations

from clerkwork.core.finders import Section

__all__ = ["is_password", "may_show", "must_hide"]

_PASSWORDS = frozenset(
    {"password", "passwords", "passphrase", "passcode", "passwd", "pwd"}
    | {"wachtwoord", "passwort", "kennwort", "contrasena", "geheim"}
)


def is_password(name: str) -> bool:
    """Whether an entry, or a secret such as 'acme_erp.password', is a password by its name.

    A login name, a PIN, a one-time code and an answer to a question are none: portals show
    them, or have pads for them, and a code is worth nothing after its minute.
    """
    *_, kind, last = ("", *name.split("."))
    return kind != "answer" and not _PASSWORDS.isdisjoint(last.split("_"))


def may_show(section: Section, key: str) -> bool:
    """Whether the selectors file says that this field shows what is typed into it."""
    return key in section.visible


def must_hide(section: Section, key: str, secret: str) -> bool:
    """Whether a secret of this name may go to this field only while it hides what is typed."""
    if may_show(section, key):
        return False
    return key in section.hidden or is_password(key) or is_password(secret)
