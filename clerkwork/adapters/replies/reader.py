"""Reads replies: a linear model of words, letters and cues, and a threshold for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clerkwork.adapters.replies.examples import Example, shipped
from clerkwork.adapters.replies.views import cue_words, said, worded
from clerkwork.core.replies.certain import certain
from clerkwork.core.replies.promised import promised_on
from clerkwork.core.replies.reasons import reason_in
from clerkwork.core.replies.reply import Label, Reading, Reply
from clerkwork.core.replies.two_things import also_says

if TYPE_CHECKING:
    import numpy as np

__all__ = ["THRESHOLD", "Guess", "ReplyReader"]

THRESHOLD = 0.75
"""Below it a person reads. Measured by `python -m benchmarks.replies --development`."""
_PENALTY = 1.0
_TEMPERATURE = 0.2
"""Turns margins into shares."""
_RIGHT = ((0.0, 0.58), (0.35, 0.67), (0.45, 0.73), (0.55, 0.8), (0.65, 0.97), (0.95, 0.99))
"""From which share on how many were right, rounded down: by voices, in `--development`."""
_WORD = re.compile(r"\b\w+\b|[?!]")


@dataclass(frozen=True, slots=True)
class Guess:
    label: Label
    share: float
    """The mean of what the three views give the label, from 0 to 1."""
    also: tuple[str, ...]
    """Cues of something else besides."""


class ReplyReader:
    """Reads replies one by one; learns from the examples when it is first asked (about a second).

    Nothing learnt is kept on the disk: there is nothing to trust or to go stale. The same examples
    give the same model.
    """

    def __init__(
        self, examples: Iterable[Example] | None = None, threshold: float = THRESHOLD
    ) -> None:
        self._examples = tuple(shipped() if examples is None else examples)
        self._threshold = threshold

    def read(self, reply: Reply) -> Reading:
        """What the reply is. Headers that are certain come before the model."""
        return certain(reply) or self._guessed(reply)

    def guesses(self, texts: Sequence[tuple[str, str]]) -> list[Guess]:
        """What the model alone says of each (subject, text)."""
        own = [said(subject, text) for subject, text in texts]
        return [
            self._guess(one, row) for one, row in zip(own, self._model.shares(own), strict=True)
        ]

    @cached_property
    def _model(self) -> _Model:
        return _Model(self._examples)

    def _guess(self, own: str, shares: np.ndarray[Any, Any]) -> Guess:
        best = int(shares.argmax())
        label = self._model.labels[best]
        also = also_says(label, cue_words(own))
        return Guess(label=label, share=float(shares[best]), also=also)

    def _guessed(self, reply: Reply) -> Reading:
        own = said(reply.subject, reply.text)
        if not _WORD.search(own):
            why = ("it says nothing of its own",)
            return Reading(label=Label.QUESTION, confidence=0.0, sure=False, why=why)
        guess = self._guess(own, self._model.shares([own])[0])
        label = guess.label
        also = tuple(f"also {cue}" for cue in guess.also)
        day = promised_on(own, reply.on)
        return Reading(
            label=label,
            confidence=_right(guess.share),
            sure=guess.share >= self._threshold and not also and not reply.cut,
            why=(*self._model.why(own, label), *also),
            promised=day if label is Label.PROMISE else None,
            back=day if label is Label.OUT_OF_OFFICE else None,
            reason=reason_in(own) if label is Label.DISPUTE else None,
        )


def _right(share: float) -> float:
    """How often such a share was right, by the measured steps."""
    return next(right for least, right in reversed(_RIGHT) if share >= least)


class _Model:
    """One linear model a view; the share of a label is the mean of what the three say.

    Each view errs in its own way, so what all three say is rarely wrong: the mean is high only
    where they agree.
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        own = [said(example.subject, example.text) for example in examples]
        plain = [worded(text) for text in own]
        cues = [cue_words(text) for text in own]
        labels = [str(example.label) for example in examples]
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, tokenizer=_WORD.findall, token_pattern=None
        )
        self._letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2
        )
        self._cues = TfidfVectorizer(analyzer=tuple)
        self._sides = []
        for view, texts in ((self._words, plain), (self._letters, plain), (self._cues, cues)):
            side = LinearSVC(C=_PENALTY, random_state=0)
            self._sides.append(side.fit(view.fit_transform(texts), labels))
        self.labels = tuple(Label(name) for name in self._sides[0].classes_)

    def shares(self, own: Sequence[str]) -> np.ndarray[Any, Any]:
        import numpy as np

        plain = [worded(text) for text in own]
        cues = [cue_words(text) for text in own]
        total = np.zeros((len(own), len(self.labels)))
        views = (self._words, self._letters, self._cues)
        for view, side, texts in zip(views, self._sides, (plain, plain, cues), strict=True):
            margins = side.decision_function(view.transform(texts)) / _TEMPERATURE
            raised = np.exp(margins - margins.max(axis=1, keepdims=True))
            total += raised / raised.sum(axis=1, keepdims=True)
        return total / len(views)

    def why(self, own: str, spoken_for: Label) -> tuple[str, ...]:
        """The words and cues that spoke most for a label, weightiest first; at most five."""
        label = self.labels.index(spoken_for)
        weighed: list[tuple[float, str]] = []
        for view, side, text in (
            (self._words, self._sides[0], worded(own)),
            (self._cues, self._sides[2], cue_words(own)),
        ):
            row = view.transform([text]).tocoo()
            names = view.get_feature_names_out()
            for column, value in zip(row.col, row.data, strict=True):
                weight = float(value * side.coef_[label][column])
                if weight > 0:
                    weighed.append((weight, str(names[column])))
        weighed.sort(key=lambda pair: (-pair[0], pair[1]))
        return tuple(name for _, name in weighed[:5])
