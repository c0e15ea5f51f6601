"""How a text message is counted, by 3GPP TS 23.038 and 23.040, at the edges of its parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.sms import odd_letters, parts, spelt_for_sms


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        # The euro sign takes two septets: 80 of them fill one message.
        ("€" * 80, 1),
        ("€" * 81, 2),
        # 153 is odd: the last septet of each part stays empty, 76 euro signs a part.
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        # One letter that GSM lacks costs all of them.
        ("a" * 70 + "ê", 2),
        # Beyond sixteen bits a letter takes two units, and is not cut in two either.
        ("\N{PARTY POPPER}" * 35, 1),
        ("\N{PARTY POPPER}" * 36, 2),
        ("\N{PARTY POPPER}" * 66, 2),
        ("\N{PARTY POPPER}" * 67, 3),
    ],
)
def test_a_text_is_cut_into_so_many_parts(text: str, count: int) -> None:
    assert parts(text) == count


def test_letters_that_gsm_lacks_are_named_once() -> None:
    assert odd_letters("Één reële façade, €5: à, è, é, ì, ò, ù, Ç, ß") == "ëç"
    assert odd_letters("[~{}^|\\]@\n") == ""


def test_spaces_quotes_and_dashes_are_spelt_so_that_gsm_has_them() -> None:
    said = spelt_for_sms("€\u00a01\u202f234,50 \u2013 c\u2019est")
    assert said == "€ 1 234,50 - c'est"
    assert odd_letters(said) == ""


@given(st.text(max_size=400), st.text(max_size=20))
def test_more_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert parts(text) <= parts(text + more)
    if text:
        assert parts(text) >= -(-len(text) // 160)
