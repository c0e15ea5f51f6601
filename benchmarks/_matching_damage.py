"""What becomes of a number on its way: other signs, lost zeros, a mistyped digit."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

__all__ = ["BAD", "FULL", "SHORT", "damaged", "kenmerk", "ogm", "rf", "short_kenmerk", "year_last"]

_PARTS = re.compile(r"[A-Za-z]+|[0-9]+")
_SIGNS = re.compile(r"[^A-Za-z0-9]+")
_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


def damaged(rng: Random, kind: str, number: str, separators: tuple[str, ...]) -> str | None:
    """The number as `kind` says; None where this number cannot be written so."""
    if kind == "other separators":
        return _other_separators(rng, number, separators)
    return {**FULL, **BAD, **SHORT}[kind](rng, number)


def _exact(rng: Random, number: str) -> str | None:
    return number


def _lower(rng: Random, number: str) -> str | None:
    return number.lower() if number.lower() != number else None


def _other_separators(rng: Random, number: str, separators: tuple[str, ...]) -> str | None:
    sign = rng.choice(separators)
    made = _SIGNS.sub(lambda _: sign, number)
    if made == number and len(parts := _PARTS.findall(number)) > 1:
        made = sign.join(parts)
    return made if made != number else None


def _no_separators(rng: Random, number: str) -> str | None:
    made = _SIGNS.sub("", number)
    return made if made != number else None


def _blanks(rng: Random, number: str) -> str | None:
    """A blank within the longest run of digits, and sometimes a second one."""
    longest = max(_PARTS.findall(number), key=len)
    at = number.index(longest)
    if not longest.isdigit() or len(longest) < 4:
        return None
    step = rng.choice((2, 3, 3, 4))
    pieces = [longest[i : i + step] for i in range(0, len(longest), step)]
    return number[:at] + " ".join(pieces) + number[at + len(longest) :]


def _line_break(rng: Random, number: str) -> str | None:
    at = rng.randrange(1, len(number))
    return f"{number[:at]}\n{number[at:]}"


def _longest(number: str) -> re.Match[str]:
    """The running number: the longest group of digits, the last of several."""
    return max(re.finditer(r"[0-9]+", number), key=lambda group: (len(group[0]), group.start()))


def year_last(number: str) -> bool:
    """Whether the year follows the running number."""
    groups = re.findall(r"[0-9]+", number)
    return len(groups) > 1 and groups[-1] in ("25", "26", "2025", "2026")


def _zeros_lost(rng: Random, number: str) -> str | None:
    last = _longest(number)
    bare = last[0].lstrip("0")
    # Of digits that follow a separator or begin the number: elsewhere zeros are part of it.
    if bare == last[0] or len(bare) < 3 or (last.start() and number[last.start() - 1].isalnum()):
        return None
    return number[: last.start()] + bare + number[last.end() :]


def _zeros_added(rng: Random, number: str) -> str | None:
    at = _longest(number).start()
    return number[:at] + "0" * rng.randint(1, 2) + number[at:]


def _letter_o(rng: Random, number: str) -> str | None:
    places = [place for place, sign in enumerate(number) if sign == "0"]
    if not places:
        return None
    if rng.random() < 0.5:
        return number.replace("0", "O")
    at = rng.choice(places)
    return number[:at] + "O" + number[at + 1 :]


def _digit_places(number: str, least: int = 0) -> list[int]:
    return [place for place, sign in enumerate(number) if sign.isdigit() and place >= least]


def _mistyped(rng: Random, number: str) -> str | None:
    at = rng.choice(_digit_places(number)[-6:])
    other = str((int(number[at]) + rng.randrange(1, 10)) % 10)
    return number[:at] + other + number[at + 1 :]


def _swapped(rng: Random, number: str) -> str | None:
    places = [
        place
        for place in _digit_places(number)[:-1]
        if number[place + 1].isdigit() and number[place] != number[place + 1]
    ]
    if not places:
        return None
    at = rng.choice(places[-4:])
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _dropped(rng: Random, number: str) -> str | None:
    at = rng.choice(_digit_places(number)[-6:-1])
    return number[:at] + number[at + 1 :]


def _cut_off(rng: Random, number: str) -> str | None:
    return number[:-1]


def _prefix_missing(rng: Random, number: str) -> str | None:
    made = re.sub(r"^[A-Za-z]+[^A-Za-z0-9]*", "", number)
    return made if made != number else None


def _year_missing(rng: Random, number: str) -> str | None:
    """Only the running number of one that has several groups."""
    groups = re.findall(r"[0-9]+", number)
    if year_last(number):
        return groups[-2] if len(groups[-2]) >= 4 else None
    return groups[-1] if len(groups) > 1 and len(groups[-1]) >= 4 else None


def _last_digits(rng: Random, number: str) -> str | None:
    if year_last(number):
        return None
    digits = re.sub(r"[^0-9]", "", number)
    keep = rng.choice((4, 4, 5))
    return digits[-keep:] if len(digits) > keep + 1 and digits[-keep] != "0" else None


Damage = Callable[[Random, str], str | None]
FULL: dict[str, Damage] = {
    "exact": _exact,
    "no separators": _no_separators,
    "blanks": _blanks,
    "line break": _line_break,
    "zeros lost": _zeros_lost,
    "zeros added": _zeros_added,
    "letter O": _letter_o,
    "lower case": _lower,
}
BAD: dict[str, Damage] = {
    "mistyped": _mistyped,
    "swapped": _swapped,
    "dropped": _dropped,
    "cut off": _cut_off,
}
SHORT: dict[str, Damage] = {
    "prefix missing": _prefix_missing,
    "year missing": _year_missing,
    "last digits": _last_digits,
}


def ogm(digits: str) -> str:
    """A Belgian structured communication: ten digits and their rest modulo 97 (97 for none)."""
    body = digits[-10:].zfill(10)
    whole = f"{body}{int(body) % 97 or 97:02d}"
    return f"+++{whole[:3]}/{whole[3:7]}/{whole[7:]}+++"


def rf(body: str) -> str:
    """An ISO 11649 reference."""
    number = "".join(str(int(sign, 36)) for sign in f"{body.upper()}RF00")
    return f"RF{98 - int(number) % 97:02d}{body.upper()}"


def kenmerk(digits: str) -> str:
    """A Dutch betalingskenmerk of sixteen digits (Betaalvereniging: weights, modulus 11)."""
    return _checked(digits[-15:].zfill(15))


def short_kenmerk(digits: str) -> str:
    """One of nine to fourteen digits: check digit, length digit, and seven to twelve digits."""
    body = digits[-12:].zfill(7)
    return _checked(f"{len(body) % 10}{body}")


def _checked(body: str) -> str:
    weighed = sum(int(sign) * _WEIGHTS[at % 10] for at, sign in enumerate(reversed(body)))
    check = 11 - weighed % 11
    return f"{ {10: 1, 11: 0}.get(check, check) }{body}"
