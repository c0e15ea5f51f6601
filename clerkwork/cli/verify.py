"""`clerkwork verify`: whether evidence was altered, left out or cut off."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

if TYPE_CHECKING:
    from clerkwork.app.verify import Audited
    from clerkwork.core.evidence import Finding, InLog, Verdict
    from clerkwork.core.evidence.growth import Growth
    from clerkwork.core.evidence.stamps import Stamp

__all__ = ["verify"]

_TOLD = 20
"""Findings about a run that are told one by one."""
_GOOD = ("sound", "removed", "recovered")


def verify(
    run: Annotated[
        str,
        typer.Argument(metavar="[RUN]", help="A run's name, the beginning of one, or 'last'."),
    ] = "",
    every: Annotated[
        bool, typer.Option("--all", help="All runs, and the log in which they hang.")
    ] = False,
    heads: Annotated[
        Optional[list[Path]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(metavar="FOLDER", help="A folder with copies of tree heads, besides ours."),
    ] = None,
    since: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(
            metavar="FILE",
            help="Prove that the log only grew since the tree head that you noted in this file.",
        ),
    ] = None,
    key: Annotated[
        Optional[list[Path]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(
            metavar="FILE",
            help="A public key that you trust, instead of those of this user; also several.",
        ),
    ] = None,
    as_found: Annotated[
        bool,
        typer.Option("--as-found", help="Sign what a run that died left unsigned, as you find it."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object, for machines.")] = False,
    workspace: Where = None,
) -> None:
    """Check evidence: nothing altered, left out or cut off.

    Exit status 0 if all is sound, was removed as declared, or was signed as a crash left it, by
    keys that are trusted: those that lie beside the evidence prove nothing against who made it.
    With --since it is 0 if the log holds, in its place, all that it held then.
    `clerkwork list` shows the last runs.
    """
    from clerkwork import bootstrap

    if since is not None:
        if run or every or as_found:
            raise typer.BadParameter("expected it alone, or with --key", param_hint="--since")
        with bootstrap.open_office(workspace, want="look") as (place, office):
            grown = bootstrap.grown_since(place, office, since, key or ())
        if not _tell_grown(grown, since.name, as_json=as_json):
            raise typer.Exit(1)
        return
    if bool(run) == every:
        raise typer.BadParameter("expected the name of a run, or --all", param_hint="RUN")
    if as_found and every:
        raise typer.BadParameter("expected the name of one run", param_hint="--as-found")
    if every:
        with (
            bootstrap.open_office(workspace, want="look") as (place, office),
            show.progress() as progress,
        ):
            audited = bootstrap.verified_all(place, office, heads or [], progress, key or ())
        _tell_all(audited, as_json=as_json)
        if not audited.sound:
            raise typer.Exit(1)
        return
    with bootstrap.open_office(workspace, want="look") as (place, office):
        look = bootstrap.signed_as_found if as_found else bootstrap.verified
        found = look(place, office, run, key or ())
    if as_json:
        show.say(json.dumps({**_plain(found), "log": _proof(found.in_log)}, indent=2))
    else:
        _tell(found)
    if found.state not in _GOOD or not found.trusted:
        raise typer.Exit(1)


def _tell(found: Verdict) -> None:
    _failures(found.findings)
    for note in found.notes:
        show.say(note)
    if found.state == "removed":
        show.say(
            f"{found.run}: removed by retention on {found.removed}, which is signed"
            f"{_held(found.in_log)}"
        )
        return
    by = "" if found.trusted else ", by keys that nobody trusts"
    show.say(
        f"{found.run}: {found.state}{by} ({found.steps} steps, {found.pictures} pictures, "
        f"{found.anchors} anchors){_held(found.in_log)}"
    )


def _held(proof: InLog | None) -> str:
    if proof is None:
        return ""
    words = (
        f"; in the log of runs, leaf {proof.leaf} of {proof.count}, signed on {_minute(proof.at)}"
    )
    if proof.stamped is None:
        return words
    return f"{words}, stamped on {proof.stamped:%Y-%m-%d %H:%M} UTC"


def _failures(findings: Iterable[Finding], run: str = "") -> None:
    told = sorted(findings, key=lambda one: not one.grave)
    for one in told[:_TOLD]:
        show.failure(f"{run + ': ' if run else ''}{one.kind}: {one.words}")
    if len(told) > _TOLD:
        show.failure(f"and {len(told) - _TOLD} more of the kind")


def _tell_all(found: Audited, *, as_json: bool) -> None:
    if as_json:
        log = found.log
        head = log.heads[-1] if log.heads else {}
        show.say(
            json.dumps(
                {
                    "sound": found.sound,
                    "untrusted_keys": list(found.log.untrusted),
                    "log": {
                        "name": log.name,
                        "machine": log.machine,
                        "leaves": len(log.hashes),
                        "root": head.get("root", ""),
                        "copies": found.copies,
                        "copies_of_other_logs": found.of_others,
                        "stamps": [
                            {
                                "head": one.head,
                                "leaves": one.count,
                                "at": one.at.isoformat(),
                                "authority_checked": one.checked,
                            }
                            for one in log.stamps
                        ],
                        "findings": [_of(one) for one in log.findings],
                    },
                    "runs": [_plain(one) for one in found.verdicts],
                },
                indent=2,
            )
        )
        return
    _failures(found.log.findings)
    for one in found.verdicts:
        _failures(one.findings, one.run)
    states = Counter(one.state for one in found.verdicts)
    counted = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    show.say(f"{len(found.verdicts)} runs: {counted or 'none'}")
    wrong = any(one.grave for one in found.log.findings)
    holds = "does not hold" if wrong else "holds"
    against = f", and {found.copies} copies of its heads were compared" if found.copies else ""
    show.say(f"The log of runs {holds}: {len(found.log.hashes)} leaves{against}")
    if found.of_others:
        show.say(f"{found.of_others} copies are of other logs, and say nothing of this one")
    if found.log.stamps:
        show.say(_stamped(found.log.stamps))
    if found.log.untrusted:
        _untrusted(found.log.untrusted)


def _tell_grown(found: Growth | Finding, noted: str, *, as_json: bool) -> bool:
    """Whether it only grew, by keys that are trusted."""
    from clerkwork.core.evidence import Finding

    if isinstance(found, Finding):
        show.failure(f"{found.kind}: {found.words}")
        if as_json:
            show.say(json.dumps({"grew": False, "finding": _of(found)}, indent=2))
        return False
    if as_json:
        show.say(json.dumps({"grew": True, **asdict(found)}, indent=2))
    else:
        show.say(
            f"The log of runs only grew: its first {found.before} leaves are those over which "
            f"{noted} was signed on {_minute(found.noted)}, and {found.count} are under its last "
            f"tree head, signed on {_minute(found.at)} (a consistency proof of RFC 9162, "
            f"{len(found.proof)} hashes)"
        )
    if found.untrusted:
        _untrusted(found.untrusted)
    return not found.untrusted


def _minute(at: str) -> str:
    return f"{at[:16].replace('T', ' ')} UTC"


def _untrusted(keys: Sequence[str]) -> None:
    show.failure(
        "there is no trusted key here, so all this was checked with those that lie beside the "
        f"evidence, which prove nothing against whoever made both: {', '.join(keys)}. Compare "
        "these ids with the one that you were given, and give its file with --key"
    )


def _stamped(stamps: Sequence[Stamp]) -> str:
    last = max(stamps, key=lambda one: one.count)
    counted = f"{len(stamps)} time stamp{'' if len(stamps) == 1 else 's'}"
    words = f"{counted}; the last one is over {last.count} leaves, on {last.at:%Y-%m-%d %H:%M} UTC"
    if all(one.checked for one in stamps):
        return f"{words} by the authority's clock"
    return (
        f"{words}. Who stamped them was not checked: 'root' of [evidence.stamps] in "
        "config/workspace.toml names the authority's certificate"
    )


def _plain(found: Verdict) -> dict[str, Any]:
    return {
        "run": found.run,
        "state": found.state,
        "steps": found.steps,
        "pictures": found.pictures,
        "anchors": found.anchors,
        "key": found.key,
        "trusted": found.trusted,
        "findings": [_of(one) for one in found.findings],
        "notes": list(found.notes),
    }


def _proof(proof: InLog | None) -> dict[str, Any] | None:
    if proof is None:
        return None
    stamped = proof.stamped.isoformat() if proof.stamped else ""
    return {**asdict(proof), "proof": list(proof.proof), "stamped": stamped}


def _of(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "kind": str(finding.kind), "grave": finding.grave}
