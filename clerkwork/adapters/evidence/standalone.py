"""Checks evidence with nothing of Clerkwork: Python and `cryptography` alone.

    python standalone.py FOLDER [PUBLIC_KEY.pem ...] [--heads FOLDER] [--since FILE] [--json]

FOLDER is that of one run, or of all evidence with its log of runs; `--heads` is one with copies
of tree heads, `--since` a tree head that you noted, since which the log may only have grown.
Take this file, the public keys and the copies from a place you trust, not from beside the
evidence. Without a key the one beside the evidence is used, which proves nothing against
whoever made both: its id is told, to be compared with the one you were given, and the exit status
is 1. It is 0 if all is sound by a key that you gave.
Of time stamps (RFC 3161) it checks of which tree head each is, and tells the moment that it claims;
who made it is for others to check (`openssl ts -verify`), and it says so.
Written apart from Clerkwork's own check, so that the two can be compared.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import sys
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

Fields = dict[str, Any]
FORMAT = "clerkwork evidence 2"
FORMATS = dict.fromkeys(("head", "key", "leaf", "stamp"), "clerkwork log 1")
FORMATS["export"] = "clerkwork export 2"
LEFT_BY_A_CRASH = ("unanchored tail", "torn")
OWN = {f"{name}.jsonl" for name in ("steps", "details", "anchors", "deleted")}
OWN |= {f"{name}.json" for name in ("run", "checkpoint", "removed", "found")}
OWN |= {"public-key.pem", "index.html", "checkpoint.part"}
"""Files that a run writes into its folder. The last but one shows it to people, and is made of the
others; the last one is what a crash may leave of a checkpoint."""


@dataclass(frozen=True)
class Finding:
    """What is wrong: its kind, and the record; `first` and `last` are numbers of records."""

    kind: str
    file: str
    words: str
    line: int = 0
    first: int = 0
    last: int = 0
    run: str = ""


@dataclass(frozen=True)
class Line:
    place: int
    fields: Fields
    """Empty if it is no canonical record."""
    sha: str
    text: bytes
    number: int = 0
    previous: str = ""


class Report:
    """Findings about one run, or about the log."""

    def __init__(self, run: str = "") -> None:
        self.run, self.found = run, list[Finding]()
        self.stamps = list[tuple[int, str]]()
        self.copies, self.of_others = 0, 0

    def tell(self, kind: str, file: str, words: str, line: int = 0, *records: int) -> None:
        first, last = (min(records), max(records)) if records else (0, 0)
        where = f"{file}, line {line}" if line else file
        self.found.append(Finding(kind, file, f"{where}: {words}", line, first, last, self.run))

    def about(self, file: str, *but: str) -> bool:
        return any(one.file == file and one.kind not in but for one in self.found)


def canonical(value: object) -> bytes:
    """RFC 8785 for text, whole numbers, lists and objects; names sort as UTF-16 there."""
    return json.dumps(_sorted(value), separators=(",", ":"), ensure_ascii=False).encode()


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return {name: _sorted(value[name]) for name in names}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def record_in(text: bytes | None) -> Fields:
    """What canonical bytes hold; empty if they are none."""
    try:
        value = json.loads(text or b"")
        return value if isinstance(value, dict) and canonical(value) == text else {}
    except (ValueError, RecursionError):
        return {}


def content_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def lines_of(content: bytes | None, ordinal: str) -> list[Line]:
    found = []
    for place, text in enumerate((content or b"").split(b"\n")[:-1], start=1):
        fields = record_in(text)
        number, previous = fields.get(ordinal), fields.get("previous", "")
        if type(number) is not int or not isinstance(previous, str):
            fields, number, previous = {}, 0, ""
        found.append(Line(place, fields, sha256(text), text, number, previous))
    return found


def gone_by(leaves: Iterable[Fields], gone: dict[str, int]) -> dict[str, int]:
    """Keys in whose place others came, each with the number of the leaf that says so."""
    for leaf in leaves:
        old, new = str(leaf.get("old")), str(leaf.get("new"))
        # A key that was replaced vouches for none, least of all for itself.
        if leaf.get("kind") == "key" and old not in gone and old != new:
            gone[old] = leaf["number"]
            gone.pop(new, None)
    return gone


REPLACED = "it is signed with a key in whose place another had come"


class Keys:
    def __init__(self, files: Iterable[Path]) -> None:
        self.by_id: dict[str, Ed25519PublicKey] = {}
        for file in files:
            key = load_pem_public_key(file.read_bytes())
            if isinstance(key, Ed25519PublicKey):
                self.by_id[sha256(key.public_bytes_raw())] = key

    def problem(self, kind: str, fields: Fields, said: bytes = b"") -> tuple[str, str]:
        """Kind of finding and words; empty if the signature holds."""
        key = self.by_id.get(str(fields.get("key")))
        if key is None:
            return "forged", "it is signed with a key that is not trusted"
        unsigned = {name: value for name, value in fields.items() if name != "signature"}
        try:
            message = f"{FORMATS.get(kind, FORMAT)} {kind}\n".encode() + (
                said or canonical(unsigned)
            )
            key.verify(bytes.fromhex(str(fields.get("signature"))), message)
        except (InvalidSignature, ValueError):
            return "altered", "its signature is not valid"
        return "", ""


def follow(
    report: Report,
    file: str,
    what: str,
    lines: Sequence[Line],
    signed: dict[int, str],
    count: int = 0,
) -> tuple[dict[int, Line], list[int]]:
    """Hold records against each other and against signed hashes.

    The lines by their number, and which of them are genuine; `count` there were at least.

    From the last one down: the record behind names the hash of the one before it, so whichever
    line has that hash is genuine, and a number without such a line was altered or taken out.
    """
    by_sha: dict[str, list[Line]] = {}
    for line in lines:
        by_sha.setdefault(line.sha, []).append(line)
    numbers = {line.number for line in lines}
    named = {line.previous for line in lines} | set(signed.values())
    least = max([count, *signed])
    top = max(least, len(lines))
    while top > least and top not in numbers:
        top -= 1
    there: dict[int, Line] = {}
    holes, wanted = [], ""
    for number in range(top, 0, -1):
        wanted = signed.get(number, wanted)
        if wanted:
            fit = by_sha.get(wanted, [])
        else:
            fit = [line for line in lines if line.number == number]
            fit.sort(key=lambda line: (line.sha not in named, line.place != number))
        right = [one for one in fit if one.place > 1 and lines[one.place - 2].number == number - 1]
        if fit:
            there[number] = (right if wanted and right else fit)[0]
            wanted = there[number].previous
        else:
            holes.append(number)
            wanted = ""
    used = {line.place for line in there.values()}
    shas = {line.sha for line in there.values()}
    genuine = sorted(there)
    strange = []
    for line in lines:
        if line.place not in used and line.sha in shas:
            report.tell("repeated", file, f"{what} {line.number} again", line.place, line.number)
        elif line.place not in used:
            strange.append(line)
    altered = []
    for number in sorted(holes):
        before, after = there.get(number - 1), there.get(number + 1)
        own = [
            line
            for line in strange
            if line.place - 1 == (before.place if before else number - 1)
            or (after is not None and line.place + 1 == after.place)
        ] or [line for line in strange if line.number == number]
        if own:
            strange.remove(own[0])
            there[number] = own[0]
            altered.append(number)
    for line in strange:
        kind = "added" if line.number else "altered"
        number = line.number or line.place
        report.tell(kind, file, "no such record was written", line.place, number)
    _gaps(report, file, what, [number for number in holes if number not in there], there)
    _rewritten(report, file, what, signed, there, altered)
    order = [number for number, line in sorted(there.items(), key=lambda pair: pair[1].place)]
    moved = [n for n, right_one in zip(order, sorted(order), strict=True) if n != right_one]
    if moved:
        report.tell("reordered", file, f"{what}s {sorted(moved)} are out of order", 0, *moved)
    return there, genuine


def _gaps(
    report: Report, file: str, what: str, gone: Sequence[int], there: dict[int, Line]
) -> None:
    last = max(there, default=0)
    inner, cut = [n for n in gone if n < last], [n for n in gone if n > last]
    for number in sorted(inner):
        report.tell("left out", file, f"{what} {number} is missing", 0, number)
    if cut:
        report.tell("truncated", file, f"it ends at {what} {last} and was cut", 0, *cut)


def _rewritten(
    report: Report,
    file: str,
    what: str,
    signed: dict[int, str],
    there: dict[int, Line],
    altered: Sequence[int],
) -> None:
    """Altered one by one, or from one on so that they fit each other and not what was signed."""

    def fits(number: int) -> bool:
        one, behind = there.get(number), there.get(number + 1)
        return one is not None and behind is not None and behind.previous == one.sha

    good = since = 0
    for number in sorted({*signed, *altered} & there.keys()):
        if number not in altered:
            good, since = (number, 0) if number in signed else (good, since)
            continue
        if since:
            continue
        before = number - 1 in altered and fits(number - 1)
        if number in signed and (fits(number) or before):
            since = good + 1
            words = f"{what}s {since} to {number} were written anew"
            report.tell("rewritten", file, words, 0, since, number)
        elif number in signed and number + 1 in signed and number + 1 in altered and fits(number):
            continue
        else:
            line, first = there[number], number
            alone = number - 1 in signed or number + 1 in there or line.number != number
            words = f"{what} {number} was altered"
            if number in signed and not alone:
                # Only the last one is signed: its hash does not say what it named before it.
                first = min(good + 1, number)
            if first < number:
                words += f", or {what}s {first} to {number} were written anew"
            report.tell("altered", file, words, line.place, first, number)


def moment(text: object) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return 0.0


def restamped(
    report: Report, there: dict[int, Line], anchors: Sequence[Fields], ended: object
) -> None:
    """An altered step whose time fits neither its neighbours nor what was signed was restamped."""
    at = {n: moment(line.fields.get("at")) for n, line in there.items() if line.fields}
    since = {n: line.fields.get("elapsed", 0) for n, line in there.items() if line.fields}

    def odd(number: int) -> bool:
        for one, behind in ((number - 1, number), (number, number + 1)):
            if one in at and behind in at:
                passed = at[behind] - at[one]
                if passed < 0:
                    return True
                if abs(passed - (since[behind] - since[one]) / 1000) > 2:
                    return True
        signed = [(a["step"], moment(a["at"])) for a in anchors]
        late = ended is not None and at.get(number, 0) > moment(ended)
        return late or any(
            at.get(number, when) < when if number > step else at.get(number, when) > when
            for step, when in signed
        )

    for index, one in enumerate(report.found):
        span = range(one.first, one.last + 1) if one.file == "steps.jsonl" else ()
        if one.kind in ("altered", "rewritten") and any(odd(n) for n in span if n in at):
            report.found[index] = Finding(**{**asdict(one), "kind": "restamped"})


def signed_file(
    report: Report, keys: Keys, file: str, kind: str, content: bytes, late: Container[str]
) -> Fields:
    """A signed record in a file of its own, if it is what this run wrote; else empty.

    Keys that are too `late` were replaced, and do not sign it.
    """
    fields = record_in(content)
    problem, words = keys.problem(kind, fields) if fields else ("altered", "not a record")
    # Before the key is too late for this run: of another one it may be genuine.
    if not problem and fields.get("run") != report.run:
        problem, words = "contradicting checkpoint", f"it belongs to run {fields.get('run')}"
    if not problem and fields["key"] in late:
        problem, words = "forged", REPLACED
    if problem:
        report.tell(problem, file, words)
    return {} if problem else fields


@dataclass(frozen=True)
class Around:
    """What is known of the folder in which a run lies."""

    since: str = ""
    """When its log was opened; empty where there is none."""
    gone: dict[str, int] = field(default_factory=dict)
    """Keys in whose place others came, each with the leaf that says so."""
    among_all: bool = False
    """Whether it is that of all evidence, where there has to be a log."""
    details: bool = True
    """Whether details are there; a signed list of an export may say that they were left out."""


def check_run(folder: Path, keys: Keys, said: dict[str, Fields], around: Around) -> Report:
    """One run; `said` is what the log says of it by kind of leaf."""
    report = Report(folder.name)
    files = {path.name: content_of(path) for path in folder.iterdir()}
    header = files.get("run.json")
    if "removed.json" in files:
        _removed(report, keys, files, said, around)
        # Nothing goes before the log says so: until then all of it has to be there, and hold.
        if "begun" not in said or "removed" in said or "steps.jsonl" not in files:
            steps = record_in(files["removed.json"]).get("steps", 0)
            _unknown(report, header, said, around, whole=bool(steps))
            return report
    for kind, name in (("ended", "checkpoint.json"), ("removed", "removed.json")):
        if kind in said and name not in files:
            report.tell("missing file", name, f"the log says that it {kind}")
    finished = "checkpoint.json" in files or "ended" in said
    late = _late(header, said, around)
    checkpoint = Fields()
    if (content := files.get("checkpoint.json")) is not None:
        checkpoint = signed_file(report, keys, "checkpoint.json", "checkpoint", content, late)
        checkpoint = _as_logged(report, "checkpoint.json", content, checkpoint, said, "ended")
    finds = _finds(report, keys, files, said, around)
    steps = _whole(report, "steps.jsonl", files, "step", finished)
    own = _whole(report, "anchors.jsonl", files, "number", finished)
    if header is None and (steps or said or finished):
        report.tell("missing file", "run.json", "it is missing")
    elif header is None:
        report.tell("torn", "run.json", "it died while it began")
    elif record_in(header).get("run") != report.run:
        report.tell("altered", "run.json", "this is not the header of this run")
    anchors = _anchors(report, keys, own, late)
    told = {one.line for one in report.found if one.file == "anchors.jsonl"}
    heads = {anchor["step"]: anchor["head"] for anchor in anchors}
    if (leaf := said.get("ended", {})).get("before") and leaf["steps"] > 1:
        heads.setdefault(leaf["steps"] - 1, leaf["before"])
    for one in (*finds, checkpoint):
        heads |= {one["steps"]: one["head"]} if one and one["steps"] else {}
    begun = said["begun"]["header"] if "begun" in said else heads.get(0, "")
    heads.pop(0, None)
    there, right = follow(report, "steps.jsonl", "step", steps, heads)
    end = checkpoint["steps"] if checkpoint else max(there, default=0)
    genuine = [there[number].fields for number in right if number <= end]
    genuine = [step for step in genuine if step["run"] == report.run]
    if len(genuine) < len(right):
        report.tell("added", "steps.jsonl", "records of another run, or after the end")
    whole = not report.about("steps.jsonl", *LEFT_BY_A_CRASH)
    wanted = max((step["anchors"] for step in genuine if whole), default=0)
    wanted = checkpoint["anchors"] if checkpoint else wanted
    shas = {n: line.sha for line in own for n in [line.number] if line.fields in anchors}
    follow(
        report,
        "anchors.jsonl",
        "anchor",
        [line for line in own if line.place not in told],
        shas,
        0 if told else wanted,
    )
    if not told:
        _unsigned(report, "anchors.jsonl")
    told |= {one.line for one in report.found if one.file == "anchors.jsonl"}
    for line in own:
        if line.sha not in shas.values() and line.place not in told:
            report.tell("altered", "anchors.jsonl", "altered", line.place, line.place)
    restamped(report, there, anchors, checkpoint.get("ended"))
    first = there[1].previous if 1 in right else ""
    if header is not None and (begun or first) not in ("", sha256(header)):
        report.tell("altered", "run.json", "it is not the one with which the run began")
    elif begun and first not in ("", begun):
        # What is signed was written by a run; what is not, by anybody.
        words = "it is of another run, maybe of one of its name elsewhere: so says its run.json"
        report.tell("added" if heads else "altered", "steps.jsonl", words, there[1].place, 1)
    if "begun" in said:
        _of_namesakes(report, begun, own, anchors, checkpoint)
    last = max(there, default=0)
    if checkpoint and len(own) > wanted:
        report.tell("added", "anchors.jsonl", "after the end", 0, wanted + 1, len(own))
    gone = _deleted(report, keys, files.get("deleted.jsonl"), said, around)
    if files.get("details.jsonl") is None and not around.details:
        gone |= {"details"}
    _details(report, files.get("details.jsonl"), genuine, finished, whole, "details" in gone)
    _pictures(report, folder / "pictures", genuine, finished, whole, "pictures" in gone)
    covered = max([one["step"] for one in anchors] + [one["steps"] for one in finds], default=0)
    if not finished and (last > covered or not finds):
        tail = (covered + 1, last) if last > covered else ()
        report.tell("unanchored tail", "steps.jsonl", "nothing signs its end", 0, *tail)
    pem = files.get("public-key.pem")
    named = record_in(header) if not report.about("run.json") else {}
    if pem is not None and named and _id_of(pem) != named.get("key"):
        report.tell("altered", "public-key.pem", "it is not the key that signed")
    _unknown(report, header, said, around, whole=bool(genuine))
    return report


def _late(header: bytes | None, said: dict[str, Fields], around: Around) -> set[str]:
    """Keys that sign no anchor and no checkpoint of a run: replaced before it began with another.

    Its header is the one that the log knows, or says nothing of the key with which it began.
    """
    begun = said.get("begun")
    if begun is None:
        return set()
    known = header is not None and begun["header"] == sha256(header)
    own = record_in(header).get("key") if known else None
    return {key for key, leaf in around.gone.items() if leaf <= begun["number"] and key != own}


def _unknown(
    report: Report,
    header: bytes | None,
    said: dict[str, Fields],
    around: Around,
    *,
    whole: bool,
) -> None:
    """A run that the log does not know; one that died at once, and is not `whole`, may be."""
    named = record_in(header) if not report.about("run.json") else {}
    older = moment(named.get("began")) < moment(around.since) and "log" not in named
    if around.among_all and not around.since and "log" in named:
        report.tell("missing file", "log.jsonl", "it is gone, and the run names it")
    if around.since and "begun" not in said and not report.found and whole and not older:
        report.tell("added", "run.json", "the log does not know this run")


def _of_namesakes(
    report: Report,
    header: str,
    lines: Sequence[Line],
    anchors: Sequence[Fields],
    checkpoint: Fields,
) -> None:
    """What was signed before step 1 of another run of this name: its header is another one."""
    for line in lines:
        if line.fields in anchors and not line.fields["step"] and line.fields["head"] != header:
            words = "it is of another run of this name"
            report.tell("added", "anchors.jsonl", words, line.place, line.number)
    if checkpoint and not checkpoint["steps"] and checkpoint["head"] != header:
        words = "it is of another run of this name"
        report.tell("contradicting checkpoint", "checkpoint.json", words)


def _finds(
    report: Report,
    keys: Keys,
    files: dict[str, bytes | None],
    said: dict[str, Fields],
    around: Around,
) -> list[Fields]:
    """What was signed of a run that was found dead, the first time and, if it woke, each other."""
    logged, held, before = list(said.get("found", {}).values()), list[Fields](), set[str]()
    begun = said.get("begun", {}).get("header")
    numbers = {1: "found.json"} if "found.json" in files else {}
    for name in files:
        number = name.removeprefix("found-").removesuffix(".json")
        if number.isdecimal() and int(number) > 1 and name == f"found-{int(number)}.json":
            numbers[int(number)] = name
    for number in sorted({*numbers, *range(1, len(logged) + 1)}):
        name = numbers.get(number, "found.json" if number == 1 else f"found-{number}.json")
        leaf = logged[number - 1] if number <= len(logged) else None
        content = files.get(name)
        held += [leaf] if leaf else []
        if content is None:
            report.tell("missing file", name, "the log says that it was found dead")
            continue
        sound = signed_file(report, keys, name, "found", content, () if leaf else around.gone)
        if sound and sha256(content) in before:
            report.tell("repeated", name, "it is a copy of one before it")
        elif sound and leaf and leaf["record"] != sha256(content):
            report.tell("contradicting checkpoint", name, "the log of runs holds another one")
        elif sound and not leaf and number > 1 and number - 1 not in numbers:
            report.tell("missing file", f"found-{number - 1}.json", f"{name} came after it")
        elif sound and not leaf and begun and not sound["steps"] and sound["head"] != begun:
            report.tell("contradicting checkpoint", name, "it is of another run of this name")
        elif sound and not leaf:
            held.append(sound)
        before.add(sha256(content))
    return held


def _id_of(pem: bytes) -> str:
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        return ""
    if not isinstance(key, Ed25519PublicKey):
        return ""
    written = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return sha256(key.public_bytes_raw()) if written == pem else ""


def _as_logged(
    report: Report, file: str, content: bytes, fields: Fields, said: dict[str, Fields], kind: str
) -> Fields:
    """The record, unless the log holds another one of this run."""
    leaf = said.get(kind)
    if not fields or leaf is None:
        return fields
    if leaf["checkpoint" if kind == "ended" else "record"] == sha256(content):
        return fields
    report.tell("contradicting checkpoint", file, "the log of runs holds another one")
    return {}


def _whole(
    report: Report, file: str, files: dict[str, bytes | None], ordinal: str, finished: bool
) -> list[Line]:
    content = files.get(file)
    if content is None:
        left = not finished and files.get("run.json") is None
        report.tell("torn" if left else "missing file", file, "it is missing")
    elif content and not content.endswith(b"\n"):
        place = content.count(b"\n") + 1
        report.tell("altered" if finished else "torn", file, "it breaks off", place, place)
    return lines_of(content, ordinal)


def _unsigned(report: Report, file: str) -> None:
    """A line of a signed file that nobody signed like that was altered."""
    for index, one in enumerate(report.found):
        if one.file == file and one.kind == "added":
            changed = {"kind": "altered", "first": one.line, "last": one.line}
            report.found[index] = Finding(**{**asdict(one), **changed})


def _anchors(
    report: Report, keys: Keys, lines: Sequence[Line], late: Container[str]
) -> list[Fields]:
    """Anchors that are what was signed."""
    file, good = "anchors.jsonl", dict[int, Line]()
    for line in lines:
        problem, words = keys.problem("anchor", line.fields) if line.fields else ("", "")
        if not problem and line.fields and line.fields["key"] in late:
            problem, words = "forged", REPLACED
        if not problem and line.fields and line.fields["run"] != report.run:
            problem, words = "added", "it belongs to another run"
        if problem in ("forged", "added"):
            report.tell(problem, file, words, line.place, line.number or line.place)
        elif not problem and line.fields:
            good.setdefault(line.number, line)
    return [line.fields for line in good.values()]


def _deleted(
    report: Report,
    keys: Keys,
    content: bytes | None,
    said: dict[str, Fields],
    around: Around,
) -> set[str]:
    """What was deleted, by a signed note, which the log has to hold where it knows the run."""
    file, leaves = "deleted.jsonl", said.get("deleted", {})
    begun = said.get("begun", {}).get("header")
    if content is None:
        if leaves:
            report.tell("missing file", file, "the log says that something was deleted")
        return set()
    if not content.endswith(b"\n"):
        place = content.count(b"\n") + 1
        report.tell("torn", file, "it breaks off", place, place)
    lines = lines_of(content, "number")
    gone = set()
    for line in chain_of(report, keys, file, "note", "deletion", lines).values():
        if line.fields["run"] != report.run:
            words = f"it belongs to run {line.fields['run']}"
            report.tell("contradicting checkpoint", file, words, line.place, line.number)
        elif begun and line.fields.get("header", begun) != begun:
            words = "it is of another run of this name"
            report.tell("contradicting checkpoint", file, words, line.place, line.number)
        elif line.sha not in leaves and line.fields["key"] in around.gone:
            report.tell("forged", file, REPLACED, line.place, line.number)
        elif line.sha in leaves or "begun" not in said:
            gone.add(str(line.fields["what"]))
    if leaves.keys() - {line.sha for line in lines} and not report.about(file):
        report.tell("contradicting checkpoint", file, "the log holds another note")
    return gone


def _details(
    report: Report,
    content: bytes | None,
    steps: Sequence[Fields],
    finished: bool,
    whole: bool,
    deleted: bool,
) -> None:
    file, seen, before = "details.jsonl", set[int](), 0
    if content and not content.endswith(b"\n"):
        place = content.count(b"\n") + 1
        report.tell("altered" if finished else "torn", file, "it breaks off", place, place)
    promised = {step["step"]: step["details"] for step in steps}
    last = max(promised, default=0)
    for line in lines_of(content, "step"):
        number, fits = line.number, False
        try:
            salt = bytes.fromhex(line.fields["salt"])
            fits = sha256(salt + canonical(line.fields["details"])) == promised.get(number)
        except (KeyError, TypeError, ValueError):
            number = before + 1
        if fits and number in seen:
            report.tell("repeated", file, "it is there twice", line.place, number)
        elif fits and number < before:
            report.tell("reordered", file, "it is out of order", line.place, number)
        elif not fits and line.fields and number not in promised and not whole:
            continue
        elif not fits:
            left = number == last + 1 and not finished and bool(line.fields)
            where = number if number in promised else before + 1
            report.tell("torn" if left else "altered", file, "not as recorded", line.place, where)
        seen.add(number)
        before = max(before, number)
    told = {one.first for one in report.found if one.file == file}
    gone = sorted(promised.keys() - seen - told)
    if gone == [last] and not finished and not deleted:
        report.tell("torn", file, f"those of step {last} did not come to the disk", 0, last)
    elif gone and not deleted:
        words = f"those of steps {gone} are gone without a signed note"
        report.tell("missing details", file, words, 0, *gone)


def _pictures(
    report: Report,
    folder: Path,
    steps: Sequence[Fields],
    finished: bool,
    whole: bool,
    deleted: bool,
) -> None:
    there = {}
    if folder.is_dir():
        there = {path.name: sha256(content_of(path) or b"") for path in folder.iterdir()}
    named = set()
    for step in steps:
        for picture in step["pictures"]:
            name = picture.get("file")
            if name is not None and name not in there and deleted:
                pass
            elif name is not None and name not in there:
                words = f"the picture of step {step['step']} is missing"
                report.tell("missing picture", f"pictures/{name}", words, 0, step["step"])
            elif name is not None and there[name] != picture["sha256"]:
                words = f"the picture of step {step['step']} was altered"
                report.tell("altered", f"pictures/{name}", words, 0, step["step"])
            named.add(name)
    late = f"{max((step['step'] for step in steps), default=0) + 1:04}-"
    numbers = {f"{step['step']:04}" for step in steps}
    for name in sorted(there.keys() - named):
        if not whole and name.partition("-")[0] not in numbers:
            continue
        left = not finished and name.startswith(late)
        report.tell("torn" if left else "added", f"pictures/{name}", "no step names it")


def _removed(
    report: Report,
    keys: Keys,
    files: dict[str, bytes | None],
    said: dict[str, Fields],
    around: Around,
) -> None:
    """The signed record of a removal holds the hashes of what stays."""
    content = files["removed.json"] or b""
    late: Container[str] = () if "removed" in said else around.gone
    removal = signed_file(report, keys, "removed.json", "removal", content, late)
    removal = _as_logged(report, "removed.json", content, removal, said, "removed")
    if "begun" in said and "removed" not in said and "steps.jsonl" not in files:
        report.tell("missing run", "removed.json", "the log does not know this removal")
    for name, file in (("header", "run.json"), ("checkpoint", "checkpoint.json")):
        there = files.get(file)
        if removal and removal[name] != (sha256(there) if there is not None else ""):
            kind = "missing file" if there is None else "altered"
            report.tell(kind, file, "it is not the one that stood there at the removal")


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def roots(leaves: Sequence[bytes]) -> Iterable[str]:
    """The root of RFC 9162 after each leaf."""
    peaks: list[bytes] = []
    for count, text in enumerate(leaves):
        found = hashlib.sha256(b"\0" + text).digest()
        left = count
        while left & 1:
            found, left = node(peaks.pop(), found), left >> 1
        peaks.append(found)
        root = peaks[-1]
        for peak in reversed(peaks[:-1]):
            root = node(peak, root)
        yield root.hex()


def check_log(folder: Path, keys: Keys, copies: Path | None) -> tuple[Report, list[Fields]]:
    """The log of runs in itself, and against copies of its tree heads."""
    report = Report()
    files = {name: content_of(folder / name) for name in ("log.jsonl", "heads.jsonl")}
    none = not any(content is not None for content in files.values())
    leaves, lines = (lines_of(content, "number") for content in files.values())
    for name, content in files.items():
        if content is None:
            # With neither there was none yet: the evidence is older, or its first run died at once.
            if not none:
                opening = name == "heads.jsonl" and len(leaves) < 2
                report.tell("torn" if opening else "missing file", name, "it is missing")
        elif content and not content.endswith(b"\n"):
            place = content.count(b"\n") + 1
            report.tell("torn", name, "it breaks off", place, place)
    if files["heads.jsonl"] == b"" and not files["log.jsonl"]:
        report.tell("truncated", "log.jsonl", "it was emptied, as its tree heads were", 0, 1)
    good = chain_of(report, keys, "heads.jsonl", "tree head", "head", lines)
    heads = [good[number].fields for number in sorted(good)]
    last = max((head["count"] for head in heads), default=0)
    all_roots = list(roots([line.text for line in leaves]))
    sure = 0
    for head in heads:
        if head["count"] > len(leaves) or all_roots[head["count"] - 1] != head["root"]:
            break
        sure = head["count"]
    known = {sure: leaves[sure - 1].sha} if sure else {}
    count = last if files["log.jsonl"] is not None else 0
    follow(report, "log.jsonl", "leaf", leaves, known, count)
    of = {head["count"]: head for head in heads}
    for index, one in enumerate(report.found):
        at = leaves[one.last - 1].fields.get("at") if 0 < one.last <= len(leaves) else None
        stamped = of.get(one.last, {"at": at})["at"]
        if one.file == "log.jsonl" and one.kind == "altered" and at and stamped != at:
            report.found[index] = Finding(**{**asdict(one), "kind": "restamped"})
    sound = min((one.first for one in report.found if one.file == "log.jsonl"), default=10**12)
    before = 0
    for count in sorted(of):
        if count >= sound or count > len(leaves):
            break
        if all_roots[count - 1] != of[count]["root"]:
            kind = "altered" if count == last else "rewritten"
            if leaves[count - 1].fields.get("at") != of[count]["at"]:
                kind = "restamped"
            report.tell(kind, "log.jsonl", "not what was signed", before + 1, before + 1, last)
            break
        before = count
    held = [line for line in leaves if not _rotation(report, keys, line)]
    end = _strangers(report, keys, leaves, last, _late_leaves(held))
    if end == last + 1:
        report.tell("unanchored tail", "log.jsonl", "signed by no tree head", 0, end)
    elif end > last and not any(
        one.file == "heads.jsonl" and one.kind not in LEFT_BY_A_CRASH for one in report.found
    ):
        report.tell("truncated", "heads.jsonl", "it was cut", 0, last + 1)
    replaced = gone_by((line.fields for line in held), {})
    for head in heads:
        if head["count"] >= replaced.get(head["key"], head["count"] + 1):
            number = head["number"]
            report.tell("forged", "heads.jsonl", REPLACED, number, number)
    _stamps(report, keys, content_of(folder / "stamps.jsonl"), good, replaced)
    own = (heads or [leaf.fields for leaf in leaves] or [Fields()])[0].get("log")
    for path in sorted(copies.rglob("*.json")) if copies else ():
        _copy(report, keys, path, own, all_roots)
    if not report.about("log.jsonl", *LEFT_BY_A_CRASH):
        _witnesses(report, folder, own, all_roots)
    return report, [line.fields for line in leaves if line.fields]


def chain_of(
    report: Report, keys: Keys, file: str, what: str, kind: str, lines: Sequence[Line]
) -> dict[int, Line]:
    """By number the lines of a file in which each is signed, as far as they are what was signed."""
    good: dict[int, Line] = {}
    forged = set()
    for line in lines:
        problem, words = keys.problem(kind, line.fields) if line.fields else ("", "")
        if problem == "forged":
            forged.add(line.sha)
            report.tell("forged", file, words, line.place, line.number)
        elif not problem and line.fields:
            good.setdefault(line.number, line)
    signed = {number: line.sha for number, line in good.items()}
    follow(report, file, what, lines, signed)
    _unsigned(report, file)
    unsigned = lines and lines[-1].sha not in {*signed.values(), *forged}
    if unsigned and not report.about(file):
        report.tell("altered", file, "it was altered", len(lines), len(lines))
    return good


def _stamps(
    report: Report,
    keys: Keys,
    content: bytes | None,
    heads: dict[int, Line],
    gone: dict[str, int],
) -> None:
    """Time stamps: each is signed as the tree heads are, and its token is of the head it names."""
    file = "stamps.jsonl"
    if content and not content.endswith(b"\n"):
        place = content.count(b"\n") + 1
        report.tell("torn", file, "it breaks off", place, place)
    whole = not report.about("heads.jsonl")
    by_sha = {line.sha: number for number, line in heads.items()}
    newest = 0.0
    kept = chain_of(report, keys, file, "time stamp", "stamp", lines_of(content, "number"))
    for number, line in sorted(kept.items()):
        wanted, sha = line.fields["head"], line.fields["sha256"]
        # No key signs for a head over its own rotation, nor behind one that came after it.
        until = gone.get(line.fields["key"], math.inf)
        if until < newest or (wanted in heads and until <= heads[wanted].fields["count"]):
            report.tell("forged", file, REPLACED, line.place, number)
            continue
        newest = until
        try:
            imprint, at = token_in(base64.b64decode(line.fields["token"], validate=True))
        except (ValueError, IndexError):
            report.tell("altered", file, "this is no time stamp", line.place, number)
            continue
        if imprint != sha:
            other = by_sha.get(imprint, "none that is known")
            words = f"its token is of tree head {other}, not of {wanted}"
            report.tell("contradicting checkpoint", file, words, line.place, number)
        elif (there := heads[wanted].sha if wanted in heads else "") != sha and (whole or there):
            words = f"tree head {wanted} is not the one that was stamped on {at}"
            report.tell("rolled back", file, words, line.place, number)
        else:
            report.stamps.append((wanted, at))


def der(content: bytes, place: int = 0) -> tuple[int, bytes, int]:
    """Tag and content of the DER value at a place, and where the next one begins."""
    tag, length, start = content[place], content[place + 1], place + 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(content[place + 2 : start], "big")
    if start + length > len(content):
        raise ValueError("it breaks off")
    return tag, content[start : start + length], start + length


def parts_of(content: bytes) -> list[tuple[int, bytes]]:
    found, place = [], 0
    while place < len(content):
        tag, value, place = der(content, place)
        found.append((tag, value))
    return found


def token_in(answer: bytes) -> tuple[str, str]:
    """SHA-256 that a time stamp is of, and the moment it claims; its signature is not looked at."""
    content_info = parts_of(der(answer)[1])[1][1]
    signed_data = parts_of(der(parts_of(content_info)[1][1])[1])
    eci = parts_of(signed_data[2][1])
    info = parts_of(der(der(eci[1][1])[1])[1])
    algorithm, hashed = parts_of(info[2][1])
    if parts_of(algorithm[1])[0][1].hex() != "608648016503040201":
        raise ValueError("it is not of a SHA-256")
    at = next(value for tag, value in info[3:] if tag == 0x18).decode().rstrip("Z")
    day, time = at[:8], at[8:]
    moment_ = f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]} UTC"
    return hashed[1].hex(), moment_


def _rotation(report: Report, keys: Keys, line: Line) -> bool:
    """Whether it is that of a new key that is not signed by the one before it, and by itself."""
    if line.fields.get("kind") != "key":
        return False
    forged = False
    named = {name: line.fields.get(name) for name in ("old", "new", "public")}
    for key, signature in (("old", "by_old"), ("new", "by_new")):
        signed = {**named, "key": named[key], "signature": line.fields.get(signature)}
        problem, words = keys.problem("key", signed, canonical(named))
        if problem:
            report.tell("forged", "log.jsonl", f"{key} key: {words}", line.place, line.number)
            forged = True
    return forged


def _late_leaves(leaves: Sequence[Line]) -> set[int]:
    """Places of leaves that are signed with a key that an earlier one says was replaced."""
    gone, found = dict[str, int](), set[int]()
    for line in leaves:
        gone_by([line.fields], gone)
        if str(line.fields.get("key")) in gone:
            found.add(line.place)
    return found


def _strangers(
    report: Report, keys: Keys, leaves: Sequence[Line], last: int, late: set[int]
) -> int:
    """Leaves behind those under a tree head: each signs itself; how many there are that do."""
    told = {one.first for one in report.found if one.file == "log.jsonl"}
    for line in leaves[:last]:
        if line.place in late and line.place not in told:
            report.tell("forged", "log.jsonl", REPLACED, line.place, line.number)
    signed = any("signature" in line.fields for line in leaves[:last])
    strange = []
    for line in leaves[last:]:
        if not line.fields or line.place in told:
            continue
        problem, words = "", ""
        if "signature" in line.fields:
            problem, words = keys.problem("leaf", line.fields)
            if not problem and line.place in late:
                problem, words = "forged", REPLACED
        elif signed:
            problem, words = "added", "it is signed by nothing"
        signed = signed or "signature" in line.fields
        if problem:
            report.tell(problem, "log.jsonl", words, line.place, line.number)
            strange.append(line.place)
    return strange[0] - 1 if strange else len(leaves)


def _witnesses(report: Report, folder: Path, name: object, all_roots: Sequence[str]) -> None:
    """Each run names, in its header, the tree head that it found: the log has to bear that out."""
    said = []
    for path in sorted(folder.iterdir()):
        header = content_of(path / "run.json") or b""
        step = (content_of(path / "steps.jsonl") or b"").partition(b"\n")[0]
        ended = record_in(content_of(path / "checkpoint.json"))
        bound = record_in(step).get("previous") or ended.get("head")
        log = record_in(header).get("log")
        if (
            isinstance(log, dict)
            and bound == sha256(header)
            and type(log.get("count")) is int
            and log["count"] > 0
        ):
            said.append((log["count"], path.name, log))
    # The one that knew most tells most of a log that is gone, the one that knew least of another.
    for count, run, log in sorted(said, key=lambda one: one[0], reverse=not all_roots):
        words = f"run {run} found {count} leaves of log {log.get('log')} when it began"
        if not all_roots:
            kind = "truncated" if (folder / "log.jsonl").exists() else "missing file"
            report.tell(kind, "log.jsonl", f"it is gone: {words}", 0, 1, count)
            return
        if count > len(all_roots) or all_roots[count - 1] != log.get("root"):
            first = len(all_roots) + 1 if count > len(all_roots) and log.get("log") == name else 1
            report.tell("rolled back", "log.jsonl", words, 0, first, count)
            return


def _copy(report: Report, keys: Keys, path: Path, name: object, all_roots: Sequence[str]) -> None:
    head = record_in((content_of(path) or b"").strip())
    problem, words = keys.problem("head", head) if head else ("altered", "it is no tree head")
    of_another = not problem and bool(all_roots) and head["log"] != name
    report.copies += not of_another
    report.of_others += of_another
    if problem:
        report.tell(problem, path.name, words)
    elif not of_another:
        count = head["count"]
        if count > len(all_roots) or all_roots[count - 1] != head["root"]:
            report.tell("rolled back", "log.jsonl", f"{path.name} says otherwise", 0, 1, count)


def grown(report: Report, folder: Path, keys: Keys, noted: Path) -> str:
    """Whether the log holds, in their places, all leaves that it held then; in words if it does."""
    head = record_in((content_of(noted) or b"").strip())
    problem, words = keys.problem("head", head) if head else ("altered", "it is no tree head")
    if problem:
        report.tell(problem, noted.name, words)
        return ""
    lines = lines_of(content_of(folder / "heads.jsonl"), "number")
    name = lines[0].fields.get("log") if lines else None
    leaves = lines_of(content_of(folder / "log.jsonl"), "number")
    all_roots = list(roots([leaf.text for leaf in leaves]))
    count, last = head["count"], len(all_roots)
    if head["log"] != name:
        words = f"{noted.name} is of log {head['log']}, and this is {name}"
    elif count > last:
        words = f"it has {last} leaves, and {noted.name} was signed over {count}"
    elif all_roots[count - 1] != head["root"]:
        words = f"its first {count} leaves are not those over which {noted.name} was signed"
    else:
        return f"; the log only grew since {noted.name}, from {count} leaves to {last}"
    report.tell("rolled back", "log.jsonl", words, 0, 1, count)
    return ""


def examine_folder(folder: Path, keys: Keys, copies: Path | None = None) -> list[Finding]:
    """All findings of a folder of evidence."""
    return _all_of(folder, keys, copies)[0]


def _all_of(folder: Path, keys: Keys, copies: Path | None) -> tuple[list[Finding], str]:
    """The same, and what was checked, in words."""
    report, leaves = check_log(folder, keys, copies)
    said: dict[str, dict[str, Fields]] = {}
    for leaf in leaves:
        kind = leaf.get("kind", "deleted")
        if kind in ("deleted", "found") and {"run", "record"} <= leaf.keys():
            kept = said.setdefault(leaf["run"], {}).setdefault(kind, {})
            kept[leaf["record"]] = leaf
        elif "run" in leaf and kind not in ("deleted", "found"):
            said.setdefault(leaf["run"], {})[kind] = leaf
    gone = gone_by(leaves, {})
    export = export_of(report, folder, keys, gone)
    found = list(report.found)
    names = {path.name for path in folder.iterdir() if path.is_dir()}
    since = str(leaves[0].get("at")) if leaves else ""
    around = Around(since, gone, among_all=True, details=export.get("details", True))
    for run in sorted(names | set(export.get("runs", said))):
        if run in names:
            found += _one(folder / run, keys, said.get(run, {}), around)
        else:
            words = "the log, or the export, says that it was here"
            found.append(Finding("missing run", run, f"{run}: {words}", run=run))
    found += _unlisted(folder, export, found)
    told = ""
    if report.stamps:
        head, at = max(report.stamps)
        told = f"; {len(report.stamps)} time stamps, the last one of tree head {head} on {at}"
        told += " (by whom is not checked here; `openssl ts -verify` does)"
    if copies:
        told += f"; {report.copies} copies of tree heads compared"
    if report.of_others:
        told += f"; {report.of_others} are of other logs than this one"
    count = len(names | said.keys())
    if not export:
        return found, f"{count} runs and their log{told}"
    left = "" if export["details"] else "; their details were left out of it"
    return (
        found,
        f"{len(export['runs'])} of the {count} runs of the log are in this export{left}{told}",
    )


def export_of(report: Report, folder: Path, keys: Keys, gone: Container[str]) -> Fields:
    """What an export says of itself, if that was signed; empty for a folder of all evidence.

    Without it each run of the log has to be here.
    """
    file = "export.json"
    content = content_of(folder / file)
    if content is None:
        return {}
    listed = record_in(content)
    if "signature" not in listed:
        report.tell("altered", file, "it is not signed; which runs were exported nobody can tell")
        return {}
    problem, words = keys.problem("export", listed)
    if not problem and listed["key"] in gone:
        problem, words = "forged", REPLACED
    if problem:
        report.tell(problem, file, words)
    return {} if problem else listed


def _unlisted(folder: Path, export: Fields, found: Sequence[Finding]) -> list[Finding]:
    """Files that are not as the signed list of an export has them, and of which nothing is told."""
    told = {(one.run, one.file) for one in found}
    gone = {one.run for one in found if one.kind == "missing run"}
    more = []
    listed: dict[str, str] = export.get("files", {})
    there = {
        path.relative_to(folder).as_posix()
        for path in (folder.rglob("*") if listed else ())
        if path.is_file() and not path.name.startswith(".")
    }
    for name in sorted({*listed, *there} - {"export.json"}):
        run, _, file = name.partition("/") if "/" in name else ("", "", name)
        kind = "missing file" if name not in there else "added" if name not in listed else ""
        if not kind and sha256(content_of(folder / name) or b"") != listed[name]:
            kind = "altered"
        if kind and (run, file) not in told and run not in gone:
            words = f"{file}: it is not as the signed list of the export has it"
            more.append(Finding(kind, file, words, run=run))
    return more


def _one(folder: Path, keys: Keys, said: dict[str, Fields], around: Around) -> list[Finding]:
    try:
        report = check_run(folder, keys, said, around)
        _strays(report, folder)
        return report.found
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        words = f"it cannot be read: {error!r}"
        return [Finding("altered", folder.name, words, run=folder.name)]


def _strays(report: Report, folder: Path) -> None:
    """What no run writes into its folder: nothing holds its hash."""
    for path in sorted(folder.iterdir()):
        name = path.name
        number = name.removeprefix("found-").removesuffix(".json")
        again = (
            number.isascii()
            and number.isdecimal()
            and name == f"found-{number}.json"
            and number[0] != "0"
        )
        half = name.startswith(".") or name in OWN
        own = name == "pictures" if path.is_dir() else half or (again and number != "1")
        if not own:
            report.tell("added", name, "no run writes this, and nothing signs it")


def examine(folder: Path, key_file: Path | None = None) -> tuple[list[Finding], str]:
    """What is wrong with one run or with all, and a line on what was checked."""
    whole = _of_all(folder)
    beside = sorted(folder.glob("*/public-key.pem")) if whole else [folder / "public-key.pem"]
    keys = Keys([key_file] if key_file else [path for path in beside if path.exists()])
    return _examined(folder, keys, None)


def _of_all(folder: Path) -> bool:
    """Whether it is the folder of all evidence, and not that of one run."""
    return (folder / "log.jsonl").exists() or not any(
        (folder / name).exists() for name in ("run.json", "removed.json", "steps.jsonl")
    )


def _examined(folder: Path, keys: Keys, copies: Path | None) -> tuple[list[Finding], str]:
    ids = ", ".join(sorted(keys.by_id))
    if _of_all(folder):
        found, checked = _all_of(folder, keys, copies)
        return found, f"{checked}; key {ids}"
    # Alone out of an export, maybe.
    export = export_of(Report(), folder.parent, keys, ())
    found = _one(folder, keys, {}, Around(details=export.get("details", True)))
    steps = lines_of(content_of(folder / "steps.jsonl"), "step")
    anchors = lines_of(content_of(folder / "anchors.jsonl"), "number")
    pictures = sum("file" in p for line in steps for p in line.fields.get("pictures", ()))
    removal = record_in(content_of(folder / "removed.json"))
    if removal:
        day, why = str(removal.get("at"))[:10], removal.get("why")
        return found, f"REMOVED on {day}, {why}; it was {removal.get('state')} then"
    kept = lines_of(content_of(folder / "details.jsonl"), "step")
    gone = len(steps) - len({line.number for line in kept})
    more = f", details of {gone} steps deleted" if gone > 0 else ""
    counted = f"{len(steps)} steps, {pictures} pictures, {len(anchors)} anchors{more}"
    return found, f"{counted}; key {ids}"


def main(words: Sequence[str]) -> int:
    options = [word for word in words if word.startswith("--")]
    named = {word: Path(value) for word, value in pairwise(words) if word in ("--heads", "--since")}
    heads, since = named.get("--heads"), named.get("--since")
    given = [Path(word) for word in words if not word.startswith("--")]
    given = [path for path in given if path not in named.values()]
    alone = bool(given) and since is not None and not _of_all(given[0])
    if not given or alone or set(options) - {"--heads", "--since", "--json"}:
        print(__doc__)
        return 2
    keys = Keys(given[1:] or sorted(given[0].rglob("public-key.pem")))
    found, checked = _examined(given[0], keys, heads)
    if since is not None:
        report = Report()
        checked += grown(report, given[0], keys, since)
        found += report.found
    trusted = bool(given[1:])
    sound = trusted and not found
    if "--json" in options:
        told = {"sound": sound, "trusted": trusted, "findings": [asdict(one) for one in found]}
        print(json.dumps(told))
    else:
        for one in found:
            print(f"- {one.run + ': ' if one.run else ''}[{one.kind}] {one.words}")
        print(f"{'sound' if sound else 'NOT sound' if found else 'NOT proved'}: {checked}")
        if not trusted:
            print("No key was given: those that lie beside the evidence prove nothing against")
            print("whoever made both. Compare the ids with yours, and give its file")
    return 0 if sound else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
