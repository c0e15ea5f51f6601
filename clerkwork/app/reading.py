"""Books that count what was read into them, so that no task has to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from clerkwork.core.figures import Figure
from clerkwork.core.ledger import Debtor, OpenItem, Order
from clerkwork.ports import Books

__all__ = ["Note", "counting"]

Note = Callable[[Figure, str, int], None]
"""Is told the figure, the source and how many of them were read."""


def counting(books: Books, note: Note) -> Books:
    """The same books; it is noted what replaces a source's debtors, items or orders."""
    return cast(Books, _Counting(books, note))


class _Counting:
    def __init__(self, books: Books, note: Note) -> None:
        self._books = books
        self._note = note

    def __getattr__(self, name: str) -> object:
        return getattr(self._books, name)

    def replace_debtors(self, source: str, debtors: Iterable[Debtor]) -> int:
        count = self._books.replace_debtors(source, debtors)
        self._note(Figure.DEBTORS_READ, source, count)
        return count

    def replace_open_items(self, source: str, items: Iterable[OpenItem]) -> int:
        count = self._books.replace_open_items(source, items)
        self._note(Figure.ITEMS_READ, source, count)
        return count

    def replace_orders(self, source: str, orders: Iterable[Order]) -> int:
        count = self._books.replace_orders(source, orders)
        self._note(Figure.ORDERS_WAITING, source, count)
        return count
