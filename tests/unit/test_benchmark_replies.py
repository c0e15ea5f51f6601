"""What is held out of the reading of replies shares no template with what it learnt from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import replies
from benchmarks._replies_overlap import LIKE, overlaps
from clerkwork.adapters.replies import shipped

TEMPLATE = (
    "Dear {0},\n\nThank you for your message of {1}. We transferred {2} to your account on {3}, "
    "with the number of the invoice in the description, so please look again.\n\n{4}"
)
ANN = TEMPLATE.format("Ann", "3 March", "EUR 1,250.50", "2026-03-06", "Bram de Boer")
LIZ = TEMPLATE.format("Mr Okonjo", "12 May", "89 euro", "Friday", "liz@home.example")
OTHERS = (
    "Ik begrijp niet waarom u mij weer schrijft, want dit had uw collega vorige week al opgelost.",
    "Betaald.",
)


def test_what_is_put_into_a_template_hides_it_not() -> None:
    likest, other = overlaps([OTHERS[0], LIZ], [*OTHERS[1:], ANN])
    assert (likest.held_out, likest.example) == (1, 1)
    assert likest.share > 0.9
    assert other.share == 0


def test_what_is_too_short_to_tell_is_left_out() -> None:
    assert overlaps(["Betaald."], ["Betaald."]) == []


def test_the_held_out_replies_share_no_template_with_the_examples() -> None:
    held_out = [reply.text for reply in replies.held_out(replies.HELD_OUT)]
    assert len(held_out) >= 600
    found = overlaps(held_out, [example.text for example in shipped()])
    assert len(found) >= 600
    assert sum(one.share >= LIKE for one in found) <= replies.MOST_ALIKE * len(found)
    assert sum(one.share for one in found) / len(found) < 0.05


def test_without_the_held_out_replies_it_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replies.main(["--quick", "--file", str(tmp_path / "none.jsonl")]) == 1
    told = capsys.readouterr()
    assert "there are no held-out replies" in told.err
    assert told.out == ""


def test_replies_made_as_the_examples_are_are_not_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "made.jsonl"
    rows = [
        {"language": e.language, "label": e.label.value, "subject": e.subject, "text": e.text}
        for e in list(shipped())[:60]
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert replies.main(["--quick", "--file", str(file)]) == 1
    assert "made as the examples are" in capsys.readouterr().err
