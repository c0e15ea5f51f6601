"""A payer's own items: what is typed is found among few as among many, and just what is like it."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.references.numbering import canonical
from clerkwork.core.references.pool import Pool
from clerkwork.core.references.slips import cut_off, slip_of

heads = st.sampled_from(["", "F", "INV-", "2026-", "2026", "RE/26/", "\u0393-"])
tails = st.sampled_from(["", "", "", "-26", "A"])
digits = st.text("0123", min_size=3, max_size=7)
invoices = st.builds("".join, st.tuples(heads, digits, tails))
books = st.lists(invoices, min_size=1, max_size=12, unique=True)


@st.composite
def slipped(draw: st.DrawFn) -> tuple[list[str], str]:
    """Some numbers, and the letters and digits of one of them as somebody mistypes it."""
    book = draw(books)
    key = canonical(draw(st.sampled_from(book)))
    at = draw(st.integers(0, len(key) - 1))
    typed = draw(
        st.sampled_from(
            [
                key,
                key[:at] + key[at + 1 :],
                key[:at] + draw(st.sampled_from("0123")) + key[at:],
                key[:at] + draw(st.sampled_from("0123")) + key[at + 1 :],
                key[:at] + key[at : at + 2][::-1] + key[at + 2 :],
                key[:-2],
            ]
        )
    )
    return book, typed


@given(slipped())
def test_a_slip_is_found_as_if_each_number_were_compared(world: tuple[list[str], str]) -> None:
    book, typed = world
    told: dict[str, list[str]] = {}
    for number in sorted(book):
        if how := slip_of(typed, number):
            told.setdefault(how, []).append(number)
    assert {
        how: list(numbers) for how, numbers in Pool(book, canonical).slips(typed).items()
    } == told


@given(slipped())
def test_what_is_cut_off_is_found_as_if_each_number_were_compared(
    world: tuple[list[str], str],
) -> None:
    book, typed = world
    told = tuple(sorted(number for number in book if cut_off(typed, canonical(number))))
    assert Pool(book, canonical).cut(typed) == told


@given(slipped())
def test_a_payer_of_many_items_is_read_as_one_of_few(world: tuple[list[str], str]) -> None:
    book, typed = world
    # Nothing in them is like what is typed.
    rest = ["".join(("X-", *some, "99999999")) for some in product("56789", repeat=5)]
    few, many = Pool(book, canonical), Pool([*book, *rest], canonical)
    assert many.slips(typed) == few.slips(typed)
    assert many.cut(typed) == few.cut(typed)
    runs = ["".join(sign for sign in typed if sign.isascii() and sign.isdigit())]
    assert many.short(runs, "") == few.short(runs, "")
