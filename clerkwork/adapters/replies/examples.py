"""The labelled examples that are shipped: invented replies in the voices of invented debtors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from clerkwork.core.replies.reply import Label

__all__ = ["Example", "shipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    language: str
    """'nl' or 'en'."""
    label: Label
    voice: str
    """Who is speaking: what one voice says stays on one side when examples are divided."""
    subject: str
    text: str


def shipped() -> Iterator[Example]:
    """All examples, in the order of their files: the model comes out the same each time."""
    folder = files("clerkwork.adapters.replies").joinpath("examples")
    for language in ("en", "nl"):
        lines = folder.joinpath(f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
        for line in lines:
            fields = json.loads(line)
            yield Example(
                language=fields["language"],
                label=Label(fields["label"]),
                voice=fields["voice"],
                subject=fields["subject"],
                text=fields["text"],
            )
