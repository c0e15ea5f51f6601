"""Everything that can fail, as one tree; the message of each says what to do next.

ClerkworkError
├── SetupError                 this machine or workspace is not ready; nothing was started
│   ├── ConfigError            a file, a key or a selector is wrong
│   ├── SecretMissing          the vault does not hold a secret
│   └── ProgramMissing         a browser, Tesseract or another program is not installed
├── BusinessError              wrong or missing data: never retried, becomes a work item
│   ├── StatementError         a bank statement cannot be trusted
│   ├── ControlTotalError      what was read does not add up to the portal's own total
│   ├── SignInRefused          the portal refused the credential
│   ├── PersonNeeded           a portal asks what only a person can answer, and nobody did in time
│   ├── EntryRefused           the portal refused an entry, with its own message
│   ├── ItemChanged            somebody else changed the item meanwhile: people key too
│   ├── ReadBackError          a field does not hold what was typed into it
│   ├── CapReached             a run would write or send more than its cap allows
│   ├── SelectorStopped        a selector of a writing step no longer finds its field
│   ├── WritesStopped          somebody has stopped all writes, or those of one robot
│   ├── TaskStopped            somebody, or too many failures in a row, has stopped a task
│   └── MessageRefused         a channel refused a message for good, with its own reply
├── ApplicationError           may pass: retried with a fresh session, then the run stops
│   ├── PortalUnreachable      the portal does not answer, answers 5xx or is under maintenance
│   ├── PortalClosed           it may not be touched now, as config declares; tried when it opens
│   ├── SessionLost            the portal ended the session
│   ├── SelectorLost           a selector finds nothing, or more than one thing
│   ├── PictureUnread          a pad of pictures could not be read with certainty
│   ├── PageTimeout            what was waited for did not come in time
│   ├── HeldElsewhere          what can be held once is held by another, and was not given up
│   ├── LeaseLost              what a run held was taken over, because it was silent for too long
│   ├── ChannelDown            the mail server or another channel does not take messages
│   └── Undecided              the channel fell silent: nobody knows whether it took the message
├── StoreError                 the store is full, locked, or cannot be reached
│   ├── StoreGone              it was removed or replaced under this process, which ends
│   └── StoreTooNew            the store is of a newer release than this process
└── EvidenceError              a run's evidence is broken, or cannot be written
"""

from __future__ import annotations

from datetime import datetime

__all__ = [
    "ApplicationError",
    "BusinessError",
    "CapReached",
    "ChannelDown",
    "ClerkworkError",
    "ConfigError",
    "ControlTotalError",
    "EntryRefused",
    "EvidenceError",
    "HeldElsewhere",
    "ItemChanged",
    "LeaseLost",
    "MessageRefused",
    "PageTimeout",
    "PersonNeeded",
    "PictureUnread",
    "PortalClosed",
    "PortalUnreachable",
    "ProgramMissing",
    "ReadBackError",
    "SecretMissing",
    "SelectorLost",
    "SelectorStopped",
    "SessionLost",
    "SetupError",
    "SignInRefused",
    "StatementError",
    "StoreError",
    "StoreGone",
    "StoreTooNew",
    "TaskStopped",
    "Undecided",
    "WritesStopped",
]


class ClerkworkError(Exception):
    """Something failed; the message says what, where, and what to do next."""


class SetupError(ClerkworkError):
    """This machine or workspace is not ready."""


class ConfigError(SetupError):
    """A config file, a key in it, or a selector is wrong."""


class SecretMissing(SetupError):
    """The vault does not hold a secret that a robot asked for."""

    def __init__(self, message: str, secret: str = "") -> None:
        super().__init__(message)
        self.secret = secret
        """Its name, such as 'acme_erp.password'."""


class ProgramMissing(SetupError):
    """A program that the run needs is not installed."""


class BusinessError(ClerkworkError):
    """Wrong or missing data; never retried."""


class StatementError(BusinessError):
    """A bank statement cannot be trusted and was refused whole."""


class ControlTotalError(BusinessError):
    """What was read does not add up to the source's own total; nothing was replaced."""


class SignInRefused(BusinessError):
    """The portal refused the credential; it is not tried again, lest it be locked."""


class PersonNeeded(BusinessError):
    """A portal asks something that only a person can answer, and nobody did in time."""


class EntryRefused(BusinessError):
    """The portal refused an entry; the message is the portal's own."""


class ItemChanged(BusinessError):
    """The portal shows another open amount than the posting was matched on; nothing was typed."""


class ReadBackError(BusinessError):
    """A field does not hold what was typed into it; nothing was submitted."""


class CapReached(BusinessError):
    """A run would write or send more than its cap allows; the rest waits for a person."""


class SelectorStopped(BusinessError):
    """A selector of a writing step, or of a password, no longer finds exactly its field.

    Nothing was submitted. `about` names it: 'section.key', or 'section.columns'.
    """

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class WritesStopped(BusinessError):
    """Somebody has stopped all writes, or those of one robot; nothing was written."""


class TaskStopped(BusinessError):
    """Somebody, or too many failures in a row, has stopped a task; it was not begun."""


class MessageRefused(BusinessError):
    """A channel refused a message for good; the message is the server's own reply."""


class ApplicationError(ClerkworkError):
    """Portal, session or channel failed; may pass with a fresh session."""


class PortalUnreachable(ApplicationError):
    """The portal does not answer, answers with a server error, or is under maintenance."""

    def __init__(self, message: str, portal: str = "") -> None:
        super().__init__(message)
        self.portal = portal
        """Name of the robot whose portal it is."""


class PortalClosed(ApplicationError):
    """A portal may not be touched now, as `config/portals.toml` says; nothing was opened."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until
        """When it opens, UTC: there is no use in trying before."""


class SessionLost(ApplicationError):
    """The portal ended the session."""


class SelectorLost(ApplicationError):
    """A selector finds nothing, or more than one thing; `about` names it, where one is meant."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class PictureUnread(ApplicationError):
    """A pad of pictures could not be read with certainty; nothing was guessed or pressed."""


class PageTimeout(ApplicationError):
    """What was waited for did not come in time."""


class HeldElsewhere(ApplicationError):
    """What can be held once is held by another, and was not given up in time."""


class LeaseLost(ApplicationError):
    """What a run held was taken over, or may have been: the run ends, and writes nothing more."""


class ChannelDown(ApplicationError):
    """A mail server or another channel does not take messages."""


class Undecided(ApplicationError):
    """The channel fell silent after it was given a message; it must be asked before a retry."""


class StoreError(ClerkworkError):
    """The store is full, locked, or of another release."""


class StoreGone(StoreError):
    """The store that this process works with is no longer the one that counts: it may not go on."""


class StoreTooNew(StoreError):
    """Another process has brought the store to a newer release; nothing was touched."""


class EvidenceError(ClerkworkError):
    """A run's evidence is broken, or cannot be written."""
