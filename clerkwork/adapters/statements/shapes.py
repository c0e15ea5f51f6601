"""Entries of the same shape as one before: read by the places of their texts, not tag by tag."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from clerkwork.adapters.statements.nodes import (
    EACH,
    LEAF,
    MARK,
    MONEY,
    NESTED,
    UNIT,
    Found,
    Misplaced,
    Node,
)

__all__ = ["Shapes"]

_TAGS = re.compile(r"<([^<>]*)>")
_TAG = re.compile(
    r"""(/?)([^\s/<>"'=]+)((?:\s+[^\s/<>"'=]+\s*=\s*(?:"[^"&\s]*"|'[^'&\s]*'))*)\s*(/?)"""
)
_CURRENCY = re.compile(r"""\sCcy\s*=\s*["']([^"']*)["']""")
_REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_MOST_SHAPES = 300
_MOST_TAGS = 1000


@dataclass(slots=True)
class _Plan:
    """What to take of a unit of a shape, by the places of texts among tags and texts in turn."""

    leaves: list[tuple[str, int]] = field(default_factory=list)
    each: list[tuple[str, int]] = field(default_factory=list)
    amounts: list[tuple[str, int, str]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    nested: list[tuple[str, _Plan]] = field(default_factory=list)
    start: int = 0
    end: int = 0
    """Numbers of its first and its last tag."""


class Shapes:
    """Reads a unit by the sequence of its tags, which a bank writes the same over and over.

    The sequence is followed through the tree once. Nobody but the XML parser says whether the
    bytes are well-formed: what is read here counts only after it has taken them.
    """

    def __init__(self) -> None:
        self._plans: dict[tuple[str, ...], _Plan | None] = {}

    def read(self, text: str, around: Node) -> Found | None:
        """What is in the unit that the text is, from tag to tag, below the node around it.

        None where that is not enough to say: for comments, sections and instructions, for shapes
        without number, and where a tag does not stand where the tree has it.
        """
        if "<!" in text or "<?" in text or "\r" in text or text.count("<") != text.count(">"):
            return None
        # As many of both: no '>' stands in a text or an attribute, for no '<' ever may.
        pieces = text.replace(">", "<").split("<")
        tags = tuple(pieces[1::2])
        plan = self._plans.get(tags)
        if plan is None:
            if tags in self._plans or len(self._plans) >= _MOST_SHAPES:
                return None
            plan = self._plans[tags] = _planned(tags, around)
            if plan is None:
                return None
        if pieces[0]:
            return None
        texts = pieces
        if "&" in text:
            try:
                texts = [_resolved(one) if "&" in one else one for one in pieces]
            except (ValueError, OverflowError):
                return None
        found = _taken(plan, texts, pieces)
        found["raw"] = text
        return found


def _planned(tags: tuple[str, ...], around: Node) -> _Plan | None:
    """The plan of a unit; None if the tags are not one, complete and to be read simply."""
    if not tags or len(tags) > _MOST_TAGS:
        return None
    unit = _Plan(end=len(tags) - 1)
    open_: list[tuple[str, Node, int, _Plan]] = []
    for number, tag in enumerate(tags):
        said = _TAG.fullmatch(tag)
        if said is None or (number and not open_):
            return None
        closes, name, attributes, empty = said.groups()
        if not closes:
            try:
                node = (open_[-1][1] if open_ else around)[name]
            except Misplaced:
                return None
            if (node.act == UNIT) != (not open_):
                return None
            plan = open_[-1][3] if open_ else unit
            inside = _Plan(start=number) if node.act == NESTED else plan
            if node.act == MONEY:
                plan.amounts.append((node.key, 2 * number + 2, _currency(attributes)))
            open_.append((name, node, number, inside))
        if closes or empty:
            if not open_ or open_[-1][0] != name or (closes and (attributes or empty)):
                return None
            _, node, start, inside = open_.pop()
            _close(node, start, number, inside, open_[-1][3] if open_ else unit)
    return None if open_ else unit


def _close(node: Node, start: int, end: int, inside: _Plan, around: _Plan) -> None:
    # Only an element without others in it has a text; it stands right behind its start tag.
    alone = end - start <= 1
    if node.act in (LEAF, EACH) and alone and end > start:
        (around.leaves if node.act == LEAF else around.each).append((node.key, 2 * start + 2))
    elif node.act == MARK:
        around.marks.append(node.key)
    elif node.act == NESTED:
        inside.end = end
        around.nested.append((node.key, inside))


def _currency(attributes: str) -> str:
    said = _CURRENCY.search(attributes)
    return said[1] if said else ""


def _taken(plan: _Plan, texts: list[str], pieces: list[str]) -> Found:
    """By the plan: of `texts`, whose references are replaced, and of `pieces` as they stood."""
    found: Found = {}
    for key, place in plan.leaves:
        if key not in found and (text := texts[place].strip()):
            found[key] = text
    for key, place, currency in plan.amounts:
        if key not in found:
            found[key] = (texts[place].strip(), currency)
    for key, place in plan.each:
        if text := texts[place].strip():
            found.setdefault(key, []).append(text)
    for key in plan.marks:
        found[key] = ""
    for key, inside in plan.nested:
        inner = _taken(inside, texts, pieces)
        if len(plan.nested) > 1:
            inner["raw"] = _between(pieces, inside.start, inside.end)
        found.setdefault(key, []).append(inner)
    return found


def _between(pieces: list[str], start: int, end: int) -> str:
    """The tags from one to another with the texts between them, as they stood."""
    within = pieces[2 * start + 1 : 2 * end + 2]
    return "".join(f"<{one}>" if place % 2 == 0 else one for place, one in enumerate(within))


def _resolved(text: str) -> str:
    """With its references replaced; raises `ValueError` for what is not a plain one."""
    return _REFERENCE.sub(_sign, text)


def _sign(reference: re.Match[str]) -> str:
    if reference[3]:
        if reference[3] not in _NAMED:
            raise ValueError(reference[0])
        return _NAMED[reference[3]]
    number = int(reference[1]) if reference[1] else int(reference[2], 16)
    return chr(number)
