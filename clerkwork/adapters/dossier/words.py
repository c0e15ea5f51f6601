"""The dossier's own words, in the languages that come along."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["LANGUAGES", "words_of"]

LANGUAGES = ("de", "en", "fr", "nl")
"""ISO 639-1."""


@cache
def words_of(language: str) -> Mapping[str, Any]:
    """Name → sentence, or words by name; English where a language has none."""
    known = language if language in LANGUAGES else "en"
    text = files("clerkwork.adapters.dossier").joinpath("words", f"{known}.toml").read_text("utf-8")
    return tomllib.loads(text)
