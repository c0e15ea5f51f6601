"""Numbers of unlike schemes, in whatever writing, among dates, amounts and telephones."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from references_world import (
    DEBTOR,
    FILLERS,
    SCHEMES,
    Scheme,
    in_full,
    said,
    torn,
    with_letters,
)

from clerkwork.core.references import Certainty

schemes = st.sampled_from(SCHEMES)
fillers = st.lists(st.sampled_from(FILLERS), max_size=4)
seeds = st.randoms(use_true_random=False)


def among(words: list[str], written: str, rng: random.Random, word: str) -> str:
    place = rng.randint(0, len(words))
    return " ".join([*words[:place], f"{word} {written}", "bedankt", *words[place:]])


@settings(max_examples=300, deadline=None)
@given(scheme=schemes, words=fillers, rng=seeds, word=st.sampled_from(["factuur", "Rechnung:"]))
def test_a_number_in_full_is_found_among_anything_else(
    scheme: Scheme, words: list[str], rng: random.Random, word: str
) -> None:
    number = rng.choice(scheme.numbers)
    found = said(among(words, in_full(number, rng), rng, word), scheme)
    assert [(m.items, m.certainty) for m in found.mentions] == [((number,), Certainty.WRITTEN)]
    assert found.orders == ()


@settings(max_examples=300, deadline=None)
@given(scheme=schemes, words=fillers, rng=seeds)
def test_a_torn_number_is_found_among_anything_else(
    scheme: Scheme, words: list[str], rng: random.Random
) -> None:
    number = rng.choice(scheme.numbers)
    found = said(among(words, torn(number, rng), rng, "facture no"), scheme)
    assert [m.items for m in found.mentions] == [(number,)]
    assert found.mentions[0].certainty >= Certainty.SPACED


@settings(max_examples=200, deadline=None)
@given(scheme=schemes, words=fillers, rng=seeds)
def test_letters_for_digits_are_seen_through(
    scheme: Scheme, words: list[str], rng: random.Random
) -> None:
    number = rng.choice(scheme.numbers)
    found = said(among(words, with_letters(number), rng, "invoice"), scheme)
    assert [m.items for m in found.mentions] == [(number,)]


@settings(max_examples=400, deadline=None)
@given(
    scheme=schemes,
    words=st.lists(st.sampled_from(FILLERS), max_size=6),
    joint=st.sampled_from([" ", ", ", "\n", " / "]),
    payers=st.sampled_from([frozenset[str](), frozenset([DEBTOR])]),
)
def test_what_else_stands_in_a_text_is_no_number_in_full(
    scheme: Scheme, words: list[str], joint: str, payers: frozenset[str]
) -> None:
    found = said(joint.join(words), scheme, payers)
    assert [m for m in found.mentions if m.certainty > Certainty.SHORT] == []
    assert found.ranges == ()


@settings(max_examples=200, deadline=None)
@given(scheme=schemes, rng=seeds, text=st.text(max_size=80))
def test_no_text_breaks_the_reading(scheme: Scheme, rng: random.Random, text: str) -> None:
    written = in_full(rng.choice(scheme.numbers), rng)
    for whole in (text, f"{text}{written}", f"{written}\n{text}"):
        found = said(whole, scheme, frozenset([DEBTOR]))
        known = {item for m in found.mentions for item in m.items}
        assert known <= set(scheme.numbers)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
@pytest.mark.parametrize("joint", [", ", " en ", " u. ", " und ", " et ", " + ", " & ", "; ", "\n"])
def test_lists_name_each_of_their_numbers(scheme: Scheme, joint: str) -> None:
    found = said(f"Rechnungen {joint.join(scheme.numbers[:3])} danke", scheme)
    assert [m.items for m in found.mentions] == [(number,) for number in scheme.numbers[:3]]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
@pytest.mark.parametrize("word", ["order", "Bestellung Nr.", "commande no", "contract", "PO"])
def test_what_is_said_to_be_an_orders_number_is_none_of_ours(scheme: Scheme, word: str) -> None:
    found = said(f"{word} {scheme.numbers[0]}", scheme, frozenset([DEBTOR]))
    assert found.mentions == ()
    assert found.orders


def test_two_runs_are_no_number_if_nobody_numbers_so() -> None:
    letters = next(scheme for scheme in SCHEMES if scheme.name == "letters inside")
    assert said("A1 2026", letters).mentions == ()
