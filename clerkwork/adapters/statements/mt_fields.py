"""The fields of MT940 and MT942 messages, each at its place; a field forged in a text is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["Message", "Token", "messages", "retold"]

_TAG = re.compile(r"^:\n?([0-9]{2}[A-Z]?|NS):", re.MULTILINE)
_ENVELOPE = re.compile(r"-|-\}.*|-XXX|\{.*|:?94[02]:?(?: 00)?|[A-Z]{6}[A-Z0-9 ]{2,6}|0000 01.*|")
_LONGEST_ENVELOPE = 20
"""Lines between two messages."""
_WIDTH = 65
"""Signs of a line of :86: by SWIFT's 6*65x."""
_HEAD = frozenset({"13", "13D", "20", "21", "25", "28", "28C", "34F", "60", "60F", "60M"})
_TAIL = frozenset({"62", "62F", "62M", "64", "65", "90C", "90D"})

Found = tuple[str, int, int]
"""Tag, start of the field and start of its value."""


@dataclass(slots=True)
class Token:
    """One field: its tag, its value with the line breaks it has, and where it stands."""

    tag: str
    start: int
    end: int
    """Where its value starts."""
    likely: bool
    """Whether it may be wrapped text of the :86: before it, because the line above is full."""
    lone: bool
    """Whether it is one of the entries without a :86: that stand behind the :86: of another."""
    value: str = ""


@dataclass(slots=True)
class Message:
    """The fields of one message, in their order."""

    start: int
    enveloped: bool
    """Whether '{4:' began it, so that '-}' has to end it."""
    ended: bool = False
    stop: int = 0
    """Where its last value ends."""
    tokens: list[Token] = field(default_factory=list)


def messages(text: str) -> Iterator[Message]:
    """The messages of a file, each from its :20: on; what is in front of the first is none."""
    found = [(one[1], one.start(), one.end()) for one in _TAG.finditer(text)]
    lines = _Lines(text, found)
    current: Message | None = None
    for number, (tag, start, end) in enumerate(found):
        before = current.tokens[-1] if current else None
        in_text = before is not None and (before.tag == "86" or before.likely)
        likely = in_text and lines.may_be_wrapped(number)
        if likely and tag in _HEAD and not (current and _closes(current.tokens)):
            continue
        if tag == "20":
            if current is not None:
                yield _valued(text, current, start)
            current = Message(start, text[max(0, start - 8) : start].rstrip("\n").endswith("{4:"))
        elif current is None:
            continue
        behind = in_text or (before is not None and before.lone)
        lone = tag == "61" and behind and not _has_details(found, number)
        current.tokens.append(Token(tag, start, end, likely, lone))
    if current is not None:
        yield _valued(text, current, len(text))


def _closes(tokens: Sequence[Token]) -> bool:
    """Whether the last entry is behind: fields of the next message may come."""
    for token in reversed(tokens):
        if token.tag in _TAIL:
            return True
        if token.tag == "61":
            return False
    return False


def _has_details(found: Sequence[Found], number: int) -> bool:
    return number + 1 < len(found) and found[number + 1][0] == "86"


def _valued(text: str, message: Message, stop: int) -> Message:
    """The message with the values of its fields, without the envelope of the next one."""
    start = message.tokens[-1].end
    lines = text[start:stop].rstrip().rsplit("\n", _LONGEST_ENVELOPE)
    while lines and _ENVELOPE.fullmatch(lines[-1].rstrip()):
        message.ended = message.ended or lines[-1].startswith("-}")
        lines.pop()
    message.stop = start + len("\n".join(lines))
    retold(text, message, ())
    return message


def retold(text: str, message: Message, forged: Sequence[Token]) -> None:
    """Set the values of a message's fields; those that are `forged` are text of the one before."""
    tokens: list[Token] = []
    for token in message.tokens:
        own = tokens and tokens[-1].tag == "86" and token.tag == "86"
        behind = own and any(
            one.start < token.start and one.start > tokens[-1].start for one in forged
        )
        if token not in forged and not behind:
            tokens.append(token)
    message.tokens = tokens
    for token, after in pairwise(tokens):
        token.value = text[token.end : after.start].rstrip("\n ")
    tokens[-1].value = text[tokens[-1].end : message.stop].rstrip("\n ")


class _Lines:
    """The lines of a file, and how full the bank writes them before it wraps a text."""

    def __init__(self, text: str, found: Sequence[Found]) -> None:
        self._text, self._found = text, found
        self._full: frozenset[int] | None = None

    def may_be_wrapped(self, number: int) -> bool:
        """Whether the tag may stand at the start of its line only because a text was wrapped."""
        tag, start, _ = self._found[number]
        if not self._may_break(start):
            return False
        if tag != "61" or not _has_details(self._found, number):
            return True
        # A forged entry with forged details is followed by more text: its own line is full too.
        stop = self._found[number + 1][1]
        while start < stop:
            start = self._text.find("\n", start) + 1
            if not self._may_break(start):
                return False
        return True

    def _may_break(self, start: int) -> bool:
        """Whether the line above the one at `start` is so full that it may end by a wrap."""
        before = self._text.rfind("\n", 0, start - 1) + 1
        length = start - 1 - before
        if length < _WIDTH // 2:
            return False
        if self._full is None:
            self._full = self._measured()
        if self._full:
            return length in self._full
        word = re.match(r"\S*", self._text[start : start + _WIDTH])
        return length + 1 + (word.end() if word else 0) >= _WIDTH

    def _measured(self) -> frozenset[int]:
        """Lengths of full lines where the bank wraps hard; none where it wraps at words."""
        firsts: set[int] = set()
        others: set[int] = set()
        for (tag, start, _), after in pairwise(self._found):
            if tag != "86":
                continue
            lines = self._text[start : after[1]].rstrip("\n").split("\n")
            if len(lines) > 1:
                firsts.add(len(lines[0]))
                others.update([len(line) for line in lines[1:-1]])
            if len(firsts) > 1 or len(others) > 1:
                return frozenset()
        if not firsts:
            return frozenset()
        # A first line is counted with its ':86:' or without it.
        (first,) = firsts
        return frozenset({first, first - len(":86:")} | others)
