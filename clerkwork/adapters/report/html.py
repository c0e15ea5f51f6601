"""The report and the evidence of a run as pages that need nothing but a browser."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from clerkwork.adapters.report.charts import ageing_chart, rules_chart
from clerkwork.adapters.report.words import Words, lasted, plural
from clerkwork.core.evidence import RunEvidence, Verdict
from clerkwork.core.figures import staged
from clerkwork.core.healing import REVIEW
from clerkwork.core.report import DayTie, PostingLine, Proof, Report
from clerkwork.errors import StoreError

__all__ = [
    "environment",
    "evidence_page",
    "prepare_pages",
    "write_evidence_page",
    "write_page",
    "write_report",
]

_TEMPLATES = Path(__file__).parent / "templates"
_ORDER = (
    "keyed",
    "doubtful",
    "refused",
    "void",
    "keying",
    "approved",
    "proposed",
    "rejected",
    "reversing",
    "reversed",
    "earlier",
)
_ENDED = ("keyed", "void", "rejected", "reversed")
ROWS_SHOWN = 500
"""Rows of one table; the workbook holds all."""


def write_report(report: Report, folder: Path, evidence_folder: Path) -> Path:
    """Write `<run>.html` and `latest.html`, each whole or not at all; the former's path.

    If the report holds the run's evidence, its page in `evidence_folder/<run>/` is written
    as well. Links are relative, so that reports and evidence can be moved together. Raises
    `StoreError` if the disk is full.
    """
    words = Words(report.locale, report.zone)
    if report.evidence is not None and report.verdict is not None:
        write_evidence_page(report.evidence, report.verdict, evidence_folder, words)
    page = (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            words=words,
            stages=staged(report.figures),
            accounts=_accounts(report.days),
            postings=_by_state(report),
            rules=rules_chart(report.rules) if report.rules else Markup(),
            ages={
                currency: ageing_chart(buckets, words)
                for currency, buckets in report.ageing.items()
            },
            link=_linking(folder, evidence_folder),
            run_proof=Proof(report.run),
        )
    )
    path = folder / f"{report.run}.html"
    write_page(path, page)
    write_page(folder / "latest.html", page)
    return path


def write_evidence_page(
    evidence: RunEvidence,
    verdict: Verdict,
    evidence_folder: Path,
    words: Words,
    story: object | None = None,
) -> Path:
    """Write a run's `index.html` beside its evidence: each step with pictures, hash and details.

    With its story (`writes`, `decisions`, `row`) it tells as well what was changed and by whose
    word. The page repeats the details; whoever deletes those has it written anew.
    """
    path = evidence_folder / evidence.run / "index.html"
    write_page(path, evidence_page(evidence, verdict, words, story))
    return path


def evidence_page(
    evidence: RunEvidence,
    verdict: Verdict,
    words: Words,
    story: object | None = None,
    image: Callable[[str], str] | None = None,
) -> str:
    """The same page; `image` gives the address under which a picture's file is shown in it."""

    def address(file: str) -> str:
        return f"pictures/{quote(file, safe='')}"

    totals = [(step, *total) for step in evidence.steps for total in step.totals]
    return (
        environment()
        .get_template("evidence.html.j2")
        .render(
            evidence=evidence,
            verdict=verdict,
            words=words,
            story=story,
            totals=totals,
            address=address,
            image=image or address,
            # What is printed is not scrolled to.
            loading="eager" if image else "lazy",
        )
    )


def prepare_pages() -> None:
    """Compile the pages' templates beforehand, for whoever makes many reports."""
    for name in environment().list_templates(extensions=["j2"]):
        environment().get_template(name)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The pages' templates, which escape whatever they are given."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(("j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        css=Markup((_TEMPLATES / "style.css").read_text("utf-8")),  # noqa: S704  our own file
        plural=plural,
        lasted=lasted,
        rows_shown=ROWS_SHOWN,
        review=REVIEW,
    )
    return environment


def _accounts(days: tuple[DayTie, ...]) -> Mapping[str, tuple[DayTie, ...]]:
    found: dict[str, list[DayTie]] = defaultdict(list)
    for row in days:
        found[row.account].append(row)
    return {account: tuple(rows) for account, rows in found.items()}


def _by_state(report: Report) -> Mapping[str, tuple[PostingLine, ...]]:
    """This run's and the waiting ones by state; what earlier runs brought to an end apart."""

    def section(line: PostingLine) -> str:
        own = line.proof is not None and line.proof.run == report.run
        return "earlier" if line.state in _ENDED and not own else line.state

    ordered = sorted(report.postings, key=lambda line: _ORDER.index(section(line)))
    return {name: tuple(lines) for name, lines in groupby(ordered, section)}


def _linking(folder: Path, evidence_folder: Path) -> Callable[[Proof | None], str]:
    base = Path(os.path.relpath(evidence_folder, folder)).as_posix()

    def link(proof: Proof | None) -> str:
        if proof is None:
            return ""
        step = f"#step-{proof.step}" if proof.step else ""
        return f"{quote(base)}/{quote(proof.run, safe='')}/index.html{step}"

    return link


def write_page(path: Path, page: str) -> None:
    """Write a page whole or not at all; raises `StoreError`."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(page, "utf-8")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise StoreError(
            f"{path}: the page cannot be written ({error.strerror}); "
            "make room on the disk and make the report again"
        ) from error
