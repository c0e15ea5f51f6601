"""The elements that are read of an XML file, declared by their paths, and those passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = [
    "EACH",
    "LEAF",
    "MARK",
    "MONEY",
    "NESTED",
    "PASSED",
    "UNIT",
    "Found",
    "Misplaced",
    "Node",
]

PASSED, LEAF, EACH, MONEY, MARK, NESTED, UNIT = range(7)
"""What is done with an element: nothing; its text is kept (the first, or each of them); its text
with its currency; that it was there; what is in it, as one of a list; what is in it, handed on."""

Found = dict[str, Any]
"""What was read of an element, by the names declared for its paths."""

_DEEPEST = 40
_MOST_NAMES = 1000


class Misplaced(Exception):
    """An element stands where none may."""


class Node(dict[str, "Node"]):
    """An element at its place: its children by the name that the parser gives them.

    Declared ones are known by their local names, so that any version's namespace will do;
    a name is looked at once and found directly ever after.
    """

    __slots__ = ("act", "children", "done", "key", "level", "local", "raw")

    def __init__(self, local: str = "", act: int = PASSED, key: str = "", level: int = 0) -> None:
        super().__init__()
        self.local = local
        self.act = act
        self.key = key
        self.level = level
        self.children: dict[str, Node] = {}
        self.raw = False
        self.done: Callable[[Found, Found], None] | None = None

    def __missing__(self, name: str) -> Node:
        local = name.rpartition(":")[2]
        child = self.children.get(local)
        if child is None:
            child = self._passed(local)
        if len(self) < _MOST_NAMES:
            self[name] = child
        return child

    def _passed(self, local: str) -> Node:
        if self.act in (LEAF, EACH, MONEY):
            raise Misplaced(f"<{local}> within <{self.local}>")
        if self.level >= _DEEPEST:
            raise Misplaced(f"elements too deep; at most {_DEEPEST} levels")
        # All unknown elements of one level are one node: a stranger may invent names without end.
        if "" not in self.children:
            self.children[""] = Node("", level=self.level + 1)
        return self.children[""]

    def declare(self, paths: Mapping[str, str]) -> None:
        """Keep the texts at these paths: path → name; '*' behind a name keeps each of them.

        '$' behind it reads an amount with its currency, '?' only that the element is there.
        """
        acts = {"*": EACH, "$": MONEY, "?": MARK}
        for path, name in paths.items():
            node = self.at(path)
            node.act = acts.get(name[-1], LEAF)
            node.key = name.rstrip("*$?")

    def at(self, path: str) -> Node:
        """The node at a path of local names, made where there is none."""
        node = self
        for local in path.split("/"):
            if local not in node.children:
                node.children[local] = Node(local, level=node.level + 1)
            node = node.children[local]
        return node
