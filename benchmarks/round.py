"""The daily round beside a bare Playwright script that makes the same clicks and pictures.

Each turn settles a fresh back office, runs `clerkwork run daily_round` there as a user would, and
then, against a fresh world of the same seed, a script that signs in, reads, keys, prints and sends
the same, in the same browser with the same picture call. The script matches nothing, reads
nothing back, asks no field whether it may be used, and keeps neither store nor evidence: that is
the difference the ratio shows. The portals' random server errors are off, which the script would
not survive.

`--quick` is one turn over the small book (6 postings), in which starting and signing in weigh
most; in full it is the middle one of three turns over the full book.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks._cpu import spent
from benchmarks._round_plan import Plan, plan_of
from benchmarks._round_stages import STAGES, pictures_of, stage_seconds
from benchmarks.frame import Figure, bench
from clerkwork.adapters.evidence import open_evidence
from clerkwork.adapters.vault import EncryptedFile
from clerkwork.core.figures import Figure as Counted
from clerkwork.demo.places import on_free_ports, own_keys
from clerkwork.demo.start import Places, credentials, world
from clerkwork.testing import FixedClock
from clerkwork.workspace import make_workspace

TURNS = 3
"""A full measurement's, round and script in turn."""
LIMIT = 1200.0
"""Seconds after which a round or a script is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What a round, or a script, took."""

    seconds: float
    """From starting its process to its end."""
    stages: Mapping[str, float]
    pictures: int
    cpu: Mapping[str, float]
    """Processor seconds by kind of process."""
    tried_again: int = 0
    """Times that a task began anew after a failure: the script does nothing twice."""

    @property
    def own_cpu(self) -> float:
        """Without the portals, which are not ours."""
        return sum(used for kind, used in self.cpu.items() if kind not in ("portals", "pages"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A round and a script, one after the other."""

    round: Took
    script: Took
    postings: int
    keying_pictures: int
    load: float
    """The machine's load when it began: above nothing, others were at work too."""

    @property
    def ratio(self) -> float:
        return self.round.seconds / self.script.seconds


def measure(quick: bool) -> list[Figure]:
    """The figures of the middle turn, by its ratio."""
    size = "small" if quick else "full"
    turns = sorted((take_turn(size) for _ in range(1 if quick else TURNS)), key=lambda t: t.ratio)
    middle = turns[len(turns) // 2]
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(by_stage(middle))
    console.print(by_process(middle))
    return figures(middle)


def take_turn(size: str) -> Turn:
    """Settle, run the round, and then the script against a fresh world."""
    with tempfile.TemporaryDirectory(prefix="clerkwork-bench-") as made:
        folder = Path(made)
        workspace = folder / "workspace"
        make_workspace(workspace)
        places = on_free_ports(workspace / "config")
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        done, keying = run_round(folder, workspace, places, size)
        plan = plan_of(workspace)
        bare = run_script(folder / "bare", places, plan, size)
        return Turn(
            round=done,
            script=bare,
            postings=len(plan["postings"]),
            keying_pictures=keying,
            load=load,
        )


def run_round(folder: Path, workspace: Path, places: Places, size: str) -> tuple[Took, int]:
    """`clerkwork run daily_round`; what it took, and its pictures while keying."""
    env = {**os.environ, **own_keys(folder)}
    demo = workspace / "output" / "demo"
    with world(demo, places, size=size, hiccups=False):
        vault = EncryptedFile(
            workspace / "config" / "secrets.vault", Path(env["CLERKWORK_VAULT_KEY"])
        )
        for name, secret in credentials(demo).items():
            vault.write(name, secret)
        command = [sys.executable, "-m", "clerkwork.cli"]
        with approval_pages([*command, "console"], workspace, env), spent(kind) as cpu:
            started, _, ended = finished([*command, "run", "daily_round"], workspace, env)
        shift = real_time(demo / "clock.json")
    evidence = open_evidence(workspace / "output" / "evidence", folder / "keys", FixedClock())
    (run,) = (workspace / "output" / "evidence").glob("*/")
    read = evidence.read(run.name)
    if read.began is None:
        raise ValueError(f"the evidence of {run.name} does not say when it began")
    began = read.began.timestamp() + shift
    steps = [(step.action, step.at.timestamp() + shift) for step in read.steps]
    stages = {"start": began - started, **stage_seconds(steps, began, ended)}
    pictures, keying = pictures_of(read)
    done = Took(
        seconds=ended - started,
        stages=stages,
        pictures=pictures,
        cpu=cpu,
        tried_again=read.figures.get(Counted.TRIED_AGAIN, 0),
    )
    return done, keying


def run_script(folder: Path, places: Places, plan: Plan, size: str) -> Took:
    """The bare script against a fresh world; raises `ValueError` if it keyed otherwise."""
    with world(folder / "world", places, size=size, approver=False, hiccups=False):
        own = {
            "erp": f"http://127.0.0.1:{places.kantoor}/",
            "bank": f"http://127.0.0.1:{places.polder}/",
            "mail": places.mail,
            "clock": str(folder / "world" / "clock.json"),
            "secrets": credentials(folder / "world"),
            "folder": str(folder / "made"),
        }
        file = folder / "plan.json"
        file.write_text(json.dumps({**plan, **own}), encoding="utf-8")
        here = Path(__file__).resolve().parents[1]
        command = [sys.executable, "-m", "benchmarks._bare_round", str(file)]
        with spent(kind) as cpu:
            started, printed, ended = finished(command, here, dict(os.environ))
    told = json.loads(printed.splitlines()[-1])
    stages = {"start": told["began"] - started, **told["stages"]}
    stages["finish"] = ended - started - sum(stages.values())
    return Took(seconds=ended - started, stages=stages, pictures=told["pictures"], cpu=cpu)


def finished(command: list[str], folder: Path, env: dict[str, str]) -> tuple[float, str, float]:
    """Run a command to its end: when it began, what it printed, when it ended (Unix seconds).

    Raises `RuntimeError` with its last words if it fails.
    """
    started = time.time()
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    ended = time.time()
    if done.returncode != 0:
        raise RuntimeError(f"{command[-1]} failed: {(done.stdout + done.stderr)[-2000:]}")
    return started, done.stdout, ended


@contextmanager
def approval_pages(command: list[str], folder: Path, env: dict[str, str]) -> Iterator[None]:
    """`clerkwork serve`, which the demo's approver answers on."""
    with (folder / "output" / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def real_time(clock: Path) -> float:
    """Seconds to add to an instant of the demo's clock to get the real one."""
    anchor = json.loads(clock.read_text(encoding="utf-8"))
    return float(anchor["real"]) - datetime.fromisoformat(anchor["demo"]).timestamp()


def kind(command: str) -> str:
    """Whose work a process does, by its command line."""
    words = {
        "clerkwork.demo.world": "portals",
        "clerkwork.cli console": "pages",
        "clerkwork.cli run": "python",
        "benchmarks._bare_round": "python",
        "run-driver": "driver",
        "tesseract": "tesseract",
        "chrom": "browser",
        "headless": "browser",
    }
    return next((name for part, name in words.items() if part in command), "other")


def by_stage(turn: Turn) -> Table:
    """Seconds by stage, side by side."""
    drawn = Table(title="Where the time goes", title_justify="left")
    drawn.add_column("Stage")
    for heading in ("Round, s", "Script, s", "Difference, s"):
        drawn.add_column(heading, justify="right")
    for stage in STAGES:
        ours, theirs = turn.round.stages.get(stage, 0.0), turn.script.stages.get(stage, 0.0)
        drawn.add_row(stage, f"{ours:.2f}", f"{theirs:.2f}", f"{ours - theirs:+.2f}")
    ours, theirs = turn.round.seconds, turn.script.seconds
    drawn.add_row("in all", f"{ours:.2f}", f"{theirs:.2f}", f"{ours - theirs:+.2f}", style="bold")
    return drawn


def by_process(turn: Turn) -> Table:
    """Processor seconds by kind of process, side by side; empty where they are not known."""
    drawn = Table(title=f"Processor seconds (load before: {turn.load:.1f})", title_justify="left")
    drawn.add_column("Process")
    for heading in ("Round, s", "Script, s"):
        drawn.add_column(heading, justify="right")
    for name in sorted({*turn.round.cpu, *turn.script.cpu}):
        drawn.add_row(
            name, f"{turn.round.cpu.get(name, 0):.2f}", f"{turn.script.cpu.get(name, 0):.2f}"
        )
    return drawn


def figures(turn: Turn) -> list[Figure]:
    """A turn in numbers."""
    keyed = turn.postings
    ours, theirs = turn.round, turn.script
    told = (
        ("round_vs_script", turn.ratio, "times", "The round beside the script"),
        ("round_s", ours.seconds, "s", "The round, from starting its process to its end"),
        ("script_s", theirs.seconds, "s", "The script, likewise"),
        ("key_vs_script", ours.stages["key"] / theirs.stages["key"], "times", "Keying alone"),
        ("round_postings_per_s", keyed / ours.stages["key"], "1/s", "Postings keyed by the round"),
        ("script_postings_per_s", keyed / theirs.stages["key"], "1/s", "... by the script"),
        ("postings", keyed, "postings", "Keyed by both"),
        ("round_pictures", ours.pictures, "pictures", "Taken by the round"),
        ("script_pictures", theirs.pictures, "pictures", "Taken by the script"),
        ("pictures_a_posting", turn.keying_pictures / keyed, "pictures", "Of each posting"),
        ("tried_again", ours.tried_again, "times", "Tasks that the round began anew"),
        ("round_cpu_s", ours.own_cpu, "s", "Processor time of the round, portals left out"),
        ("script_cpu_s", theirs.own_cpu, "s", "Processor time of the script, portals left out"),
        ("load_before", turn.load, "", "Load of the machine before it began"),
    )
    return [
        Figure(name=name, value=round(value, 3), unit=unit, meaning=meaning)
        for name, value, unit, meaning in told
    ]


if __name__ == "__main__":
    sys.exit(bench(__doc__, measure))
