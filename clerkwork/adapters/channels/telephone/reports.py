"""What the provider's words for the state of a message or a call mean here."""

from __future__ import annotations

from collections.abc import Mapping

from clerkwork.adapters.channels.telephone.account import GONE

__all__ = ["event_of", "who_answered"]

_MESSAGE = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "accepted",
    "delivered": "delivered",
    "read": "read",
}
_CALL = {
    "queued": "accepted",
    "initiated": "accepted",
    "ringing": "accepted",
    "in-progress": "accepted",
    "completed": "accepted",
    "busy": "undelivered",
    "no-answer": "undelivered",
    "canceled": "undelivered",
}
_NO_SUCH_NUMBER = {"404", "410", "484", "604"}
"""SIP (RFC 3261, 21.4 and 21.6): not found, gone, address incomplete, does not exist anywhere."""


def event_of(fields: Mapping[str, str]) -> tuple[str, str]:
    """Kind of event and the report's own id; empty where it says nothing to us.

    https://www.twilio.com/docs/messaging/guides/track-outbound-message-status and
    https://www.twilio.com/docs/voice/api/call-resource#statuscallback.
    """
    if sid := fields.get("MessageSid", ""):
        status = fields.get("MessageStatus", "").lower()
        kind = _MESSAGE.get(status, "")
        if status in ("undelivered", "failed"):
            code = fields.get("ErrorCode", "")
            kind = "bounced" if code.isdigit() and int(code) in GONE else "undelivered"
    else:
        sid, status = fields.get("CallSid", ""), fields.get("CallStatus", "").lower()
        kind = _CALL.get(status, "")
        if status == "failed":
            gone = fields.get("SipResponseCode", "") in _NO_SUCH_NUMBER
            kind = "bounced" if gone else "undelivered"
        elif status == "completed" and who_answered(fields) == "machine":
            kind = "voicemail"
    return (kind, f"{sid}/{kind}") if sid and kind else ("", "")


def who_answered(fields: Mapping[str, str]) -> str:
    """'human', 'machine' (or a fax), or empty where it cannot be told."""
    said = fields.get("AnsweredBy", "").lower()
    if said.startswith(("machine", "fax")):
        return "machine"
    return "human" if said == "human" else ""
