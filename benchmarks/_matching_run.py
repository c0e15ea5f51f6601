"""One matcher over one folder of tables, in a process of its own: answers, CPU and memory.

`python -m benchmarks._matching_run MATCHER FOLDER ANSWERS` prints one line of JSON. Reading and
writing the files is not counted, for nobody: the clocks run from tables in memory to answers in
memory. CPU is user and system time of all threads and children. Memory is the whole process's
highest, reading included.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks._matching_tables import read_table

__all__ = ["MATCHERS", "Ran", "ended", "run", "start"]

MATCHERS = {
    "clerkwork": "benchmarks._matching_ours",
    "merge": "benchmarks._matching_merge",
    "rules": "benchmarks._matching_rules",
    "splink": "benchmarks._matching_splink",
}
LIMIT = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a matcher took."""

    cpu: float
    """Seconds, user and system, of all threads."""
    seconds: float
    peak_mb: float
    answers: Path


def run(matcher: str, folder: Path, answers: Path) -> Ran:
    """Run a matcher in a process of its own; raises `RuntimeError` with its last words."""
    ran = ended(start(matcher, folder, answers), answers, LIMIT)
    if ran is None:
        raise RuntimeError(f"{matcher} on {folder.name} is not done within {LIMIT:.0f} seconds")
    return ran


def start(matcher: str, folder: Path, answers: Path) -> subprocess.Popen[str]:
    """Begin to run it."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks._matching_run", matcher, str(folder), str(answers)],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str], answers: Path, limit: float) -> Ran | None:
    """What it took; None, and the process ended, if it is not done in so many seconds.

    Raises `RuntimeError` with its last words if it failed.
    """
    try:
        printed, words = process.communicate(timeout=max(0.0, limit))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    if process.returncode != 0:
        raise RuntimeError(f"a matcher failed: {words[-2000:]}")
    return Ran(answers=answers, **json.loads(printed.splitlines()[-1]))


def used() -> float:
    """CPU seconds of this process and its children so far."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def peak() -> float:
    """The highest resident memory of this process, in MB.

    Linux carries `ru_maxrss` over from the process that started this one, so /proc is asked first.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return float(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(arguments: list[str]) -> int:
    matcher, folder, out = arguments[0], Path(arguments[1]), Path(arguments[2])
    # Importing its libraries is not counted either.
    answer = importlib.import_module(MATCHERS[matcher]).answer
    tables = {name: read_table(folder, name) for name in ("items", "debtors", "known", "lines")}
    last = tables["lines"]["booked"].max()
    today = last if isinstance(last, date) else date(2026, 6, 30)
    cpu, began = used(), time.perf_counter()
    answers = answer(tables, today)
    told = {"cpu": used() - cpu, "seconds": time.perf_counter() - began, "peak_mb": peak()}
    answers.write_parquet(out)
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
