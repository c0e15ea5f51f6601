"""Evidence as one file to hand over: records, pictures, proofs, keys, and what checks them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from clerkwork.adapters.evidence import standalone
from clerkwork.adapters.evidence.keys import TRUSTED, Signer, open_signer
from clerkwork.core.evidence import canonical, digest
from clerkwork.core.evidence.log import HEADS, LEAVES
from clerkwork.core.evidence.stamps import STAMPS
from clerkwork.core.evidence.strays import PAGE, belongs
from clerkwork.errors import EvidenceError

__all__ = ["Exported", "write_export"]

FORMAT = "clerkwork export 2"
_MANIFEST = "export.json"
_PERSONAL = ("details.jsonl", PAGE)
"""What holds personal data beside the pictures: the payload, and the page that repeats it."""
_SOUND = ("sound", "removed", "recovered")

_README = """\
Evidence of {count}, exported on {day} (UTC).

What is here
- evidence/RUN/      a folder a run: steps.jsonl (its records, each with the hash of the one
                     before), anchors.jsonl and checkpoint.json (what was signed), pictures/,
                     and run.json (who ran what, with what).
                     {details}
                     index.html shows it for reading, if it is there; it was made from the records
                     as this was exported, and proves nothing by itself.
- evidence/log.jsonl and heads.jsonl: the log of all runs, and its signed tree heads. Runs that are
                     not exported are named there, and no more.
- evidence/export.json: which runs were exported, and the hash of each file; signed, so that no run
                     and no file can be taken out of it, or put in from elsewhere.
- keys/              the public keys with which it was signed.
- verify.py          checks all of it. It needs Python 3.11 and the `cryptography` package alone.

How to check it
    python3 -m pip install cryptography
    python3 verify.py evidence keys/*.pem

It ends with exit status 0 if nothing was altered, left out, reordered or cut off, and else names
each record. It says how many of the log's runs are in this export.
{states}

What to take from elsewhere
Keys and verifier that lie beside the evidence prove little against whoever made this file. Take the
public keys, or their ids, and the verifier from a place that the people who run the robots cannot
write to; and if copies of the tree heads were kept elsewhere, check against those:
    python3 verify.py evidence your-key.pem --heads FOLDER-OF-COPIES

The ids of the keys here:
{keys}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    path: Path
    runs: int
    files: int
    bytes: int
    unsound: Mapping[str, str]
    """What a check found of those that are not sound, by run."""


def write_export(
    folder: Path,
    runs: Sequence[str],
    key_folder: Path,
    to: Path,
    *,
    made: datetime,
    details: bool = True,
    states: Mapping[str, str],
    page: Callable[[str], bytes] = lambda run: b"",
) -> Exported:
    """Write the evidence of these runs, as it lies in `folder`, into a zip file, whole or not.

    What a check found of each (`states`, as in `Verdict`) goes into the signed list, and those that
    are not sound into its README. What no run writes is left out. `page` makes the one that shows a
    run to people, empty for none: that which lies there anybody may have changed. Without `details`
    personal payloads are left out, and the verifier says so. Raises `EvidenceError` where a file is
    in the way, cannot be read, or cannot be written.
    """
    if to.exists():
        raise EvidenceError(f"{to} is there already; name another file, or take it away")
    draft = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        what = _What(dict(states), page if details else lambda run: b"", details)
        files = _write(folder, runs, key_folder, draft, made, what)
        draft.replace(to)
    except OSError as error:
        raise EvidenceError(
            f"{to}: the evidence cannot be exported ({error}); nothing was written. Make room on "
            "the disk, or mend the permissions, and export again"
        ) from error
    finally:
        # Also where somebody interrupts it.
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return Exported(
        path=to,
        runs=len(runs),
        files=files,
        bytes=to.stat().st_size,
        unsound=_unsound(states),
    )


def _unsound(states: Mapping[str, str]) -> dict[str, str]:
    return {run: state for run, state in sorted(states.items()) if state not in _SOUND}


@dataclass(frozen=True, slots=True)
class _What:
    """What of the runs goes into it, beside their records."""

    states: dict[str, str]
    """What a check found, by run."""
    page: Callable[[str], bytes]
    details: bool


def _write(
    folder: Path,
    runs: Sequence[str],
    key_folder: Path,
    draft: Path,
    made: datetime,
    what: _What,
) -> int:
    draft.touch(0o600)
    hashes: dict[str, str] = {}
    with ZipFile(draft, "w", ZIP_DEFLATED, strict_timestamps=False) as file:
        # The log first: what is appended to it meanwhile is of runs that are not in here.
        for name in (STAMPS, HEADS, LEAVES):
            if (folder / name).exists():
                content = _whole_lines(folder / name)
                hashes[name] = digest(content)
                file.writestr(f"evidence/{name}", content)
        # Behind the log: a key that it says was replaced signs no export. Before the public keys
        # are listed: the first time it makes one.
        signer = open_signer(key_folder)
        keys = sorted((key_folder / TRUSTED).glob("*.pem"))
        for run in sorted(runs):
            if page := what.page(run):
                hashes[f"{run}/{PAGE}"] = digest(page)
                file.writestr(f"evidence/{run}/{PAGE}", page)
            for path in _files(folder / run, details=what.details):
                name, content = path.relative_to(folder).as_posix(), path.read_bytes()
                hashes[name] = digest(content)
                # A picture is compressed already.
                packed = ZIP_STORED if path.suffix == ".jpg" else ZIP_DEFLATED
                file.writestr(f"evidence/{name}", content, packed)
        listed = _listed(runs, hashes, made, signer, what)
        file.writestr(f"evidence/{_MANIFEST}", listed)
        for key in keys:
            file.write(key, f"keys/{key.name}")
        file.write(Path(standalone.__file__), "verify.py")
        file.writestr("README.txt", _told(keys, made, what))
        count = len(file.namelist())
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    return count


def _listed(
    runs: Sequence[str],
    hashes: Mapping[str, str],
    made: datetime,
    signer: Signer,
    what: _What,
) -> bytes:
    """The list of what is in it, signed."""
    fields: dict[str, object] = {
        "format": FORMAT,
        "made": made.astimezone(UTC).isoformat(),
        "runs": sorted(runs),
        "states": what.states,
        "details": what.details,
        "files": dict(hashes),
        "key": signer.id,
    }
    fields["signature"] = signer.sign(f"{FORMAT} export\n".encode() + canonical(fields))
    return canonical(fields)


def _whole_lines(path: Path) -> bytes:
    """What was being written just now is left out."""
    content = path.read_bytes()
    return content[: content.rfind(b"\n") + 1]


def _files(folder: Path, *, details: bool) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.name.startswith("."):
            continue
        name, *below = path.relative_to(folder).parts
        if not belongs(name, folder=bool(below)) or name == PAGE:
            continue
        if details or name not in _PERSONAL:
            yield path


def _told(keys: Sequence[Path], made: datetime, what: _What) -> str:
    count = len(what.states)
    states = "All of them were sound when they were exported."
    if amiss := _unsound(what.states):
        named = (f"    {run}: {state}" for run, state in amiss.items())
        states = "\n".join(("\nNOT SOUND when they were exported:", *named))
    return _README.format(
        states=states,
        count=f"{count} run{'' if count == 1 else 's'}",
        day=f"{made.astimezone(UTC):%Y-%m-%d}",
        details="details.jsonl holds what is personal, bound by a hash."
        if what.details
        else "What is personal (details.jsonl) was left out; the chain still holds.",
        keys="\n".join(f"    {key.stem}" for key in keys) or "    none: only those of the runs",
    )
