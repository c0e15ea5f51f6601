"""A run's evidence: any edit, and anything left out, added or moved, shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.evidence import (
    FORMAT,
    Verdict,
    canonical,
    commitment,
    digest,
    picture_name,
    signed_part,
    well_formed,
)
from clerkwork.core.evidence.check import EvidenceFiles, check
from clerkwork.core.evidence.finding import BadSignature, Kind

RUN = "20260303-090000-daily_round-1f3a"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_ID = digest(KEY.public_key().public_bytes_raw())
PICTURES = {"0002-1-form.jpg": digest(b"form"), "0003-1-receipt.jpg": digest(b"receipt")}


def signed(key: str, message: bytes, signature: str) -> BadSignature | None:
    try:
        KEY.public_key().verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return BadSignature(Kind.ALTERED, "its signature is not valid")
    return None if key == KEY_ID else BadSignature(Kind.ALTERED, "unknown key")


def sealed(kind: str, **fields: object) -> bytes:
    fields["key"] = KEY_ID
    return canonical({**fields, "signature": KEY.sign(signed_part(kind, fields)).hex()})


def a_run(steps: int = 6, *, actions: dict[int, str] | None = None) -> EvidenceFiles:
    """A closed run, written here byte by byte, apart from the adapter that writes real ones."""
    header = canonical(
        {"format": FORMAT, "run": RUN, "task": "daily_round", "began": "", "key": ""}
    )
    lines: list[bytes] = []
    details: list[bytes] = []
    anchors: list[bytes] = []
    head, last_anchor = digest(header), ""
    for number in range(1, steps + 1):
        if number in (2, 5):
            anchors.append(
                sealed(
                    "anchor",
                    number=len(anchors) + 1,
                    at="",
                    run=RUN,
                    step=number - 1,
                    head=head,
                    why="before CW-AAAA",
                    previous=last_anchor,
                )
            )
            last_anchor = digest(anchors[-1])
        salt, pairs = bytes([number]) * 32, [["Debtor", f"1000{number}"], ["Name", "Jan & Zn."]]
        pictures: list[dict[str, str]] = [
            {"label": "p", "file": name, "sha256": sha}
            for name, sha in PICTURES.items()
            if int(name[:4]) == number
        ]
        if number == 4:
            pictures.append({"label": "p", "gap": "Unable to capture screenshot"})
        details.append(canonical({"step": number, "salt": salt.hex(), "details": pairs}))
        lines.append(
            canonical(
                {
                    "step": number,
                    "at": "2026-03-03T08:00:00.000000Z",
                    "run": RUN,
                    "robot": "kantoor_erp",
                    "action": (actions or {}).get(number, "receipt keyed"),
                    "subject": f"CW-{number}",
                    "outcome": "ok",
                    "elapsed": number,
                    "credential": "kantoor_erp.user",
                    "page": "https://erp.example/receipts",
                    "selectors": [
                        {
                            "name": "receipt.paid",
                            "written": "label=Paid",
                            "used": "",
                            "healed": False,
                        }
                    ],
                    "totals": {},
                    "pictures": pictures,
                    "details": commitment(salt, [(a, b) for a, b in pairs]),
                    "anchors": len(anchors),
                    "previous": head,
                }
            )
        )
        head = digest(lines[-1])
    checkpoint = sealed(
        "checkpoint",
        format=FORMAT,
        run=RUN,
        task="daily_round",
        ended="",
        outcome="done",
        figures={"keyed": 3},
        steps=steps,
        head=head,
        anchors=len(anchors),
    )
    return EvidenceFiles(
        header=header,
        steps=whole(lines),
        details=whole(details),
        anchors=whole(anchors),
        checkpoint=checkpoint,
        pictures=PICTURES,
    )


def whole(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def split(content: bytes | None) -> list[bytes]:
    assert content is not None
    return content.splitlines()


def changed(name: str, content: bytes | None) -> EvidenceFiles:
    files: dict[str, Any] = {name: content}
    return replace(SOUND, **files)


def verdict(files: EvidenceFiles) -> Verdict:
    return check(RUN, files, signed)


def said(files: EvidenceFiles) -> str:
    return "\n".join(verdict(files).broken)


SOUND = a_run()
NAMES = ("header", "steps", "details", "anchors", "checkpoint")


def test_a_sound_run_is_sound_and_its_gap_is_named() -> None:
    found = verdict(SOUND)
    assert (found.state, found.problems) == ("sound", ())
    assert (found.steps, found.pictures, found.anchors, found.key) == (6, 2, 2, KEY_ID)
    assert found.notes == ("No picture could be taken in step 4; that was recorded.",)


@given(st.sampled_from(NAMES), st.data())
def test_any_changed_byte_shows(name: str, data: st.DataObject) -> None:
    content = bytearray(getattr(SOUND, name))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert verdict(changed(name, bytes(content))).broken


@given(st.sampled_from(("steps", "anchors", "details")), st.data())
def test_any_line_dropped_doubled_or_moved_shows(name: str, data: st.DataObject) -> None:
    lines = split(getattr(SOUND, name))
    place = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.integers(0, len(lines) - 1).filter(lambda n: n != place))
    swapped = list(lines)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    doubled = [*lines[: place + 1], *lines[place:]]
    dropped = lines[:place] + lines[place + 1 :]
    assert verdict(changed(name, whole(swapped))).broken
    assert verdict(changed(name, whole(doubled))).broken
    assert verdict(changed(name, whole(dropped))).broken


@pytest.mark.parametrize("kept", range(6))
def test_a_cut_below_an_anchor_shows_even_without_a_checkpoint(kept: int) -> None:
    short = replace(
        SOUND,
        steps=whole(split(SOUND.steps)[:kept]),
        details=whole(split(SOUND.details)[:kept]),
        pictures=PICTURES if kept > 2 else {},
        checkpoint=None,
    )
    if kept < 4:
        assert f"steps.jsonl was cut: it ends at step {kept}" in said(short)
    else:
        assert verdict(short).state == "unfinished"


def test_the_edited_step_is_named() -> None:
    lines = split(SOUND.steps)
    lines[2] = lines[2].replace(b"receipt keyed", b"receipt voided")
    assert "step 3 was altered" in said(replace(SOUND, steps=whole(lines)))


def test_a_dropped_step_is_named() -> None:
    lines = split(SOUND.steps)
    assert "steps.jsonl: step 3 is missing" in said(
        replace(SOUND, steps=whole(lines[:2] + lines[3:]))
    )


def test_a_whole_chain_written_anew_does_not_fit_what_was_signed() -> None:
    forged = a_run(actions={3: "nothing to see"})
    words = said(replace(forged, anchors=SOUND.anchors, checkpoint=SOUND.checkpoint))
    assert "steps 2 to 4 were written anew: they fit each other, but not anchor 2" in words
    assert "(before CW-AAAA)" in words


def test_a_forged_checkpoint_shows() -> None:
    fields = json.loads(SOUND.checkpoint or b"")
    fields["figures"]["keyed"] = 4
    assert "checkpoint.json: its signature is not valid" in said(
        replace(SOUND, checkpoint=canonical(fields))
    )


def test_a_run_that_crashed_is_unfinished_and_not_broken() -> None:
    found = verdict(replace(SOUND, checkpoint=None))
    assert found.state == "unfinished"
    assert found.warnings == (
        "checkpoint.json is missing: the run crashed before its end, or it was taken away. "
        "An anchor signs up to step 4. Steps 5 to 6 are signed by nothing.",
    )


def test_what_a_crash_leaves_half_written_is_no_tampering() -> None:
    details = whole(split(a_run(7).details))
    torn = replace(
        SOUND,
        steps=(SOUND.steps or b"") + b'{"action":"rec',
        details=details,
        pictures={**PICTURES, "0007-1-form.jpg": digest(b"late")},
        checkpoint=None,
    )
    found = verdict(torn)
    assert found.broken == ()
    assert "steps.jsonl, line 7: the record breaks off; it was not counted" in found.warnings
    assert "pictures/0007-1-form.jpg: no step names this picture" in found.warnings
    assert verdict(replace(torn, checkpoint=SOUND.checkpoint)).broken


@pytest.mark.parametrize("content", [b"", None])
def test_details_that_are_gone_without_a_signed_note_are_called_just_that(
    content: bytes | None,
) -> None:
    """So are those of evidence from before there were such notes: nobody signed that they went."""
    found = verdict(replace(SOUND, details=content))
    (one,) = found.findings
    assert (one.kind, one.first, one.last) == (Kind.MISSING_DETAILS, 1, 6)
    assert found.broken == (
        "details.jsonl: details of steps 1, 2, 3, 4, 5, 6 are gone without a signed note",
    )


def test_details_of_some_steps_that_are_gone_are_named() -> None:
    lines = split(SOUND.details)
    (one,) = verdict(replace(SOUND, details=whole([*lines[:2], *lines[3:]]))).findings
    assert (one.kind, one.first, one.last) == (Kind.MISSING_DETAILS, 3, 3)


def test_details_that_did_not_come_to_the_disk_before_a_crash_are_no_tampering() -> None:
    lines = split(SOUND.details)
    found = verdict(replace(SOUND, details=whole(lines[:-1]), checkpoint=None))
    assert found.broken == ()
    assert "details.jsonl, line 6: the details of step 6 did not come to the disk" in found.warnings


def test_details_of_another_step_do_not_fit_their_commitment() -> None:
    lines = split(SOUND.details)
    lines[3] = lines[3].replace(b"10004", b"10009")
    assert "details.jsonl, line 4: the details of step 4 are not those that were recorded" in said(
        replace(SOUND, details=whole(lines))
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.pop("0002-1-form.jpg"), "the picture of step 2 is missing"),
        (lambda p: p.update({"0002-1-form.jpg": "0" * 64}), "the picture of step 2 was altered"),
        (lambda p: p.update({"0009-1-x.jpg": "0" * 64}), "no step names this picture"),
    ],
)
def test_pictures_altered_missing_or_added_show(
    change: Callable[[dict[str, str]], object], words: str
) -> None:
    pictures = dict(PICTURES)
    change(pictures)
    assert words in said(replace(SOUND, pictures=pictures))


def test_a_picture_outside_the_folder_is_no_record() -> None:
    lines = split(SOUND.steps)
    lines[1] = lines[1].replace(b"0002-1-form.jpg", b"../../secret.jpg")
    assert "steps.jsonl, line 2: step 2 was altered" in said(replace(SOUND, steps=whole(lines)))


def test_the_evidence_of_another_run_is_told_apart() -> None:
    assert "not of other" in "\n".join(check("other", SOUND, signed).broken)


@pytest.mark.parametrize("name", ["header", "steps", "anchors"])
def test_a_missing_file_is_named(name: str) -> None:
    assert " is missing" in said(changed(name, None))


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Form before submit", "0012-1-form-before-submit.jpg"),
        ("../../etc/passwd", "0012-1-etc-passwd.jpg"),
        ("日本", "0012-1-picture.jpg"),
        ("Überweisung <script>", "0012-1-uberweisung-script.jpg"),
    ],
)
def test_picture_names_are_safe(label: str, name: str) -> None:
    assert picture_name(12, 1, label) == name


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_can_be_written(text: str) -> None:
    assert json.loads(canonical(well_formed(text))) == well_formed(text)
