"""Sentences are filled in as Jinja fills them in, though most are never compiled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from clerkwork.adapters.letters.texts import SAMPLE, fill

JINJA = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
PIECES = (
    *("Beste klant,", " ", "\n", "\r\n", "\u00a0", "%", "#", "{", "}", "{{", "}}", "{%", "%}"),
    *("{#", "#}", "{{ total }}", "{{total}}", "{{  count  }}", "{{- total -}}", "{{ nobody }}"),
    *("{{ total|upper }}", "{{\ttotal }}", "{{ 'total' }}", "{{ true }}", "{{ Total }}"),
    *("{% if count > 1 %}", "{% else %}", "{% endif %}", "{# note #}", "{{ total.x }}"),
)


def by_jinja(sentence: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", JINJA.from_string(sentence).render(SAMPLE)).strip()


def sentences(table: object) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict | list):
        for one in table.values() if isinstance(table, dict) else table:
            yield from sentences(one)


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
@settings(max_examples=300, deadline=None)
@example("{{ total }}}")
@example("{{{ total }}")
@example("{{ total }}{")
def test_whatever_a_sentence_is_made_of_it_says_what_jinja_says(sentence: str) -> None:
    try:
        expected = by_jinja(sentence)
    except TemplateError as error:
        with pytest.raises(type(error)):
            fill(sentence, SAMPLE)
    else:
        assert fill(sentence, SAMPLE) == expected


def test_the_sentences_that_come_along_say_what_jinja_says(checkout: Path) -> None:
    found = [
        sentence
        for file in sorted((checkout / "config" / "texts").glob("*.toml"))
        for sentence in sentences(tomllib.loads(file.read_text("utf-8")))
    ]
    assert len(found) > 400
    for sentence in found:
        assert fill(sentence, SAMPLE) == by_jinja(sentence)


def test_a_value_is_never_read_as_a_sentence() -> None:
    assert fill("{{ debtor }}", {**SAMPLE, "debtor": "{{ total }} {% if"}) == "{{ total }} {% if"
