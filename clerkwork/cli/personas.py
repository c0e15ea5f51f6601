"""Who the people of a segment are, as the commands about journeys tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clerkwork.cli import show

if TYPE_CHECKING:
    from clerkwork.core.segments import Persona, Segments

__all__ = ["described", "levels", "plainly", "table"]


def described(persona: Persona | None) -> str:
    """In a line: name, how much there is to explain, and how much at ease with computers."""
    if persona is None:
        return "nobody"
    return f"{persona.name} (complexity {persona.complexity}, digital {persona.digital} of 5)"


def levels(persona: Persona | None) -> tuple[str, str]:
    """Complexity and digital, each from 1 to 5; a dash where nobody is known."""
    return (str(persona.complexity), str(persona.digital)) if persona else ("-", "-")


def plainly(persona: Persona | None) -> dict[str, Any] | None:
    """The same for a program."""
    if persona is None:
        return None
    return {
        "name": persona.name,
        "does": persona.does,
        "complexity": persona.complexity,
        "digital": persona.digital,
    }


def table(segments: Segments) -> None:
    """Each segment with its people, in the order in which they are asked."""
    if not segments.segments:
        return
    found = [(one, segments.persona_of(one.name)) for one in segments.segments]
    show.say()
    show.table(
        ("segment", "persona", "complexity", "digital", "journey"),
        (
            (one.name, persona.name if persona else "nobody", *levels(persona), one.journey)
            for one, persona in found
        ),
        right=(2, 3),
    )
    show.say("Of the segments that fit a debtor the first counts. Complexity and digital are of 5.")
