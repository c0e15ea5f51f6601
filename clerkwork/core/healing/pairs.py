"""How much speaks for and against two things being one, in natural logarithms of odds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

from clerkwork.core.healing.model import Thing

__all__ = ["Evidence", "Odds", "odds", "reasons"]

_CLOSE = 0.75
"""From here on two wordings count as one that was edited."""
_STRONG = frozenset({"href", "id", "name", "onclick", "placeholder", "value"})
_FAINT = frozenset({"class", "form", "required", "colspan", "inputmode", "autocomplete"})


class Evidence:
    """What is telling among the things of two pages: what all share tells nothing."""

    def __init__(self, old: Sequence[Thing], new: Sequence[Thing]) -> None:
        self._words = Counter(_folded(thing.words) for thing in old)
        self._new_words = Counter(_folded(thing.words) for thing in new)
        self._hints = Counter(pair for thing in old for pair in thing.hints.items())
        self._new_hints = Counter(pair for thing in new for pair in thing.hints.items())
        self._kinds = Counter(_kind(thing) for thing in old)
        named = [thing for thing in old if thing.words]
        kept = sum(1 for thing in named if _folded(thing.words) in self._new_words)
        self.steady = kept / len(named) if named else 0.0
        """Share of the wordings that are still there: few in a translated page."""
        hinted = [pair for pair in self._hints if pair[0] in _STRONG]
        self.hints_steady = (
            sum(1 for pair in hinted if pair in self._new_hints) / len(hinted) if hinted else 0.0
        )

    def known(self, folded: str) -> bool:
        """Whether something bore these words when the fingerprint was taken."""
        return folded in self._words

    def rare(self, words: str) -> float:
        """1 for words that one thing bears, less the more bear them."""
        return 1 / max(1, self._words[_folded(words)], self._new_words[_folded(words)])

    def rare_kind(self, kind: str) -> float:
        """1 for a kind of values that one thing holds, less the more hold it."""
        return 1 / max(1, self._kinds[kind])

    def rare_hint(self, name: str, value: str) -> float:
        most = max(1, self._hints[name, value], self._new_hints[name, value])
        return 1 / most


@dataclass(frozen=True, slots=True)
class Odds:
    """Log odds that one thing is another."""

    total: float
    aside: float
    """But for the words that it bears."""


def odds(old: Thing, new: Thing, evidence: Evidence) -> Odds:
    """Log odds that `new` is what `old` was, their places on the page left out."""
    total = sum(weight for _, weight in _weighed(old, new, evidence))
    return Odds(total, total - _words(old, new, evidence)[1])


def reasons(old: Thing, new: Thing, evidence: Evidence) -> tuple[str, ...]:
    """What was weighed, in words, the heaviest first."""
    told = sorted(_weighed(old, new, evidence), key=lambda each: -abs(each[1]))
    return tuple(f"{what} ({weight:+.1f})" for what, weight in told if what and abs(weight) >= 0.3)


def _weighed(old: Thing, new: Thing, evidence: Evidence) -> list[tuple[str, float]]:
    found = [_type(old, new), _words(old, new, evidence)]
    if old.sort != "cell":
        found.append(_beside(old, new))
        found += _hints(old, new, evidence)
    if old.sort in ("cell", "text"):
        found.append(_shape(old.shape, new.shape, evidence))
    found.append(_values(old, new))
    return found


def _type(old: Thing, new: Thing) -> tuple[str, float]:
    if old.sort != new.sort:
        return f"is no {old.sort}", -6.0
    if old.type == new.type:
        return "", 0.3
    against = {"field": -5.0, "cell": -4.0, "press": -0.7, "text": -0.3}[old.sort]
    return f"is {new.type or 'plain'}, was {old.type or 'plain'}", against


def _words(old: Thing, new: Thing, evidence: Evidence) -> tuple[str, float]:
    one, other = _folded(old.words), _folded(new.words)
    if not one and not other:
        return "", 0.0
    if one == other:
        return f"same words {new.words!r}", 1.0 + 3.5 * evidence.rare(old.words)
    like = _alike(one, other)
    if like >= _CLOSE:
        # Where the old words still stand somewhere, a similar wording is somebody else's.
        elsewhere = evidence.known(other)
        return f"{new.words!r} is like {old.words!r}", -1.0 if elsewhere else 3.0 * like
    known = 3.0 if other and evidence.known(other) else 0.0
    return f"{new.words!r}, was {old.words!r}", -(0.3 + 1.5 * evidence.steady) - known


def _beside(old: Thing, new: Thing) -> tuple[str, float]:
    one, other = _folded(old.beside), _folded(new.beside)
    if not one and not other:
        return "", 0.0
    if one == other:
        return f"stands after {new.beside[-30:]!r}", 1.0
    return "", 0.5 if _alike(one, other) >= _CLOSE else -0.3


def _hints(old: Thing, new: Thing, evidence: Evidence) -> list[tuple[str, float]]:
    found = []
    for name in sorted({*old.hints, *new.hints}):
        was, now = old.hints.get(name), new.hints.get(name)
        if was == now and was is not None:
            full = 4.0 if name in _STRONG else 0.5 if name in _FAINT else 1.5
            rare = evidence.rare_hint(name, was)
            found.append((f"same {name} {was[:40]!r}", full * rare if rare < 1 else full))
        elif name in _STRONG:
            found.append((f"another {name}", -0.2 - 1.8 * evidence.hints_steady))
        else:
            found.append((f"another {name}", -0.1 if name in _FAINT else -1.2))
    return found


def _shape(old: Mapping[str, int], new: Mapping[str, int], evidence: Evidence) -> tuple[str, float]:
    """Values of the same kinds, empty ones aside; the rarer the kind, the more it tells."""
    one, other = _shares(old), _shares(new)
    if not one or not other:
        return "", 0.5 + evidence.rare_kind("") if one == other else -0.5
    common = sum(min(share, other.get(kind, 0.0)) for kind, share in one.items())
    kinds = "/".join(sorted(other))
    if common < 0.6:
        return f"holds {kinds}", 5.0 * (common - 0.6)
    return f"holds {kinds}", (
        1.0 + 2.0 * evidence.rare_kind(max(one, key=lambda k: one[k]))
    ) * common


def _shares(shape: Mapping[str, int]) -> dict[str, float]:
    whole = {kind: count for kind, count in shape.items() if kind != "empty"}
    total = sum(whole.values())
    return {kind: count / total for kind, count in whole.items()} if total else {}


def _kind(thing: Thing) -> str:
    shares = _shares(thing.shape)
    return max(shares, key=lambda kind: shares[kind]) if shares else ""


def _values(old: Thing, new: Thing) -> tuple[str, float]:
    """Values seen before: an overlap tells much, none tells little, as lists turn their pages."""
    if not old.values or not new.values:
        return "", 0.0
    common = len(old.values & new.values) / min(len(old.values), len(new.values))
    if common > 0.1:
        return f"{common:.0%} of its values were seen before", 1.0 + 4.0 * common
    return "", -0.2 if old.sort == "cell" else -1.5


def _alike(one: str, other: str) -> float:
    """0 to 1; words that hold the others whole are close."""
    if not one or not other:
        return 0.0
    if min(len(one), len(other)) > 3 and (one in other or other in one):
        return max(ratio(one, other) / 100, 0.8)
    return ratio(one, other) / 100


def _folded(words: str) -> str:
    return " ".join(words.casefold().split()).rstrip(":* ")
