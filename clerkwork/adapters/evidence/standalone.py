"""Checks one run's evidence with nothing of Clerkwork: Python and `cryptography` alone.

    python standalone.py FOLDER [PUBLIC_KEY.pem]

Take this file and the public key from a place you trust, not from beside the
evidence. Without a key the one beside the evidence is used, and its id is to
be compared with the one you were given. Exit status 0 if the evidence is sound.
Written apart from Clerkwork's own check, so that the two can be compared.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def canonical(value: object) -> bytes:
    """RFC 8785 for text, whole numbers, lists and objects with ASCII names."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def records(path: Path) -> list[tuple[bytes, Any]]:
    """The lines of a file with what they hold; ValueError if one is not canonical."""
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        raise ValueError(f"{path.name}: the last record breaks off")
    found = []
    for place, line in enumerate(content.split(b"\n")[:-1], start=1):
        value = json.loads(line)
        if not isinstance(value, dict) or canonical(value) != line:
            raise ValueError(f"{path.name}, line {place}: not a canonical record")
        found.append((line, value))
    return found


def signature_holds(kind: str, fields: dict[str, Any], key: Ed25519PublicKey) -> bool:
    unsigned = {name: value for name, value in fields.items() if name != "signature"}
    message = f"clerkwork evidence 2 {kind}\n".encode() + canonical(unsigned)
    try:
        key.verify(bytes.fromhex(fields["signature"]), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def examine(folder: Path, key_file: Path | None = None) -> tuple[list[str], str]:
    """What is wrong, and a line on what was checked."""
    key = load_pem_public_key((key_file or folder / "public-key.pem").read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        return ["the public key is not an Ed25519 key"], ""
    try:
        return _examine(folder, key)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"the evidence cannot be read: {error}"], ""


def _examine(folder: Path, key: Ed25519PublicKey) -> tuple[list[str], str]:
    if (folder / "removed.json").exists():
        return _removed(folder, key)
    wrong: list[str] = []
    header = (folder / "run.json").read_bytes()
    run = json.loads(header)["run"]
    steps, anchors = records(folder / "steps.jsonl"), records(folder / "anchors.jsonl")
    heads = [sha256(header)]
    for number, (line, step) in enumerate(steps, start=1):
        if step["step"] != number or step["previous"] != heads[-1] or step["run"] != run:
            wrong.append(f"step {number} does not follow the one before it")
        if step["anchors"] != sum(anchor["step"] < number for _, anchor in anchors):
            wrong.append(f"step {number}: anchors before it were taken out or added")
        heads.append(sha256(line))

    before = ""
    for number, (line, anchor) in enumerate(anchors, start=1):
        if not signature_holds("anchor", anchor, key):
            wrong.append(f"anchor {number}: the signature is not valid")
        if (anchor["number"], anchor["previous"], anchor["run"]) != (number, before, run):
            wrong.append(f"anchor {number} does not follow the one before it")
        if anchor["step"] >= len(heads) or heads[anchor["step"]] != anchor["head"]:
            wrong.append(f"anchor {number}: step {anchor['step']} is not the one it signed")
        before = sha256(line)

    deleted = _details(folder / "details.jsonl", steps, wrong)
    pictures = _pictures(folder / "pictures", steps, wrong)

    checkpoint_file = folder / "checkpoint.json"
    if checkpoint_file.exists():
        content = checkpoint_file.read_bytes()
        checkpoint = json.loads(content)
        if canonical(checkpoint) != content or not signature_holds("checkpoint", checkpoint, key):
            wrong.append("checkpoint.json: the signature is not valid")
        closed = (checkpoint["run"], checkpoint["steps"], checkpoint["head"], checkpoint["anchors"])
        if closed != (run, len(steps), heads[-1], len(anchors)):
            wrong.append("checkpoint.json: the run was closed with other steps or anchors")
    else:
        wrong.append("checkpoint.json is missing: a crash, or taken away")
    counted = f"{len(steps)} steps, {pictures} pictures, {len(anchors)} anchors"
    more = f", details of {deleted} steps deleted" if deleted else ""
    return wrong, f"{counted}{more}; key {sha256(key.public_bytes_raw())}"


def _removed(folder: Path, key: Ed25519PublicKey) -> tuple[list[str], str]:
    """The signed record of a removal holds the hashes of what stays."""
    wrong: list[str] = []
    content = (folder / "removed.json").read_bytes()
    removal = json.loads(content)
    if canonical(removal) != content or not signature_holds("removal", removal, key):
        wrong.append("removed.json: the signature is not valid")
    header = (folder / "run.json").read_bytes()
    if json.loads(header)["run"] != removal["run"]:
        wrong.append("removed.json: it belongs to another run")
    checkpoint = folder / "checkpoint.json"
    kept = {"header": header, "checkpoint": checkpoint.read_bytes() if checkpoint.exists() else b""}
    for name, there in kept.items():
        if removal[name] != (sha256(there) if there else ""):
            wrong.append(f"the {name} is not the one that stood there at the removal")
    day = removal["at"][:10]
    return wrong, f"REMOVED on {day}, {removal['why']}; it was {removal['state']} then"


def _details(path: Path, steps: list[tuple[bytes, Any]], wrong: list[str]) -> int:
    promised = {step["step"]: step["details"] for _, step in steps}
    kept = records(path) if path.exists() else []
    numbers = [detail["step"] for _, detail in kept]
    if numbers != sorted(set(numbers)):
        wrong.append("details.jsonl: details are there twice or out of order")
    for _, detail in kept:
        content = bytes.fromhex(detail["salt"]) + canonical(detail["details"])
        if sha256(content) != promised.get(detail["step"]):
            wrong.append(f"the details of step {detail['step']} are not those that were recorded")
    return len(set(promised) - set(numbers))


def _pictures(folder: Path, steps: list[tuple[bytes, Any]], wrong: list[str]) -> int:
    named = {
        picture["file"]: picture["sha256"]
        for _, step in steps
        for picture in step["pictures"]
        if "file" in picture
    }
    there = {path.name: sha256(path.read_bytes()) for path in folder.iterdir()}
    for name in sorted(named.keys() | there.keys()):
        if named.get(name) != there.get(name):
            wrong.append(f"pictures/{name} is missing, altered, or named by no step")
    return len(named)


def main() -> int:
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 2
    wrong, checked = examine(Path(sys.argv[1]), *map(Path, sys.argv[2:]))
    for words in wrong:
        print(f"- {words}")
    print(f"{'NOT sound' if wrong else 'sound'}: {checked}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
