"""Mutations of portal pages, made from a seed: what a release, a translation or a mishap does."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks._healing_words import ENGLISH, SYNONYMS

__all__ = ["KINDS", "Half", "Mutation", "mutations", "plan_of"]

Half = Literal["tuning", "unseen"]
Step = dict[str, object]

KINDS = (
    "ids and classes",
    "texts",
    "order",
    "look-alike column",
    "frame",
    "divs",
    "translated",
    "twin",
    "removed",
    "release",
)
_SEEDS: dict[Half, tuple[int, ...]] = {"tuning": (11, 12, 13), "unseen": (9041, 9177, 9302)}
_TOKENS: dict[Half, tuple[str, ...]] = {
    "tuning": ("css-", "Veld_x", "ctl0", "mui-9", "frm"),
    "unseen": ("sc-a", "_ngcontent", "el", "Box__q", "jss"),
}
_FRAMES: dict[Half, tuple[str, ...]] = {
    "tuning": ("inhoud", "binnen"),
    "unseen": ("content", "app", "blad"),
}
_LIKE: dict[Half, tuple[str, ...]] = {
    "tuning": ("{} EUR", "{} (oud)", "{} extern"),
    "unseen": ("Intern {}", "{} 2", "{} v.v.", "Bruto {}"),
}

_NO_CONTROLS = (".total", ".count", ".closing", "orders.open")
"""Names of texts, and of what stands in rows."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of a whole portal, the same each time."""

    kind: str
    half: Half
    seed: int


def mutations(*, quick: bool) -> tuple[Mutation, ...]:
    """All sixty; or one of each kind, the halves in turn."""
    both: tuple[Half, ...] = ("tuning", "unseen")
    if quick:
        return tuple(
            Mutation(kind, both[at % 2], _SEEDS[both[at % 2]][0]) for at, kind in enumerate(KINDS)
        )
    return tuple(
        Mutation(kind, half, seed) for kind in KINDS for half in both for seed in _SEEDS[half]
    )


def plan_of(mutation: Mutation, scene: str, names: Sequence[str]) -> list[Step]:
    """What `_healing_mutations.js` is to do on one page, of which `names` are the things."""
    draw = random.Random(f"{mutation.kind} {mutation.seed} {scene}")  # noqa: S311
    whole = random.Random(f"{mutation.kind} {mutation.seed}")  # noqa: S311
    return _MAKERS[mutation.kind](draw, whole, mutation.half, list(names))


def _words(whole: random.Random, half: Half, share: float) -> dict[str, str]:
    first = 0 if half == "tuning" else 2
    words = {}
    for dutch, others in SYNONYMS.items():
        chosen = others[first + whole.randrange(2)]
        if whole.random() < share:
            words[dutch] = chosen
    return words


def _order(whole: random.Random) -> list[int]:
    return [whole.randrange(100) for _ in range(7)]


def _restyled(
    draw: random.Random, whole: random.Random, half: Half, names: list[str]
) -> list[Step]:
    tokens = list(_TOKENS[half])
    whole.shuffle(tokens)
    return [{"op": "restyle", "tokens": tokens}]


def _reworded(
    draw: random.Random, whole: random.Random, half: Half, names: list[str]
) -> list[Step]:
    share = whole.choice((0.15, 0.3, 0.5))
    return [{"op": "reword", "words": _words(whole, half, share)}]


def _reordered(
    draw: random.Random, whole: random.Random, half: Half, names: list[str]
) -> list[Step]:
    return [{"op": "columns", "order": _order(whole)}, {"op": "lines", "order": _order(whole)}]


def _twin(draw: random.Random, half: Half, name: str, label: str, how: str) -> Step:
    first = 0 if half == "tuning" else 2
    like = draw.choice(_LIKE[half]).format(label)
    other = draw.choice(SYNONYMS.get(label, (label + " nr",) * 4)[first : first + 2])
    words, relabel = {
        "same": (label, ""),
        "takes": (label, draw.choice((like, other))),
        "similar": (like, ""),
    }[how]
    return {
        "op": "twin",
        "name": name,
        "words": words,
        "relabel": relabel,
        "token": draw.choice(("nieuw", "extra", "proef")),
        "before": draw.random() < 0.5,
        "size": draw.choice((8, 15, 20, 30, 40)),
        "factor": draw.choice((0.21, 1.21, 1.09, 0.5)),
    }


def _look_alike(
    draw: random.Random, whole: random.Random, half: Half, names: list[str]
) -> list[Step]:
    columns = [name for name in names if _is_column(name)]
    if not columns:
        return []
    name = draw.choice(columns)
    return [{"op": "twin", "of": name, "how": draw.choice(("takes", "similar"))}]


def _with_twin(
    draw: random.Random, whole: random.Random, half: Half, names: list[str]
) -> list[Step]:
    others = [name for name in names if not _is_column(name) and not name.endswith(_NO_CONTROLS)]
    if not others:
        return []
    how = draw.choice(("same", "takes", "takes", "similar"))
    return [{"op": "twin", "of": draw.choice(others), "how": how}]


def _removed(draw: random.Random, whole: random.Random, half: Half, names: list[str]) -> list[Step]:
    gone = draw.sample(names, min(len(names), 1 if len(names) < 6 else 2))
    return [{"op": "remove", "name": name} for name in gone]


def _framed(draw: random.Random, whole: random.Random, half: Half, names: list[str]) -> list[Step]:
    return [{"op": "frame", "name": whole.choice(_FRAMES[half])}]


def _divided(draw: random.Random, whole: random.Random, half: Half, names: list[str]) -> list[Step]:
    named = whole.random() < 0.5
    return [{"op": "divs", "rows": "regel" if named else "", "cells": "cel" if named else ""}]


def _translated(
    draw: random.Random, whole: random.Random, half: Half, names: list[str]
) -> list[Step]:
    return [{"op": "reword", "words": ENGLISH}]


def _released(
    draw: random.Random, whole: random.Random, half: Half, names: list[str]
) -> list[Step]:
    return [
        *_restyled(draw, whole, half, names),
        {"op": "reword", "words": _words(whole, half, 0.25)},
        {"op": "columns", "order": _order(whole)},
    ]


def _is_column(name: str) -> bool:
    return ".columns." in name or name.endswith("@row")


_MAKERS = {
    "ids and classes": _restyled,
    "texts": _reworded,
    "order": _reordered,
    "look-alike column": _look_alike,
    "frame": _framed,
    "divs": _divided,
    "translated": _translated,
    "twin": _with_twin,
    "removed": _removed,
    "release": _released,
}


def twin_step(mutation: Mutation, scene: str, name: str, label: str, how: str) -> Step:
    """The twin of a thing, once its label is known."""
    draw = random.Random(f"twin {mutation.seed} {scene} {name}")  # noqa: S311
    return _twin(draw, mutation.half, name, label, how)
