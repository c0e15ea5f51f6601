"""Steps with a picture and a record each, beside Playwright's own pictures and traces.

A field is filled and a picture of the window is taken, by either in pages of one browser, of the
same size, with the same things masked whole: the password, and every account number. Playwright's
picture is taken as its `screenshot()` takes it unless told otherwise, a PNG, and once more as a
JPEG of the quality that ours has. Ours finds the numbers in the page by itself, and looks through
the picture once it is taken; Playwright is told by selectors where they are. Ours is a step of a
run as robots make it (`Run.step`): record, details and picture go into a trail, each on the disk
before the next step begins, and before every fourth step, as before each receipt, the evidence is
signed (an anchor). Playwright writes its picture to a file. Tracing masks nothing.

`overhead_ms` is the processor's time for all of that but the verb and the picture: the step around
them, the record, and the anchors.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from benchmarks._evidence_pages import SELECTORS, served
from benchmarks.frame import Figure, bench
from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.adapters.browser.screen import PortalScreen
from clerkwork.adapters.browser.window import QUALITY
from clerkwork.adapters.clock import SystemClock
from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.log import Redactor
from clerkwork.app.office import Office
from clerkwork.app.run import Run
from clerkwork.core.pictures import PictureRules
from clerkwork.core.portals import Portal
from clerkwork.core.selectors import parse_selectors
from clerkwork.ports import Secret, StepRecord

if TYPE_CHECKING:
    from playwright.sync_api import Page

_FIELDS = ("reference", "amount", "text")
_STEPS_A_WRITE = 4
"""Find, fill, submit, find again: before one of them the evidence is signed."""
_CLOCK = SystemClock(ZoneInfo("Europe/Amsterdam"))
_NUMBERS = count(1)
"""No two pictures of a run are equal: equal ones are kept once."""
_SECRETS = ("geheim", "bank-wachtwoord-7", "JBSWY3DPEHPK3PXP", "erp-clerk")


@dataclass(slots=True)
class Ours:
    """What our own steps cost, beside their time."""

    processor: list[float] = field(default_factory=list)
    """Milliseconds a step, of all but the verb, the picture and the flush."""
    picture: list[float] = field(default_factory=list)
    """Milliseconds that a step's picture took."""
    flush: list[float] = field(default_factory=list)
    """Milliseconds that a step waited for the disk."""


def measure(quick: bool) -> Sequence[Figure]:
    rounds, steps, records = (4, 12, 1_000) if quick else (10, 40, 20_000)
    executable = find_browser()
    if executable is None:
        return ()
    with TemporaryDirectory() as name, served() as address:
        folder = Path(name)
        evidence = open_evidence(folder / "evidence", folder / "key", _CLOCK, _redactor())
        browser = open_browser(
            selectors={"acme": parse_selectors(tomllib.loads(SELECTORS), "selectors/acme.toml")},
            clock=_CLOCK,
            downloads=folder / "downloads",
            executable=executable,
            # Whole, as Playwright masks them.
            pictures=PictureRules(iban="whole"),
        )
        with closing(browser):
            screen = browser.open(Portal(name="acme", address=address))
            if not isinstance(screen, PortalScreen):
                return ()
            # Playwright's own pages are in the very browser that ours are in.
            chromium = screen.locator.session.context.browser
            if chromium is None:
                return ()
            view = {"width": 1100, "height": 800}
            shot, jpeg, traced = (chromium.new_context() for _ in range(3))
            for context in (shot, jpeg, traced):
                page = context.new_page()
                page.set_viewport_size(view)  # type: ignore[arg-type]
                page.goto(address)
            spent = Ours()
            trail = evidence.begin("speed", "benchmark")
            run = Run(_office(), id="speed", trail=trail, progress=lambda *_: None)
            sides: Mapping[str, Callable[[int], float]] = {
                "ours": lambda n: _ours(run, screen, n, spent),
                "screenshot": lambda n: _shots(shot.pages[0], folder, n),
                "jpeg": lambda n: _shots(jpeg.pages[0], folder, n, type="jpeg", quality=QUALITY),
                "tracing": lambda n: _traced(traced.pages[0], folder, n),
            }
            for side in sides.values():
                side(2)
            took = _in_turn(sides, rounds, steps)
            kept, number = _size(folder / "evidence" / "speed"), trail.record(_bare(0))
            trail.close("ok", {})
        taken = (one for step in evidence.read("speed").steps for one in step.pictures)
        gaps = sum(1 for one in taken if one.gap)
        seconds, shown = _checked(evidence, records)
    rates = {side: [steps / each for each in times] for side, times in took.items()}

    def beside(other: str) -> float:
        return median(a / b for a, b in zip(rates["ours"], rates[other], strict=True))

    return (
        Figure(
            name="steps_vs_screenshot",
            value=beside("screenshot"),
            unit="times",
            meaning="a field filled, pictured and recorded, beside Playwright's fill and "
            "screenshot(mask=...) to a file",
        ),
        Figure(
            name="steps_vs_jpeg",
            value=beside("jpeg"),
            unit="times",
            meaning=f"the same beside screenshot(type='jpeg', quality={QUALITY}, mask=...)",
        ),
        Figure(
            name="steps_vs_tracing",
            value=beside("tracing"),
            unit="times",
            meaning="the same beside Playwright's tracing (which masks nothing), its file written",
        ),
        *(
            Figure(
                name=f"{side}_steps_per_second",
                value=median(rates[side]),
                unit="1/s",
                meaning=f"steps a second: {side}",
            )
            for side in sides
        ),
        Figure(
            name="overhead_ms",
            value=sum(spent.processor) / len(spent.processor),
            unit="ms",
            meaning="processor time of a step's evidence, with its part of the anchors, without "
            "its picture and the flush",
        ),
        Figure(
            name="flush_ms",
            value=median(spent.flush),
            unit="ms",
            meaning="waited for the disk, where nothing else is done meanwhile",
        ),
        Figure(
            name="picture_ms",
            value=median(spent.picture),
            unit="ms",
            meaning="a picture: covered, taken, uncovered and looked through again",
        ),
        Figure(
            name="verify_per_second",
            value=shown / seconds,
            unit="1/s",
            meaning="records checked a second, with their details, without pictures",
        ),
        Figure(
            name="kb_per_step",
            value=kept / (number - 1) / 1024,
            unit="KB",
            meaning="on the disk, a step with its picture",
        ),
        Figure(name="gaps", value=gaps, unit="", meaning="pictures that could not be taken"),
    )


def _redactor() -> Redactor:
    redactor = Redactor()
    for secret in _SECRETS:
        redactor.hide(secret)
    return redactor


def _office() -> Office:
    """All of one that a step asks for."""
    return cast(Office, SimpleNamespace(redact=_redactor(), span=lambda name, about: nullcontext()))


def _in_turn(
    sides: Mapping[str, Callable[[int], float]], rounds: int, steps: int
) -> dict[str, list[float]]:
    """Seconds that each side took for its steps, round by round, another one first each time."""
    took: dict[str, list[float]] = {side: [] for side in sides}
    names = list(sides)
    for turn in range(rounds):
        first = turn % len(names)
        for side in names[first:] + names[:first]:
            took[side].append(sides[side](steps))
    return took


def _ours(run: Run, screen: PortalScreen, steps: int, spent: Ours) -> float:
    if steps == 2:
        screen.fill("form.password", Secret("acme.password", _SECRETS[1]))
    began = time.perf_counter()
    for n in range(steps):
        name, subject = f"form.{_FIELDS[n % 3]}", f"CW-{n:06}"
        used = time.process_time()
        if n % _STEPS_A_WRITE == 0:
            run.trail.anchor(f"before submitting receipt {subject}")
        with run.step("acme", screen, "fill receipt", subject=subject):
            verb = time.process_time()
            screen.fill(name, f"CW-{next(_NUMBERS):06}")
            before = time.perf_counter()
            screen.picture("form filled")
            spent.picture.append((time.perf_counter() - before) * 1000)
            verb = time.process_time() - verb
        spent.processor.append((time.process_time() - used - verb) * 1000)
        before = time.perf_counter()
        run.trail.settled()
        spent.flush.append((time.perf_counter() - before) * 1000)
    return time.perf_counter() - began


def _shots(page: Page, folder: Path, steps: int, **kind: Any) -> float:
    masks = [page.locator("input[type=password]"), page.locator("td.account")]
    fields = [page.get_by_label(name.title()) for name in _FIELDS]
    began = time.perf_counter()
    for n in range(steps):
        fields[n % 3].fill(f"CW-{next(_NUMBERS):06}")
        page.screenshot(path=folder / f"shot-{n}.{kind.get('type', 'png')}", mask=masks, **kind)
    return time.perf_counter() - began


def _traced(page: Page, folder: Path, steps: int) -> float:
    fields = [page.get_by_label(name.title()) for name in _FIELDS]
    began = time.perf_counter()
    page.context.tracing.start(screenshots=True, snapshots=True)
    for n in range(steps):
        fields[n % 3].fill(f"CW-{next(_NUMBERS):06}")
    page.context.tracing.stop(path=folder / "trace.zip")
    return time.perf_counter() - began


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _bare(n: int) -> StepRecord:
    return StepRecord(
        robot="acme",
        action="fill receipt",
        outcome="ok",
        subject=f"CW-{n:06}",
        credential="acme",
        page="https://erp.acme.example/receipts",
        details={"form.reference": f"CW-{n:06}", "form.amount": "1234,56"},
    )


def _checked(evidence: FileEvidence, records: int) -> tuple[float, int]:
    """Seconds of the processor for the check of a run, the best of three, and its records."""
    trail = evidence.begin("check", "benchmark")
    for n in range(records):
        trail.record(_bare(n))
    trail.close("ok", {})
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        verdict = evidence.examine("check")
        best = min(best, time.process_time() - began)
        if verdict.state != "sound":
            raise RuntimeError(f"the evidence is not sound: {verdict.problems}")
    return best, verdict.steps


if __name__ == "__main__":
    sys.exit(bench(__doc__, measure))
