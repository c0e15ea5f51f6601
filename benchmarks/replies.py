"""How many replies of debtors are read without a person, and how rarely wrong.

    python -m benchmarks.replies [--quick] [--development] [--file FILE]

Measured on `_replies_heldout.jsonl`, which somebody else wrote than the examples: who works on the
reader neither opens it nor tunes on it. That the two share no templates is looked at, too: where
more than a few of those replies are like an example, nothing is measured. `--development` measures
on the examples alone, each voice read by a model that learnt from all other voices: threshold and
model are chosen there. `--quick` leaves that out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks._replies_overlap import LIKE, overlaps
from benchmarks.frame import Figure, as_json
from clerkwork.adapters.replies import THRESHOLD, Example, ReplyReader, shipped
from clerkwork.core.replies.reply import Label

HELD_OUT = Path(__file__).parent / "_replies_heldout.jsonl"

MOST_ALIKE = 0.01
"""Share of the held-out replies that may be like an example: by chance a few are."""

STEPS = (0.0, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
"""Between which shares are the confidences that a reading states."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One reply with what it is, what it was taken for, and how sure that was."""

    language: str
    truth: Label
    taken: Label
    share: float
    """How sure; 0 where it also says something else, which is a person's to read."""


def judged(reader: ReplyReader, examples: Sequence[Example]) -> list[Judged]:
    """The reader's word on each example, by subject and text alone."""
    guesses = reader.guesses([(e.subject, e.text) for e in examples])
    return [
        Judged(e.language, e.label, guess.label, 0.0 if guess.also else guess.share)
        for e, guess in zip(examples, guesses, strict=True)
    ]


def development() -> list[Judged]:
    """Each voice read by a model that learnt from all the other voices."""
    examples = list(shipped())
    result: list[Judged] = []
    for voice in sorted({e.voice for e in examples}):
        reader = ReplyReader([e for e in examples if e.voice != voice])
        result += judged(reader, [e for e in examples if e.voice == voice])
    return result


def held_out(path: Path) -> list[Example]:
    """The replies of a file that no model learnt from."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [
        Example(
            language=row["language"],
            label=Label(row["label"]),
            voice="",
            subject=row["subject"],
            text=row["text"],
        )
        for row in rows
    ]


def alike(examples: Sequence[Example]) -> float:
    """The share of held-out replies that are like a shipped example; how like they are, printed."""
    found = overlaps([e.text for e in examples], [e.text for e in shipped()])
    shares = [one.share for one in found]
    like = sum(share >= LIKE for share in shares)
    print(
        f"templates: of {len(examples)} replies {len(found)} are long enough to tell; {like} share "
        f"{LIKE:.0%} or more of their runs of words with one example, the likest "
        f"{max(shares, default=0):.0%}, on average {sum(shares) / max(1, len(shares)):.1%}\n"
    )
    return like / max(1, len(found))


def accuracy(results: Iterable[Judged]) -> float:
    read = list(results)
    return sum(j.truth is j.taken for j in read) / len(read) if read else 0.0


def matrix(results: Sequence[Judged]) -> str:
    """Rows are what the replies are, columns what they were taken for."""
    counts = Counter((j.truth, j.taken) for j in results)
    lines = [" " * 16 + "".join(f"{label[:9]:>10}" for label in Label)]
    for truth in Label:
        cells = "".join(f"{counts[truth, taken] or '.':>10}" for taken in Label)
        lines.append(f"{truth:<16}{cells}")
    return "\n".join(lines)


def show(title: str, results: Sequence[Judged], threshold: float) -> tuple[float, float]:
    """Print what was read, and how; accuracy above the threshold, and coverage."""
    read = [j for j in results if j.share >= threshold]
    print(f"{title}: {len(results)} replies, those above the threshold of {threshold}:")
    print(f"{matrix(read)}\n\nall of them:\n{matrix(results)}\n")
    for language in sorted({j.language for j in results}):
        own = [j for j in results if j.language == language]
        above = [j for j in own if j.share >= threshold]
        print(
            f"{language}: {len(own)} replies, {len(above)} above the threshold,"
            f" {accuracy(above):.1%} of them right; {accuracy(own):.1%} of all"
        )
    for least, most in zip(STEPS, (*STEPS[1:], 1.01), strict=True):
        within = [j for j in results if least <= j.share < most]
        print(f"from {least} to {most}: {len(within)} replies, {accuracy(within):.3f} right")
    for step in (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        above = [j for j in results if j.share >= step]
        print(f"from {step}: {len(above) / len(results):.1%} read, {accuracy(above):.2%} right")
    print()
    return accuracy(read), len(read) / len(results)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="How many replies are read, and how rarely wrong.")
    parser.add_argument("--quick", action="store_true", help="end within a minute")
    parser.add_argument("--development", action="store_true", help="on our own examples alone")
    parser.add_argument("--file", type=Path, default=HELD_OUT, help="the held-out replies")
    options = parser.parse_args(arguments)
    right: float | None = None
    read: float | None = None
    like: float | None = None
    if not options.development:
        if not options.file.is_file():
            print(
                f"{options.file}: there are no held-out replies; name their file with --file, or "
                "measure on the examples alone with --development",
                file=sys.stderr,
            )
            return 1
        examples = held_out(options.file)
        like = alike(examples)
        if like > MOST_ALIKE:
            print(
                f"{options.file}: {like:.1%} of the replies are made as the examples are; at most "
                f"{MOST_ALIKE:.0%} may be. Have others written",
                file=sys.stderr,
            )
            return 1
        right, read = show("held out", judged(ReplyReader(), examples), THRESHOLD)
    figures = [
        Figure(name="accuracy", value=right, unit="", meaning="right of those read, held out"),
        Figure(name="coverage", value=read, unit="", meaning="read without a person, held out"),
        Figure(name="alike", value=like, unit="", meaning="held out, and like an example"),
    ]
    if options.development or not options.quick:
        own_right, own_read = show("by voices", development(), THRESHOLD)
        figures += [
            Figure(name="own_accuracy", value=own_right, unit="", meaning="the same, by voices"),
            Figure(name="own_coverage", value=own_read, unit="", meaning="the same, by voices"),
        ]
    print(as_json(figures, quick=options.quick), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
