"""How often each rule of matching is right, and whether the confidences it states hold.

    python -m benchmarks.calibrate [--quick] [--write] [--items N] [--worlds N]

Worlds of all visible styles are made from seeds that nothing else uses (from 7001 on), matched
with the rules as delivered, and each match that asks no person is held against the truth. Matches
are counted by strand: the rule, how the payer is known, and the certainty of the weakest number.
Stated is Wilson's lower bound of the share of right ones (E. B. Wilson, 1927; one-sided, 95 %), so
a strand that was seldom met states less than one that was often. Strands met fewer than forty
times are left to the coarser one: the rule with that payer, or else the rule.

Half of the worlds measure; the other half, held out, tell whether what is stated holds. `--write`
puts the table where the engine reads it. The last line is one JSON object of figures.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks._matching_make import make_world
from benchmarks._matching_style_ab import STYLES
from benchmarks._matching_tables import read_table
from benchmarks.frame import Figure, as_json
from clerkwork.core.matching import MatchingRules, Tables, match_tables
from clerkwork.core.matching.confidence import UNMEASURED
from clerkwork.core.matching.model import Match, Outcome

_FIRST_SEED = 7001
_TODAY = date(2026, 6, 30)
_FEWEST = 40
_Z = 1.6449
"""Of the normal distribution, one-sided at 95 %."""
_TARGET = Path(__file__).parents[1] / "clerkwork" / "core" / "matching" / "measured.py"

Strand = tuple[str, str, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {_TARGET.name}")
    parser.add_argument("--quick", action="store_true", help="end within a minute; writes nothing")
    parser.add_argument("--items", type=int, default=20_000, help="open items of each world")
    parser.add_argument("--worlds", type=int, default=6, help="of each style; half are held out")
    asked = parser.parse_args()
    if asked.quick:
        asked.items, asked.worlds, asked.write = 1_500, 2, False
    met: Counter[Strand] = Counter()
    right: Counter[Strand] = Counter()
    held_out: list[tuple[Strand, bool]] = []
    for nth in range(asked.worlds):
        for name in sorted(STYLES):
            for strand, good in _judged(name, asked.items, _FIRST_SEED + nth):
                if nth % 2:
                    held_out.append((strand, good))
                    continue
                for one in _and_coarser(strand):
                    met[one] += 1
                    right[one] += good
    table = {
        strand: math.floor(_lower_bound(right[strand], met[strand]) * 10_000) / 10_000
        for strand in sorted(met)
        if met[strand] >= _FEWEST
    }
    for strand, stated in table.items():
        told = f"{right[strand]:7d} of {met[strand]:7d}"
        print(f"{strand[0]:24s} {strand[1]:14s} {strand[2]:3d} {told}  {stated:.4f}")
    figures = _holds(table, held_out)
    if asked.write:
        _TARGET.write_text(_as_module(table, asked.items, asked.worlds), encoding="utf-8")
    print(as_json(figures, quick=asked.quick))


def _and_coarser(strand: Strand) -> tuple[Strand, ...]:
    rule, by, _ = strand
    return strand, (rule, by, -1), (rule, "*", -1)


def _judged(style: str, size: int, seed: int) -> Iterator[tuple[Strand, bool]]:
    """Each match of a world that asks no person: its strand, and whether it is right."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        make_world(folder, STYLES[style], size, seed)
        names = ("lines", "items", "debtors", "known")
        tables = {name: read_table(folder, name) for name in names}
        truth = {row[0]: row for row in read_table(folder, "truth").iter_rows()}
        found = match_tables(
            Tables(tables["lines"], tables["items"], tables["debtors"], tables["known"]),
            rules=MatchingRules(),
            today=_TODAY,
            own_ibans=frozenset(tables["lines"]["account"].unique()),
            in_bulk=False,
        )
        for match in found:
            if match.outcome is not Outcome.REVIEW:
                yield (match.rule, match.by, match.certainty), _is_right(match, truth)


def _is_right(match: Match, truth: dict[str, tuple[object, ...]]) -> bool:
    _, decidable, outcome, customer, allocations, *_, reverses = truth[match.line.id]
    if str(match.outcome) != outcome:
        return False
    if match.outcome is Outcome.NOT_OURS:
        return True
    if match.outcome is Outcome.REOPENS:
        return match.reverses == reverses
    if match.customer != customer:
        return False
    shares = [
        f"{a.item}={a.amount.minor}" + (f"/{a.discount.minor}" if a.discount else "")
        for a in match.allocations
    ]
    meant = sorted(filter(None, str(allocations).split(";")))
    return bool(decidable) and (match.outcome is Outcome.UNAPPLIED or sorted(shares) == meant)


def _lower_bound(right: int, met: int) -> float:
    """Wilson's lower bound of a share."""
    share = right / met
    middle = share + _Z * _Z / (2 * met)
    spread = _Z * math.sqrt(share * (1 - share) / met + _Z * _Z / (4 * met * met))
    return (middle - spread) / (1 + _Z * _Z / met)


def _holds(table: dict[Strand, float], held_out: list[tuple[Strand, bool]]) -> list[Figure]:
    """Of the held-out matches, by what is stated of them, how many are right."""
    met: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for strand, good in held_out:
        stated = next((table[one] for one in _and_coarser(strand) if one in table), UNMEASURED)
        band = "0.99 and more" if stated >= 0.99 else "0.95 to 0.99" if stated >= 0.95 else "less"
        for name in (band, "all"):
            met[name] += 1
            right[name] += good
    for band in sorted(met):
        share = right[band] / met[band]
        print(f"held out, stated {band}: {right[band]} of {met[band]} are right, {share:.4f}")
    sure = met["0.99 and more"]
    stated_right = right["0.99 and more"] / sure if sure else None
    told: dict[str, tuple[float | None, str]] = {
        "strands": (float(len(table)), "strands of evidence that were measured"),
        "right_at_099": (stated_right, "right of the held-out matches stated at 0.99 or more"),
        "right_of_all": (right["all"] / met["all"], "right of all held-out matches"),
    }
    return [
        Figure(name=name, value=value, unit="", meaning=meaning)
        for name, (value, meaning) in told.items()
    ]


def _as_module(table: dict[Strand, float], size: int, worlds: int) -> str:
    rows = "".join(
        f'    ("{rule}", "{by}", {certainty}): {stated},\n'
        for (rule, by, certainty), stated in table.items()
    )
    return (
        '"""Shares of right outcomes by strand of evidence, as `benchmarks/calibrate.py` measured'
        ' them."""\n\nfrom __future__ import annotations\n\n__all__ = ["MEASURED"]\n\n'
        f"# Made by: python -m benchmarks.calibrate --write --items {size} --worlds {worlds}\n"
        f"MEASURED: dict[tuple[str, str, int], float] = {{\n{rows}}}\n"
        '"""Rule, how the payer is known (\'*\': however), certainty of the weakest number'
        " (0: none counts,\n-1: whichever) to Wilson's lower bound, one-sided at 95 %, of the share"
        ' that was right."""\n'
    )


if __name__ == "__main__":
    main()
