"""Two thousand spoilt statement files: each is read right, or refused whole with its reason."""

from __future__ import annotations

import re
import resource
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from statement_mutants import mutants

from clerkwork.adapters.statements.columns import POLDER_BANK
from clerkwork.adapters.statements.reading import Columns, read_statements
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement
from clerkwork.errors import StatementError
from clerkwork.workspace.toml import read_table

ROOT = Path(__file__).parent.parent.parent
GOLDEN = ROOT / "tests" / "golden" / "statements"
IN_ALL = 2_000
OF_A_WORKBOOK = 40
SECONDS = 5.0
BYTES = 500 * 1024 * 1024
PEAKS, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
BALANCED = "opening + lines = closing"
DAYS = ("%Y-%m-%d", "%y%m%d", "%Y%m%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%y", "%d.%m.%Y", "%m%d")


def declared() -> tuple[Columns, ...]:
    tables: dict[str, Columns] = read_table(
        ROOT / "config" / "statements.toml", "config/statements.toml", dict[str, Columns]
    )
    return (*tables.values(), POLDER_BANK)


TABLES = declared()
SAMPLES = sorted(
    path
    for path in GOLDEN.rglob("*")
    if path.suffix in {".xml", ".sta", ".csv", ".ofx", ".xlsx"}
    and '"statements"' in path.with_suffix(path.suffix + ".json").read_text(encoding="utf-8")
)
BOOKS = [path for path in SAMPLES if path.suffix == ".xlsx"]


def shares() -> Iterator[tuple[Path, int]]:
    """How many mutants of each sample: as many of each, but fewer of workbooks, which are slow."""
    texts = [path for path in SAMPLES if path not in BOOKS]
    left = IN_ALL - OF_A_WORKBOOK * len(BOOKS)
    for place, path in enumerate(texts):
        yield path, left // len(texts) + (place < left % len(texts))
    for path in BOOKS:
        yield path, OF_A_WORKBOOK


COUNTED_LATE = 8 << 20
"""Bytes by which two counts of one process's memory may differ: each thread adds its own late."""

SHARES = tuple(shares())


@pytest.mark.parametrize(("sample", "count"), SHARES, ids=[path.name for path, _ in SHARES])
def test_a_spoilt_file_is_read_right_or_refused(sample: Path, count: int, tmp_path: Path) -> None:
    sound = read_statements(sample, columns=TABLES)
    outcomes: Counter[str] = Counter()
    forget_the_highest()
    before = highest()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    for told, content in mutants(sample.name, sample.read_bytes(), count):
        path = tmp_path / f"spoilt{sample.suffix}"
        path.write_bytes(content)
        began = time.process_time()
        try:
            found = read_statements(path, columns=TABLES)
        except StatementError as error:
            outcomes["refused"] += 1
            wrong = _wrong_refusal(str(error), path.name)
        else:
            outcomes["read"] += 1
            wrong = _wrong_reading(found, sound, content, sample.suffix)
        assert not wrong, f"{told}: {wrong}"
        assert time.process_time() - began < SECONDS, told
    assert outcomes["refused"] > count // 4
    assert highest() - before < BYTES
    of_children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # A child begins as a copy of this process, and Linux counts that as held by the child too.
    copied = highest() + COUNTED_LATE
    assert of_children * 1024 < max(BYTES, copied) or of_children == children


def forget_the_highest() -> None:
    """Other tests of this process may have held more; what follows is measured anew."""
    if PEAKS.exists():
        PEAKS.write_text("5")


def highest() -> int:
    """Bytes that this process held at most since then, or since it began."""
    if not PEAKS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    told = re.search(r"VmHWM:\s*(\d+) kB", STATUS.read_text())
    assert told
    return int(told[1]) * 1024


def test_there_are_two_thousand_of_all_formats() -> None:
    assert sum(count for _, count in SHARES) == IN_ALL
    assert {path.suffix for path, _ in SHARES} == {".xml", ".sta", ".csv", ".ofx", ".xlsx"}


def _wrong_refusal(message: str, name: str) -> str:
    if not message.startswith(f"{name}, ") or "expected " not in message:
        return f"no reason or place: {message[:200]}"
    return f"{len(message)} signs of reason" if len(message) > 3_000 else ""


def _wrong_reading(
    found: tuple[Statement, ...], sound: tuple[Statement, ...], content: bytes, kind: str
) -> str:
    """What is wrong with a reading, judged by the file itself and by the sample before it."""
    text = _text(content)
    ends = {(one.account, one.opening, one.closing) for one in sound}
    for one in found:
        amounts = [line.amount for line in one.lines]
        if {money.currency for money in amounts} - {one.opening.currency}:
            return "currencies mix"
        moved = sum(money.minor for money in amounts)
        if one.opening.minor + moved != one.closing.minor:
            return f"{one.opening} and {moved} are not {one.closing}"
        # A table and an OFX say no opening balance of their own: it follows from the lines.
        own = kind in {".xml", ".sta"} and one.controls and BALANCED in one.controls
        same = {end[1:] for end in ends}
        if own and (one.opening, one.closing) not in same:
            return f"balances {one.opening} and {one.closing} that the sample never had"
        if kind != ".xlsx":
            for line in one.lines:
                if wrong := _invented(text, line.raw, line.amount, (line.booked, line.valued)):
                    return wrong
    return ""


def _text(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",)
    for encoding in encodings:
        try:
            return _flat(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _flat(content.decode("cp1252", errors="replace"))


def _flat(text: str) -> str:
    return re.sub(r"[\s\"]", "", text)


def _invented(text: str, raw: str, amount: Money, days: tuple[date, ...]) -> str:
    """What a line says that does not stand in the file."""
    if not raw or _flat(raw) not in text:
        return f"the entry {raw[:200]!r} stands nowhere"
    whole, _, cents = str(abs(amount.decimal)).partition(".")
    digits = re.compile(rf"{'[.,]?'.join(whole)}(?:[.,]{cents.rstrip('0')}0*)?")
    if not digits.search(text):
        return f"the amount {amount} stands nowhere"
    for day in days:
        if not any(day.strftime(form) in text for form in DAYS):
            return f"the day {day} stands nowhere"
    return ""
