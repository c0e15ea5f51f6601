"""How a text message is counted: in seven-bit letters while it can be, in parts if it is long."""

from __future__ import annotations

__all__ = ["odd_letters", "parts", "spelt_for_sms"]

# 3GPP TS 23.038, 6.2.1: the default alphabet, and its extension, whose letters take two septets.
_DEFAULT = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
# 3GPP TS 23.040, 9.2.3.24.1: 140 octets; several parts give up six of them to say which is which.
_ONE_7, _EACH_7 = 160, 153
_ONE_16, _EACH_16 = 70, 67
_SPACES = {"\u00a0": " ", "\u202f": " ", "\u2009": " "}
_SIGNS = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2011": "-"}
_SPELT = str.maketrans({**_SPACES, **_SIGNS})


def spelt_for_sms(text: str) -> str:
    """The same words with spaces, quotes and dashes that the seven-bit alphabet has."""
    return text.translate(_SPELT)


def odd_letters(text: str) -> str:
    """The letters for which the whole text is sent in sixteen bits, each once; empty if none."""
    return "".join(dict.fromkeys(c for c in text if c not in _DEFAULT and c not in _EXTENDED))


def parts(text: str) -> int:
    """Into how many parts a text is cut, each paid for as one message; 0 for an empty one.

    A letter is never cut in two: neither one of the extension, nor one beyond sixteen bits.
    """
    if odd_letters(text):
        sizes = [len(c.encode("utf-16-le")) // 2 for c in text]
        return _packed(sizes, _ONE_16, _EACH_16)
    return _packed([2 if c in _EXTENDED else 1 for c in text], _ONE_7, _EACH_7)


def _packed(sizes: list[int], alone: int, each: int) -> int:
    if sum(sizes) <= alone:
        return 1 if sizes else 0
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count
