"""Three views of what a reply says: its words, its letters, and the cues in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clerkwork.core.replies.cues import cues_in, folded
from clerkwork.core.replies.own_words import own_subject, own_words

__all__ = ["cue_words", "said", "worded"]

_MAIL = re.compile(r"\S+@\S+")
_DAY = re.compile(
    r"\b(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_MONTH = re.compile(
    r"\b(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november"
    r"|december|january|february|march|june|july|august|october|jan|feb|apr|aug|sept?|okt|oct"
    r"|nov|dec)\b"
)
_FIGURE = re.compile(r"\d+")


def said(subject: str, text: str) -> str:
    """The writer's own words, with the subject where that is his own, too."""
    own = own_words(text)
    return "\n".join(part for part in (own_subject(subject), own) if part)


def worded(own: str) -> str:
    """For words and letters: one figure is like another, and so are days, months, addresses."""
    plain = _MAIL.sub("mailaddr", folded(own))
    return _FIGURE.sub("0", _MONTH.sub("mnth", _DAY.sub("wkday", plain)))


def cue_words(own: str) -> Sequence[str]:
    """The names of the cues, as the words of a text."""
    return cues_in(own)
