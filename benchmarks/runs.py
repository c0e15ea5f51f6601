"""Unattended runs beside bare ones: the round through the engine, a long queue, an idle engine.

The round is asked for, taken out of the queue by `clerkwork serve` and carried
out in a process of its own, beside the bare Playwright script of `benchmarks.round` against a
fresh world of the same seed. Then small runs wait in the queue and are carried out two at a time:
ten times as many should take ten times as long. Memory is what an idle `clerkwork serve` and the
process that its attempts are forked from hold together, shared pages divided (PSS).

`--quick` drains 8 and 80 runs and takes a turn of the round over the small book, in which its start
and end weigh most; in full it is 1,000 and 10,000, and the middle one of three turns over the
full book, as in `benchmarks.round`.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks._cpu import descendants
from benchmarks._round_plan import plan_of
from benchmarks.frame import Figure, bench
from benchmarks.round import LIMIT, run_script
from clerkwork import bootstrap
from clerkwork.adapters.vault import EncryptedFile
from clerkwork.app.office import Office
from clerkwork.demo.places import on_free_ports, own_keys
from clerkwork.demo.start import Places, credentials, world
from clerkwork.workspace import Workspace, make_workspace, open_workspace

TURNS = 3
SMALL_TASK = '''"""A task that does next to nothing."""

from clerkwork import Run, task


@task(overlap=True)
def look(run: Run) -> None:
    """Look once."""
    run.count("looked", 1)
'''
ENGINE = "\n[engine]\nheartbeat = 1.0\n"


@dataclass(frozen=True, slots=True)
class Turn:
    """A round through the engine, and the bare script."""

    engine: float
    """Seconds from asking for it to the end of its errand."""
    script: float
    idle_mb: float


def measure(quick: bool) -> list[Figure]:
    size = "small" if quick else "full"
    turns = sorted(
        (take_turn(size) for _ in range(1 if quick else TURNS)), key=lambda t: t.engine / t.script
    )
    middle = turns[len(turns) // 2]
    few, many = (8, 80) if quick else (1_000, 10_000)
    short, long = drained(few), drained(many)
    told = (
        ("round_vs_script", middle.engine / middle.script, "times", "Through the engine"),
        ("engine_round_s", middle.engine, "s", "From asking for it to its end"),
        ("script_s", middle.script, "s", "The bare script, from its start to its end"),
        ("drain_growth", long / short, "times", f"Draining {many} beside {few} runs"),
        ("drained_per_s", many / long, "1/s", f"Of {many}, two at a time"),
        ("idle_mb", middle.idle_mb, "MB", "An idle engine, all its processes"),
        ("load_before", os.getloadavg()[0], "", "Load of the machine"),
    )
    return [
        Figure(name=name, value=round(value, 3), unit=unit, meaning=meaning)
        for name, value, unit, meaning in told
    ]


def take_turn(size: str) -> Turn:
    """A fresh back office; its round through the engine, then the script in a fresh world."""
    with tempfile.TemporaryDirectory(prefix="clerkwork-bench-") as made:
        folder = Path(made)
        place, places, env = settled(folder)
        demo = place.root / "output" / "demo"
        with world(demo, places, size=size, hiccups=False):
            vault = EncryptedFile(
                place.root / "config" / "secrets.vault", Path(env["CLERKWORK_VAULT_KEY"])
            )
            for name, secret in credentials(demo).items():
                vault.write(name, secret)
            with engine(place, env, "serve") as process, opened(place, env) as office:
                wait(lambda: bool(office.workers.all()), process)
                idle_mb = memory_of(process.pid)
                began = time.perf_counter()
                seconds = carried_out(place, office, "daily_round", process, began)
        script = run_script(folder / "bare", places, plan_of(place.root), size)
        _meanwhile(
            f"a round took {seconds:.1f} s, {seconds / script.seconds:.3f} of the script; an idle "
            f"engine held {idle_mb:.0f} MB; load {os.getloadavg()[0]:.1f}"
        )
        return Turn(engine=seconds, script=script.seconds, idle_mb=idle_mb)


def drained(count: int) -> float:
    """Seconds from the start of a worker until so many runs that wait are over."""
    with tempfile.TemporaryDirectory(prefix="clerkwork-bench-") as made:
        place, _, env = settled(Path(made))
        (place.root / "tasks" / "look.py").write_text(SMALL_TASK)
        place = open_workspace(place.root)
        with opened(place, env) as office:
            for _ in range(count):
                bootstrap.ask_for(office, place.task("look"), "a benchmark")
            bootstrap.put_in(place, office)
            began = time.perf_counter()
            with engine(place, env, "worker", "--at-once", "2") as process:
                # Looking reads all that wait, so beside thousands it is done every two seconds.
                wait(lambda: not office.errands.under_way(), process, every=min(2, count / 500))
                took = time.perf_counter() - began
            left = [errand for errand in office.errands.all() if errand.state != "done"]
            if left:
                raise RuntimeError(f"{len(left)} of {count} small runs were not done: {left[:3]}")
            _meanwhile(f"{count} runs were drained in {took:.1f} s")
            return took


def _meanwhile(text: str) -> None:
    """What is known before the end, of a benchmark that takes most of an hour."""
    print(text, file=sys.stderr, flush=True)


def carried_out(
    place: Workspace, office: Office, task: str, process: subprocess.Popen[bytes], began: float
) -> float:
    errand = bootstrap.ask_for(office, place.task(task), "a benchmark")
    bootstrap.put_in(place, office)

    def over() -> bool:
        found = office.errands.get(errand.id)
        return found is not None and found.ended is not None

    wait(over, process)
    took = time.perf_counter() - began
    found = office.errands.get(errand.id)
    if found is None or found.state != "done":
        raise RuntimeError(f"the round ended otherwise: {found}")
    return took


def settled(folder: Path) -> tuple[Workspace, Places, dict[str, str]]:
    root = folder / "workspace"
    make_workspace(root)
    places = on_free_ports(root / "config")
    settings = root / "config" / "workspace.toml"
    settings.write_text(settings.read_text() + ENGINE)
    return open_workspace(root), places, {**os.environ, **own_keys(folder)}


@contextmanager
def opened(place: Workspace, env: dict[str, str]) -> Iterator[Office]:
    """The office in this process, with the keys that the engine's processes have."""
    before = dict(os.environ)
    os.environ.update(env)
    try:
        with bootstrap.open_office(place) as (_, office):
            yield office
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def engine(place: Workspace, env: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "clerkwork.cli", *words]
    with ExitStack() as stack:
        log = stack.enter_context((place.root / "output" / "engine.log").open("wb"))
        process = subprocess.Popen(
            command, cwd=place.root, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def wait(came: Callable[[], bool], process: subprocess.Popen[bytes], every: float = 0.02) -> None:
    """Raises `RuntimeError` if the engine ends before, or nothing comes for very long."""
    until = time.monotonic() + 3 * LIMIT
    while not came():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the engine ended before its work was done")
        select.select([], [], [], every)


def memory_of(process: int) -> float:
    """MB that a process and its offspring hold, once they have settled; shared pages divided."""
    last = 0.0
    while (now := _pss(process)) > last * 1.01:
        last = now
        select.select([], [], [], 1.5)
    return now


def _pss(process: int) -> float:
    kilobytes = 0
    for one in (process, *descendants(process)):
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        kilobytes += next(
            int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")
        )
    return kilobytes / 1024


if __name__ == "__main__":
    sys.exit(bench(__doc__, measure))
