"""What somebody could do to evidence that lies on a disk, and how it has to be named."""

from __future__ import annotations

import base64
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
from stamp_authority import Authority

from clerkwork.adapters.evidence.deletion import let_parts_go, sign_deletion
from clerkwork.adapters.evidence.keys import Signer, open_signer
from clerkwork.adapters.evidence.removal import let_go, sign_removal
from clerkwork.core.evidence import Verdict, canonical, digest, signed_part
from clerkwork.core.evidence.log import signed_head, signed_leaf
from clerkwork.core.evidence.stamps import signed_stamp

__all__ = ["EDITS", "OLD_KEY", "REMOVAL", "Edit", "Expected"]

OLD_KEY = "stolen.key"
"""In the folder of keys, where a history puts the one that it replaces."""

ALTERED = frozenset({"altered", "restamped"})
CHAINS = ("steps.jsonl", "anchors.jsonl", "details.jsonl")
LOG = ("log.jsonl", "heads.jsonl")
NOTES, STAMPS, REMOVAL = "deleted.jsonl", "stamps.jsonl", "removed.json"


class Named(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def run(self) -> str: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How an edit has to be named."""

    kinds: frozenset[str]
    run: str = ""
    files: frozenset[str] = frozenset()
    record: int = 0
    """One that has to lie in what is named; 0 where the file is all there is to name."""
    slack: int = 0
    """Records beside it that may be named as well, where an edit cannot be told from another."""
    also: frozenset[str] = frozenset()
    """Files that follow from it, and may be named too."""
    everywhere: bool = False
    """Whether runs are named as well: of those that a log does not know any more it says so."""
    copies: Path | None = field(default=None, compare=False)
    alone: bool = True
    """Whether the verifier that stands alone can tell it, too."""

    def fits(self, one: Named) -> bool:
        if one.kind not in self.kinds or one.run != self.run:
            return False
        if self.files and one.file not in self.files:
            return False
        return not self.record or one.first - self.slack <= self.record <= one.last + self.slack

    def bears(self, one: Named) -> bool:
        """Whether a finding is about what was edited."""
        return self.everywhere or (
            one.run == self.run and (one.file in self.files | self.also or not self.files)
        )


@dataclass(frozen=True, slots=True)
class Edit:
    make: Callable[[Path, random.Random], Expected | None]
    """Edits the history in a folder; None, and nothing is done, if it is none to be edited so."""
    crashes: bool = True


def lines(path: Path) -> list[bytes]:
    """None where the run, or the first of all, died before there was such a file."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def write(path: Path, content: list[bytes]) -> None:
    path.write_bytes(b"".join(line + b"\n" for line in content))


def closed(root: Path) -> list[Path]:
    """Runs that ended, with all that they left."""
    ended = sorted(path.parent for path in (root / "evidence").glob("*/checkpoint.json"))
    return [run for run in ended if not (run / NOTES).exists() and not (run / REMOVAL).exists()]


def removed(root: Path) -> list[Path]:
    """Runs whose evidence was removed as declared, which the log knows."""
    there = sorted(path.parent for path in (root / "evidence").glob(f"*/{REMOVAL}"))
    return [run for run in there if run.name in _told_of(root, "removed")]


def deleted(root: Path) -> list[Path]:
    """Runs whose details or pictures were deleted as declared, which the log knows.

    Of one that was removed as declared the note goes with all the rest, and is missed by nobody.
    """
    there = sorted(path.parent for path in (root / "evidence").glob(f"*/{NOTES}"))
    known = _told_of(root, "deleted") - _told_of(root, "removed")
    return [run for run in there if run.name in known]


def _told_of(root: Path, kind: str) -> set[str]:
    """Runs of which the log has a leaf of that kind."""
    leaves = [json.loads(line) for line in lines(root / "evidence" / "log.jsonl")]
    return {leaf["run"] for leaf in leaves if leaf["kind"] == kind}


def crashed(root: Path) -> list[Path]:
    """Runs without an end of which the log was not told that they were found."""
    return [
        path.parent
        for path in sorted((root / "evidence").glob("*/run.json"))
        if not (path.parent / "checkpoint.json").exists()
        and not (path.parent / "found.json").exists()
        and not (path.parent / REMOVAL).exists()
    ]


def pick(chance: random.Random, runs: list[Path]) -> Path | None:
    return chance.choice(runs) if runs else None


def forger() -> Signer:
    return Signer(Ed25519PrivateKey.generate())


def set_(*names: str) -> frozenset[str]:
    return frozenset(names)


def flip(root: Path, chance: random.Random) -> Expected | None:
    """One byte of any file of a run that ended, or of the log."""
    run = pick(chance, closed(root))
    if run is None:
        return None
    of_run = [path for path in sorted(run.rglob("*")) if path.is_file() and path.stat().st_size]
    path = chance.choice([*of_run, *(root / "evidence" / name for name in LOG)])
    content = bytearray(path.read_bytes())
    place = chance.randrange(len(content))
    ended_line = content[place] == 10
    content[place] ^= chance.randrange(1, 256)
    number = content[:place].count(b"\n") + 1
    path.write_bytes(bytes(content))
    name = path.name if path.parent.name != "pictures" else f"pictures/{path.name}"
    of_log = path.name in LOG and path.parent.name == "evidence"
    several = path.suffix == ".jsonl"
    kinds = ALTERED | set_("forged") | (set_("torn") if of_log and ended_line else set_())
    if name == "checkpoint.json":
        kinds |= set_("contradicting checkpoint")
    if name == "run.json":
        kinds |= set_("contradicting checkpoint")
    also = set_("steps.jsonl") if name == "anchors.jsonl" else set_()
    return Expected(
        kinds=kinds,
        run="" if of_log else run.name,
        files=set_(name),
        record=number if several else int(path.name[:4]) if "pictures/" in name else 0,
        slack=1 if ended_line else 0,
        also=also | (set_(*LOG) if of_log else set_()),
        everywhere=of_log,
    )


def swap(root: Path, chance: random.Random) -> Expected | None:
    path, run = _some_chain(root, chance, 2)
    if path is None:
        return None
    content = lines(path)
    one, other = sorted(chance.sample(range(len(content)), 2))
    content[one], content[other] = content[other], content[one]
    write(path, content)
    # Of details, the later one behind the earlier ones is what stands wrong.
    record = 0 if path.name == "details.jsonl" else one + 1
    return Expected(kinds=set_("reordered"), run=run, files=set_(path.name), record=record)


def drop(root: Path, chance: random.Random) -> Expected | None:
    path, run = _some_chain(root, chance, 2, details=False)
    if path is None:
        return None
    content = lines(path)
    place = chance.randrange(len(content) - 1)
    del content[place]
    write(path, content)
    also = set_("steps.jsonl") if path.name == "anchors.jsonl" else set_()
    return Expected(
        kinds=set_("left out"),
        run=run,
        files=set_(path.name),
        record=place + 1,
        also=also,
        everywhere=path.name in LOG,
    )


def repeat(root: Path, chance: random.Random) -> Expected | None:
    path, run = _some_chain(root, chance, 1)
    if path is None:
        return None
    content = lines(path)
    place = chance.randrange(len(content))
    content.insert(chance.randrange(len(content) + 1), content[place])
    write(path, content)
    return Expected(kinds=set_("repeated"), run=run, files=set_(path.name), record=place + 1)


def delete_run(root: Path, chance: random.Random) -> Expected | None:
    run = pick(chance, closed(root))
    if run is None:
        return None
    shutil.rmtree(run)
    return Expected(kinds=set_("missing run"), run=run.name, files=set_(run.name))


def cut_and_sign(root: Path, chance: random.Random) -> Expected | None:
    """The tail is cut, and the rest signed anew with a key of the forger's own."""
    run = pick(chance, closed(root))
    if run is None:
        return None
    steps = lines(run / "steps.jsonl")
    kept = chance.randrange(1, len(steps))
    _cut(run, kept)
    signer = forger()
    fields = json.loads((run / "checkpoint.json").read_bytes())
    anchors = [json.loads(line) for line in lines(run / "anchors.jsonl")]
    anchors = [anchor for anchor in anchors if anchor["step"] <= kept]
    write(run / "anchors.jsonl", [canonical(anchor) for anchor in anchors])
    fields |= {"steps": kept, "head": digest(steps[kept - 1]), "anchors": len(anchors)}
    (run / "checkpoint.json").write_bytes(_signed("checkpoint", fields, signer))
    return Expected(
        kinds=set_("forged"),
        run=run.name,
        files=set_("checkpoint.json"),
        also=set_("steps.jsonl", "anchors.jsonl", "details.jsonl"),
    )


def sign_anew(root: Path, chance: random.Random) -> Expected | None:
    """An anchor, a checkpoint or a tree head with another key's signature."""
    run = pick(chance, [one for one in closed(root) if lines(one / "anchors.jsonl")])
    if run is None:
        return None
    signer, kind = forger(), chance.choice(("anchor", "checkpoint", "head"))
    if kind == "checkpoint":
        path = run / "checkpoint.json"
        fields = {**json.loads(path.read_bytes()), "figures": {"keyed": 7}}
        path.write_bytes(_signed(kind, fields, signer))
        return Expected(kinds=set_("forged"), run=run.name, files=set_(path.name))
    path = run / "anchors.jsonl" if kind == "anchor" else root / "evidence" / "heads.jsonl"
    content = lines(path)
    place = chance.randrange(len(content))
    content[place] = _signed(kind, json.loads(content[place]), signer)
    write(path, content)
    return Expected(
        kinds=set_("forged"),
        run=run.name if kind == "anchor" else "",
        files=set_(path.name),
        record=place + 1,
        also=set_("steps.jsonl") if kind == "anchor" else set_(*LOG),
    )


def picture(root: Path, chance: random.Random) -> Expected | None:
    run = pick(chance, closed(root))
    if run is None:
        return None
    path = chance.choice(sorted((run / "pictures").iterdir()))
    kind = chance.choice(("altered", "missing picture"))
    if kind == "altered":
        path.write_bytes(b"\xff\xd8\xff another picture")
    else:
        path.unlink()
    return Expected(
        kinds=set_(kind),
        run=run.name,
        files=set_(f"pictures/{path.name}"),
        record=int(path.name[:4]),
    )


def added_picture(root: Path, chance: random.Random) -> Expected | None:
    run = pick(chance, closed(root))
    if run is None:
        return None
    (run / "pictures" / "0002-9-another.jpg").write_bytes(b"\xff\xd8\xff")
    return Expected(kinds=set_("added"), run=run.name, files=set_("pictures/0002-9-another.jpg"))


def stray(root: Path, chance: random.Random) -> Expected | None:
    """A file that no run writes is put beside the records."""
    run = pick(chance, [*closed(root), *removed(root)])
    if run is None:
        return None
    name = chance.choice(("receipt.pdf", "steps.csv", "found-1.json"))
    (run / name).write_bytes(b"as if it had been there")
    return Expected(kinds=set_("added"), run=run.name, files=set_(name))


def removal_altered(root: Path, chance: random.Random) -> Expected | None:
    """A byte of the record that a run was removed: when, why, in which state."""
    run = pick(chance, removed(root))
    if run is None:
        return None
    content = bytearray((run / REMOVAL).read_bytes())
    content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    (run / REMOVAL).write_bytes(bytes(content))
    return Expected(
        kinds=ALTERED | set_("forged", "contradicting checkpoint"),
        run=run.name,
        files=set_(REMOVAL),
        also=set_("run.json", "checkpoint.json"),
    )


def removal_gone(root: Path, chance: random.Random) -> Expected | None:
    """Of a removed run the record of it: all else is missing then, too."""
    run = pick(chance, removed(root))
    if run is None:
        return None
    (run / REMOVAL).unlink()
    return Expected(kinds=set_("missing file"), run=run.name)


def _next_slot(content: list[bytes]) -> dict[str, object]:
    """A leaf of a slot that fits the chain behind these, without a key or a signature."""
    return {
        "number": len(content) + 1,
        "at": json.loads(content[-1])["at"],
        "kind": "slot",
        "previous": digest(content[-1]),
        "task": "daily_round",
        "due": "2026-03-03T06:00:00Z",
        "state": "skipped",
        "why": "the bank was closed",
    }


def replaced_key(root: Path, chance: random.Random) -> Expected | None:
    """Who kept a key that was replaced signs a leaf with it, which fits the chain."""
    path, signer = root / "evidence" / "log.jsonl", _kept_key(root)
    content, heads = lines(path), lines(root / "evidence" / "heads.jsonl")
    if signer is None or not heads or json.loads(heads[-1])["count"] != len(content):
        return None
    leaf = {**_next_slot(content), "key": signer.id}
    leaf["signature"] = signer.sign(signed_leaf(leaf))
    write(path, [*content, canonical(leaf)])
    return Expected(kinds=set_("forged"), files=set_(path.name), record=len(content) + 1)


def replaced_note(root: Path, chance: random.Random) -> Expected | None:
    """With such a key it is signed that a run was removed, or its details deleted; maybe all is."""
    run, signer = pick(chance, closed(root)), _kept_key(root)
    if run is None or signer is None:
        return None
    at, goes = datetime(2027, 1, 4, tzinfo=UTC), chance.random() < 0.5
    if chance.random() < 0.5:
        sign_removal(run, Verdict(run=run.name), "by rule", at, signer)
        if goes:
            let_go(run)
        return Expected(kinds=set_("forged"), run=run.name, files=set_(REMOVAL))
    sign_deletion(run, run.name, "details", "by rule", "x@y", at, signer)
    if goes:
        let_parts_go(run, "details")
    also = set_("details.jsonl")
    return Expected(kinds=set_("forged"), run=run.name, files=set_(NOTES), also=also)


def _kept_key(root: Path) -> Signer | None:
    """The key that somebody kept, if the log says that it was replaced."""
    path = root / "keys" / OLD_KEY
    if not path.exists():
        return None
    key = load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    signer = Signer(key)
    leaves = [json.loads(line) for line in lines(root / "evidence" / "log.jsonl")]
    return signer if any(leaf.get("old") == signer.id for leaf in leaves) else None


def rewrite(root: Path, chance: random.Random) -> Expected | None:
    """Everything recomputed from one record on, as it would fit but for the signatures."""
    run = pick(chance, closed(root))
    if run is None:
        return None
    content = lines(run / "steps.jsonl")
    first = chance.randrange(len(content))
    _recompute(run, first, lambda step: step | {"outcome": "nothing to see"}, once=True)
    # Where of these only the last one is signed, its hash does not say what it named before it:
    # it may be the only one that was altered.
    held = any(first < step < len(content) for step in _signed_steps(root, run))
    return Expected(
        kinds=set_("rewritten" if held else "altered"),
        run=run.name,
        files=set_("steps.jsonl"),
        record=first + 1,
    )


def restamp_one(root: Path, chance: random.Random) -> Expected | None:
    run = pick(chance, closed(root))
    if run is None:
        return None
    content = lines(run / "steps.jsonl")
    place = chance.randrange(len(content))
    content[place] = canonical(_later(json.loads(content[place])))
    write(run / "steps.jsonl", content)
    return Expected(
        kinds=set_("restamped"), run=run.name, files=set_("steps.jsonl"), record=place + 1
    )


def restamp_from(root: Path, chance: random.Random) -> Expected | None:
    run = pick(chance, closed(root))
    if run is None:
        return None
    first = chance.randrange(len(lines(run / "steps.jsonl")))
    _recompute(run, first, _later)
    return Expected(
        kinds=set_("restamped"), run=run.name, files=set_("steps.jsonl"), record=first + 1
    )


def other_checkpoint(root: Path, chance: random.Random) -> Expected | None:
    runs = closed(root)
    if len(runs) < 2:
        return None
    one, other = chance.sample(runs, 2)
    shutil.copyfile(other / "checkpoint.json", one / "checkpoint.json")
    return Expected(
        kinds=set_("contradicting checkpoint"), run=one.name, files=set_("checkpoint.json")
    )


def other_record(root: Path, chance: random.Random) -> Expected | None:
    """A record of another run among those of this one."""
    runs = closed(root)
    if len(runs) < 2:
        return None
    one, other = chance.sample(runs, 2)
    content = lines(one / "steps.jsonl")
    content.insert(chance.randrange(len(content) + 1), chance.choice(lines(other / "steps.jsonl")))
    write(one / "steps.jsonl", content)
    also = set_("anchors.jsonl", "details.jsonl")
    return Expected(kinds=set_("added"), run=one.name, files=set_("steps.jsonl"), also=also)


def cut(root: Path, chance: random.Random) -> Expected | None:
    """The tail of a run that ended is cut; its checkpoint stays."""
    run = pick(chance, closed(root))
    if run is None:
        return None
    kept = chance.randrange(len(lines(run / "steps.jsonl")))
    _cut(run, kept)
    return Expected(
        kinds=set_("truncated"),
        run=run.name,
        files=set_("steps.jsonl"),
        record=kept + 1,
        also=set_("anchors.jsonl"),
    )


def cut_with_checkpoint(root: Path, chance: random.Random) -> Expected | None:
    """A run that ended is made to look as if it had crashed."""
    run = pick(chance, closed(root))
    if run is None:
        return None
    kept = chance.randrange(1, len(lines(run / "steps.jsonl")))
    _cut(run, kept)
    (run / "checkpoint.json").unlink()
    if not _ended(root, run):
        # It died before the log could say that it ended. What is left is byte for byte what a
        # crash behind its last step would have left, once what is half written there goes, too.
        write(root / "evidence" / "log.jsonl", lines(root / "evidence" / "log.jsonl"))
        below = max([*_anchored(run), 0]) > kept
        return Expected(
            kinds=set_("truncated" if below else "unanchored tail"),
            run=run.name,
            files=set_("steps.jsonl"),
            record=kept + 1 if below else 0,
            also=set_("anchors.jsonl", "details.jsonl"),
        )
    return Expected(
        kinds=set_("missing file"),
        run=run.name,
        files=set_("checkpoint.json"),
        also=set_("steps.jsonl", "anchors.jsonl"),
    )


def cut_below_anchor(root: Path, chance: random.Random) -> Expected | None:
    """Of a run that crashed, records that an anchor signs are cut off."""
    for run in crashed(root):
        anchors = lines(run / "anchors.jsonl") if (run / "anchors.jsonl").exists() else []
        steps = [json.loads(line)["step"] for line in anchors]
        if steps and max(steps) > 1:
            kept = chance.randrange(1, max(steps))
            _cut(run, kept)
            return Expected(
                kinds=set_("truncated"),
                run=run.name,
                files=set_("steps.jsonl"),
                record=kept + 1,
                also=set_("anchors.jsonl", "details.jsonl"),
            )
    return None


def cut_above_anchor(root: Path, chance: random.Random) -> Expected | None:
    """Of a run that crashed, records behind the last anchor are cut off: as if it crashed there."""
    for run in crashed(root):
        anchors = lines(run / "anchors.jsonl") if (run / "anchors.jsonl").exists() else []
        covered = max([json.loads(line)["step"] for line in anchors], default=0)
        count = len(lines(run / "steps.jsonl")) if (run / "steps.jsonl").exists() else 0
        if count > covered + 1:
            _cut(run, chance.randrange(covered, count))
            return Expected(
                kinds=set_("unanchored tail"),
                run=run.name,
                files=set_("steps.jsonl"),
                also=set_("anchors.jsonl", "details.jsonl"),
            )
    return None


def cut_log(root: Path, chance: random.Random) -> Expected | None:
    path = root / "evidence" / "log.jsonl"
    content = lines(path)
    kept = chance.randrange(1, len(content))
    write(path, content[:kept])
    return Expected(
        kinds=set_("truncated"), files=set_("log.jsonl"), record=kept + 1, everywhere=True
    )


def cut_heads(root: Path, chance: random.Random) -> Expected | None:
    path = root / "evidence" / "heads.jsonl"
    content = lines(path)
    kept = chance.randrange(1, len(content) - 1)
    write(path, content[:kept])
    return Expected(kinds=set_("truncated"), files=set_("heads.jsonl"))


def rewrite_log(root: Path, chance: random.Random) -> Expected | None:
    """A leaf is altered, and those behind it are made to fit."""
    path = root / "evidence" / "log.jsonl"
    content = [json.loads(line) for line in lines(path)]
    own = [n for n, leaf in enumerate(content) if leaf["kind"] == "ended" and n < len(content) - 1]
    if not own:
        return None
    first = chance.choice(own)
    content[first]["outcome"] = "stopped"
    for place in range(first + 1, len(content)):
        content[place]["previous"] = digest(canonical(content[place - 1]))
    write(path, [canonical(leaf) for leaf in content])
    return Expected(kinds=set_("rewritten"), files=set_("log.jsonl"), record=first + 1)


def rolled_back(root: Path, chance: random.Random) -> Expected | None:
    """The whole folder is put back to an earlier honest state; a copied head remembers more."""
    evidence = root / "evidence"
    heads = [json.loads(line) for line in lines(evidence / "heads.jsonl")]
    leaves = [json.loads(line) for line in lines(evidence / "log.jsonl")]
    begun = [leaf for leaf in leaves if leaf["kind"] == "begun"]
    if len(begun) < 2:
        return None
    copies = root / "copies"
    copies.mkdir()
    (copies / "head.json").write_bytes(canonical(heads[-1]))
    first = begun[-1]["number"]
    gone = begun[-1]["run"]
    shutil.rmtree(evidence / gone, ignore_errors=True)
    write(evidence / "log.jsonl", lines(evidence / "log.jsonl")[: first - 1])
    kept = [head for head in heads if head["count"] < first]
    write(evidence / "heads.jsonl", [canonical(head) for head in kept])
    return Expected(
        kinds=set_("rolled back"),
        files=set_("log.jsonl"),
        record=first,
        everywhere=True,
        copies=copies,
    )


def log_gone(root: Path, chance: random.Random) -> Expected | None:
    """The log of runs and its tree heads are thrown away, or emptied; every run stays."""
    evidence = root / "evidence"
    if not _witnesses(root):
        return None
    emptied = chance.random() < 0.5
    for name in LOG:
        if emptied:
            (evidence / name).write_bytes(b"")
        else:
            (evidence / name).unlink()
    return Expected(
        kinds=set_("truncated" if emptied else "missing file"),
        files=set_("log.jsonl"),
        record=1,
        also=set_(STAMPS),
        everywhere=True,
    )


def log_put_back(root: Path, chance: random.Random) -> Expected | None:
    """The log is put back to an earlier honest state, and the runs that began since stay."""
    evidence = root / "evidence"
    counts = [count for count in _witnesses(root) if count > 1]
    heads = lines(evidence / "heads.jsonl")
    if not counts:
        return None
    kept = chance.randrange(1, max(counts))
    write(evidence / "log.jsonl", lines(evidence / "log.jsonl")[:kept])
    write(evidence / "heads.jsonl", [head for head in heads if json.loads(head)["count"] <= kept])
    return Expected(
        kinds=set_("rolled back", "unanchored tail"),
        files=set_("log.jsonl"),
        record=kept + 1,
        slack=1,
        also=set_(STAMPS, "heads.jsonl"),
        everywhere=True,
    )


def _witnesses(root: Path) -> list[int]:
    """Leaves of the log that runs, each with a step that holds its header's hash, found.

    A run that found no log says nothing of it.
    """
    headers = sorted((root / "evidence").glob("*/run.json"))
    there = [path for path in headers if lines(path.parent / "steps.jsonl")]
    said = [json.loads(path.read_bytes()) for path in there]
    return [header["log"]["count"] for header in said if "log" in header]


def forged_leaf(root: Path, chance: random.Random) -> Expected | None:
    """A leaf that fits the chain is appended by somebody without the key."""
    path = root / "evidence" / "log.jsonl"
    content = lines(path)
    heads = lines(root / "evidence" / "heads.jsonl")
    if not content or not heads or json.loads(heads[-1])["count"] != len(content):
        return None
    leaf = _next_slot(content)
    kind = chance.choice(("added", "forged", "altered"))
    if kind != "added":
        leaf["key"] = json.loads(content[-1])["key"]
        leaf["signature"] = json.loads(content[-1])["signature"]
    if kind == "forged":
        signer = forger()
        leaf["key"] = signer.id
        leaf["signature"] = signer.sign(signed_leaf(leaf))
    write(path, [*content, canonical(leaf)])
    return Expected(kinds=set_(kind), files=set_(path.name), record=len(content) + 1)


def first_leaf(root: Path, chance: random.Random) -> Expected | None:
    """The first leaf of all is altered, and some of those behind it are made to fit."""
    path = root / "evidence" / "log.jsonl"
    content = lines(path)
    if len(content) < 3:
        return None
    changed = {"log": "0123456789abcdef", "machine": "elsewhere", "at": "2026-01-01T00:00:00Z"}
    name = chance.choice(sorted(changed))
    content[0] = canonical(json.loads(content[0]) | {name: changed[name]})
    for place in range(1, chance.randrange(1, len(content))):
        leaf = json.loads(content[place]) | {"previous": digest(content[place - 1])}
        content[place] = canonical(leaf)
    write(path, content)
    return Expected(
        kinds=ALTERED | set_("rewritten"), files=set_(path.name), record=1, everywhere=True
    )


def tail_behind_recovery(root: Path, chance: random.Random) -> Expected | None:
    """A step that fits the chain is put behind those with which a run was found dead."""
    run = pick(chance, recovered(root))
    steps = lines(run / "steps.jsonl") if run is not None else []
    if run is None or not steps or not (run / "steps.jsonl").read_bytes().endswith(b"\n"):
        return None
    step = json.loads(steps[-1])
    step |= {"step": step["step"] + 1, "previous": digest(steps[-1]), "pictures": []}
    write(run / "steps.jsonl", [*steps, canonical(step)])
    # What the run was writing as it died is of a step that now says otherwise.
    left = (run / "pictures").glob(f"{step['step']:04}-*")
    return Expected(
        kinds=set_("unanchored tail"),
        run=run.name,
        files=set_("steps.jsonl"),
        record=step["step"],
        also=set_("details.jsonl", *(f"pictures/{path.name}" for path in left)),
    )


def found_gone(root: Path, chance: random.Random) -> Expected | None:
    """What was signed of a run that was found dead is taken away, or altered."""
    run = pick(chance, recovered(root))
    if run is None:
        return None
    path = chance.choice(sorted(run.glob("found*.json")))
    if chance.random() < 0.5:
        path.unlink()
        kinds = set_("missing file")
    else:
        path.write_bytes(path.read_bytes().replace(b'"anchored":', b'"anchores":'))
        kinds = set_("altered")
    return Expected(kinds=kinds, run=run.name, files=set_(path.name), also=set_("steps.jsonl"))


def recovered(root: Path) -> list[Path]:
    """Runs that were found dead, and have not ended since."""
    found = sorted(path.parent for path in (root / "evidence").glob("*/found.json"))
    return [run for run in found if not (run / "checkpoint.json").exists()]


def details_gone(root: Path, chance: random.Random) -> Expected | None:
    """All details of a run, or those of one step, are taken away, and nobody signs for it."""
    run = pick(chance, closed(root))
    if run is None:
        return None
    path = run / "details.jsonl"
    content = lines(path)
    place = chance.randrange(len(content))
    if chance.random() < 0.5:
        path.unlink()
    else:
        write(path, content[:place] + content[place + 1 :])
    return Expected(
        kinds=set_("missing details"), run=run.name, files=set_(path.name), record=place + 1
    )


def note_altered(root: Path, chance: random.Random) -> Expected | None:
    """A byte of the note that something was deleted: who, when, why."""
    run = pick(chance, deleted(root))
    if run is None:
        return None
    content = bytearray((run / NOTES).read_bytes())
    place = chance.randrange(len(content))
    ended_line = content[place] == 10
    content[place] ^= chance.randrange(1, 256)
    (run / NOTES).write_bytes(bytes(content))
    kinds = ALTERED | set_("forged", "contradicting checkpoint")
    return _of_note(run, kinds | set_("torn") if ended_line else kinds)


def note_gone(root: Path, chance: random.Random) -> Expected | None:
    run = pick(chance, deleted(root))
    if run is None:
        return None
    (run / NOTES).unlink()
    return _of_note(run, set_("missing file"))


def _of_note(run: Path, kinds: frozenset[str]) -> Expected:
    """Without its note what was deleted is missing, and is named as well."""
    steps = [json.loads(line) for line in lines(run / "steps.jsonl")]
    shown = {f"pictures/{one['file']}" for step in steps for one in step["pictures"]}
    also = frozenset(shown | {"details.jsonl"})
    return Expected(kinds=kinds, run=run.name, files=set_(NOTES), also=also)


def stamp_altered(root: Path, chance: random.Random) -> Expected | None:
    """A byte of a kept time stamp, wherever."""
    path = root / "evidence" / STAMPS
    if not lines(path):
        return None
    content = bytearray(path.read_bytes())
    place = chance.randrange(len(content))
    ended_line = content[place] == 10
    number = content[:place].count(b"\n") + 1
    content[place] ^= chance.randrange(1, 256)
    path.write_bytes(bytes(content))
    return Expected(
        kinds=ALTERED | set_("forged") | (set_("torn") if ended_line else set_()),
        files=set_(STAMPS),
        record=number,
        slack=1 if ended_line else 0,
    )


def stamp_of_another(root: Path, chance: random.Random) -> Expected | None:
    """By the holder of our key: one tree head's time stamp is put under another."""
    kept = [json.loads(line) for line in lines(root / "evidence" / STAMPS)]
    if len({one["head"] for one in kept}) < 2:
        return None
    place = chance.randrange(len(kept))
    others = [one["token"] for one in kept if one["head"] != kept[place]["head"]]
    _stamp_anew(root, kept, place, chance.choice(others))
    return Expected(kinds=set_("contradicting checkpoint"), files=set_(STAMPS), record=place + 1)


def stamp_by_stranger(root: Path, chance: random.Random) -> Expected | None:
    """By the holder of our key, over the right tree head, with a clock of his own."""
    kept = [json.loads(line) for line in lines(root / "evidence" / STAMPS)]
    if not kept:
        return None
    place = chance.randrange(len(kept))
    head = lines(root / "evidence" / "heads.jsonl")[kept[place]["head"] - 1]
    builder = TimestampRequestBuilder().data(head).hash_algorithm(HashAlgorithm.SHA256)
    answer = Authority(root / "stranger", "Stranger").stamp(builder.build().as_bytes())
    _stamp_anew(root, kept, place, base64.b64encode(answer).decode())
    return Expected(kinds=set_("forged"), files=set_(STAMPS), record=place + 1, alone=False)


def _stamp_anew(root: Path, kept: list[dict[str, Any]], first: int, token: str) -> None:
    """The chain recomputed and signed with the real key from there on."""
    signer, made = open_signer(root / "keys"), list[bytes]()
    for place, fields in enumerate(kept):
        if place >= first:
            fields["token"] = token if place == first else fields["token"]
            fields |= {"previous": digest(made[-1]) if made else "", "key": signer.id}
            fields["signature"] = signer.sign(signed_stamp(fields))
        made.append(canonical(fields))
    write(root / "evidence" / STAMPS, made)


def _some_chain(
    root: Path, chance: random.Random, least: int, *, details: bool = True
) -> tuple[Path | None, str]:
    found = [(root / "evidence" / name, "") for name in (*LOG, STAMPS)]
    names = CHAINS if details else CHAINS[:2]
    found += [(run / name, run.name) for run in closed(root) for name in names]
    found = [(path, run) for path, run in found if len(lines(path)) >= least]
    chance.shuffle(found)
    # Runs are many and the log is one.
    return found[0] if found else (None, "")


def _cut(run: Path, kept: int) -> None:
    for name in ("steps.jsonl", "details.jsonl"):
        write(run / name, lines(run / name)[:kept])
    for path in (run / "pictures").iterdir():
        if int(path.name[:4]) > kept:
            path.unlink()


def _ended(root: Path, run: Path) -> bool:
    """Whether the log says that a run ended; one that died before it could say so did as well."""
    leaves = [json.loads(line) for line in lines(root / "evidence" / "log.jsonl")]
    return any(leaf["kind"] == "ended" and leaf["run"] == run.name for leaf in leaves)


def _anchored(run: Path) -> list[int]:
    """Steps that its anchors sign."""
    return [json.loads(line)["step"] for line in lines(run / "anchors.jsonl")]


def _signed_steps(root: Path, run: Path) -> set[int]:
    """Steps of a run that ended of which a signature holds the hash."""
    last = len(lines(run / "steps.jsonl"))
    # The log holds the one before the last as well.
    return {*_anchored(run), last} | ({last - 1} if _ended(root, run) else set())


def _recompute(
    run: Path, first: int, change: Callable[[dict[str, Any]], dict[str, Any]], once: bool = False
) -> None:
    content = lines(run / "steps.jsonl")
    for place in range(first, len(content)):
        step = json.loads(content[place])
        if place > first:
            step["previous"] = digest(content[place - 1])
        content[place] = canonical(step if once and place > first else change(step))
    write(run / "steps.jsonl", content)


def _later(step: dict[str, Any]) -> dict[str, Any]:
    """Ninety minutes later, or so it says."""
    hours, minutes = int(step["at"][11:13]), step["at"][13:]
    return step | {"at": f"{step['at'][:11]}{(hours + 2) % 24:02}{minutes}"}


def _signed(kind: str, fields: dict[str, Any], signer: Signer) -> bytes:
    fields = {**fields, "key": signer.id}
    fields.pop("signature", None)
    message = signed_head(fields) if kind == "head" else signed_part(kind, fields)
    return canonical({**fields, "signature": signer.sign(message)})


EDITS: dict[str, Edit] = {
    "a byte flipped": Edit(flip),
    "a byte flipped again": Edit(flip),
    "records swapped": Edit(swap),
    "a record dropped": Edit(drop),
    "a record repeated": Edit(repeat),
    "a run deleted": Edit(delete_run),
    "the tail cut, signed with another key": Edit(cut_and_sign),
    "signed anew with another key": Edit(sign_anew),
    "a picture replaced or taken away": Edit(picture),
    "a picture added": Edit(added_picture),
    "a file added": Edit(stray),
    "a removal's record altered": Edit(removal_altered),
    "a removal's record taken away": Edit(removal_gone),
    "a leaf signed with a key that was replaced": Edit(replaced_key),
    "a note signed with a key that was replaced": Edit(replaced_note),
    "recomputed from one record on": Edit(rewrite),
    "one record restamped": Edit(restamp_one),
    "restamped and recomputed from one record on": Edit(restamp_from),
    "another run's checkpoint": Edit(other_checkpoint),
    "another run's record": Edit(other_record),
    "the tail cut": Edit(cut),
    "made to look crashed": Edit(cut_with_checkpoint),
    "a crashed run cut below its anchor": Edit(cut_below_anchor),
    "a crashed run cut above its anchor": Edit(cut_above_anchor),
    "the log cut": Edit(cut_log, crashes=False),
    "the tree heads cut": Edit(cut_heads, crashes=False),
    "the log recomputed from one leaf on": Edit(rewrite_log),
    "the whole folder rolled back": Edit(rolled_back, crashes=False),
    "the log thrown away": Edit(log_gone),
    "the log put back, and its runs not": Edit(log_put_back),
    "a leaf added without the key": Edit(forged_leaf),
    "the first leaf altered": Edit(first_leaf),
    "a step put behind those found": Edit(tail_behind_recovery),
    "what was signed of a dead run taken away": Edit(found_gone),
    "details taken away without a note": Edit(details_gone),
    "a deletion's note altered": Edit(note_altered),
    "a deletion's note taken away": Edit(note_gone),
    "a time stamp altered": Edit(stamp_altered),
    "another tree head's time stamp": Edit(stamp_of_another),
    "a stranger's time stamp": Edit(stamp_by_stranger),
}
