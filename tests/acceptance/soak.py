"""Mornings with troubles at the portals, a seed each: do the books end as without them?

`python tests/acceptance/soak.py --seeds 200` plays seeds 0 to 199, goes on where it was
interrupted, prints a line a seed and, last, the counts as one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from back_office import APPROVER, BackOffice, open_world, settle_in

from clerkwork.demo.weather import bad_day

__all__ = ["Books", "Morning", "books_of", "clean_books", "clean_books_kept", "play", "strange"]

Books = Mapping[str, Counter[tuple[Any, ...]]]
"""What stands in the ERP's own database, to the cent; without its running numbers and times."""

_ASKED = {
    "receipts": "SELECT r.reference, r.debtor, r.day, r.ledger, r.cents, r.unallocated,"
    " r.description, l.item, l.paid, l.discount FROM receipts r"
    " LEFT JOIN receipt_lines l ON l.receipt = r.number WHERE r.reversed_at IS NULL",
    "open items": "SELECT number, debtor, open FROM items",
    "ledger": "SELECT account, day, reference, text, cents FROM ledger_entries",
    "orders": "SELECT number, state FROM orders",
    "keyed": "SELECT count(*) FROM writes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """How a seed's morning ended."""

    seed: int
    ended: str
    """'same books', 'asked' (done, but a person has to settle something) or 'stopped'."""
    why: str
    """The work item's title where it stopped, or a person is asked."""
    tried_again: int
    recovered: bool
    """Whether the books came to the same end, if need be by a second round with nothing amiss."""
    wrong: tuple[str, ...]
    """What must never be: another booking than without faults, or one twice, or no work item."""


def clean_books(folder: Path) -> Books:
    """What the ERP holds after a morning without any trouble."""
    office = settle_in(folder)
    with open_world(office, approver=False, hiccups=False):
        office.done("run", "daily_round")
        return books_of(office)


def play(folder: Path, seed: int, expected: Books) -> Morning:
    """Play the morning of a seed in a fresh back office, and once more with the faults gone."""
    office = settle_in(folder)
    with open_world(office, approver=False, hiccups=False):
        for fault in bad_day(seed):
            office.control("POST", "/faults", **asdict(fault))
        first = office.run("run", "daily_round")
        office.control("DELETE", "/faults")
        tried_again = office.figures().get("tried again", 0)
        wrong = [*strange(office, expected)]
        ended, why = "same books", ""
        if first.returncode:
            ended, why = "stopped", _trouble(office)
            if not why:
                wrong.append(f"it stopped without a work item: {first.stderr[-300:]}")
        elif books_of(office) != expected:
            ended, why = "asked", _trouble(office, "posting")
            wrong += _unasked(office)
        recovered = ended == "same books"
        if not recovered:
            office.run("run", "daily_round")
            recovered = books_of(office) == expected
            wrong += strange(office, expected)
            wrong += () if recovered else _unasked(office)
    return Morning(
        seed=seed,
        ended=ended,
        why=why,
        tried_again=tried_again,
        recovered=recovered,
        wrong=tuple(dict.fromkeys(wrong)),
    )


def books_of(office: BackOffice) -> Books:
    return {name: Counter(office.erp(query)) for name, query in _ASKED.items()}


def strange(office: BackOffice, expected: Books) -> Iterator[str]:
    """What stands in the ERP, or in the mailboxes, and should not."""
    found = books_of(office)
    for name in ("receipts", "ledger"):
        for row, times in (found[name] - expected[name]).items():
            yield f"{name}: {row} stands there {times} times too often"
    for number, state in found["orders"] - expected["orders"]:
        if state != "wacht":
            yield f"orders: {number} is {state}"
    mails = Counter((to, mail["Message-ID"]) for to, mail in office.mail())
    debtors = Counter(to for to, _ in mails if to != APPROVER)
    for who, times in (*mails.items(), *debtors.items()):
        if times > 1:
            yield f"mail: {who} came {times} times"


def _trouble(office: BackOffice, kind: str = "trouble") -> str:
    """Title of the last work item of that kind that waits; empty if there is none."""
    query = "SELECT title FROM work_items WHERE kind = ? AND decision = '' ORDER BY seq"
    found = office.store(query, kind)
    return str(found[-1][0]) if found else ""


def _unasked(office: BackOffice) -> Iterator[str]:
    """Postings that are not keyed and that nobody was asked about."""
    asked = " ".join(key for (key,) in office.store("SELECT key FROM work_items"))
    for reference, state in office.store("SELECT reference, state FROM postings"):
        if state != "keyed" and reference not in asked and not _trouble(office):
            yield f"{reference} is {state}, and nobody was asked"
    if not _trouble(office) and "decision/" not in asked:
        left = office.store("SELECT id FROM approvals WHERE verdict = 'release' AND keyed = 0")
        yield from (f"order approval {id} is not keyed" for (id,) in left)


def _play_apart(folder: Path, seed: int, expected: Books) -> Morning:
    place = folder / f"seed-{seed}"
    shutil.rmtree(place, ignore_errors=True)
    morning = play(place, seed, expected)
    if not morning.wrong:
        shutil.rmtree(place)
    return morning


def clean_books_kept(folder: Path) -> Books:
    """`clean_books`, played once for a folder."""
    kept = folder / "clean.json"
    if not kept.exists():
        shutil.rmtree(folder / "clean", ignore_errors=True)
        books = clean_books(folder / "clean")
        kept.write_text(json.dumps({name: [*rows.elements()] for name, rows in books.items()}))
        shutil.rmtree(folder / "clean")
    return {
        name: Counter(tuple(row) for row in rows)
        for name, rows in json.loads(kept.read_text()).items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(".cache/soak"))
    parser.add_argument("--fresh", action="store_true", help="forget what was played before")
    given = parser.parse_args()
    if given.fresh:
        shutil.rmtree(given.folder, ignore_errors=True)
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "mornings.jsonl"
    played = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    seeds = range(given.first, given.first + given.seeds)
    left = [seed for seed in seeds if seed not in {one["seed"] for one in played}]
    expected = clean_books_kept(folder)
    with ThreadPoolExecutor(given.jobs) as pool:
        for morning in pool.map(lambda seed: _play_apart(folder, seed, expected), left):
            with kept.open("a") as file:
                file.write(json.dumps(asdict(morning)) + "\n")
            played.append(asdict(morning))
            told = "; ".join(morning.wrong) or morning.why
            print(f"{morning.seed:4} {morning.ended:10} {morning.tried_again} {told}", flush=True)
    mine = [one for one in played if one["seed"] in seeds]
    wrong = [one["seed"] for one in mine if one["wrong"]]
    counts = Counter(one["ended"] for one in mine)
    print(
        json.dumps(
            {
                "seeds": len(mine),
                **{name.replace(" ", "_"): counts[name] for name in sorted(counts)},
                "recovered": sum(one["recovered"] for one in mine),
                "wrong": len(wrong),
                "wrong_seeds": wrong,
            }
        )
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
