"""How Kantoor ERP's pages are made: templates, tables, windows-1252, a changed layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import jinja2
from starlette.responses import Response

from clerkwork.demo.kantoor.formats import amount, day

__all__ = ["CHARSET", "Table", "page", "plain_page", "wording"]

CHARSET = "windows-1252"

# What the 'layout' fault calls things: an upgrade over the weekend.
_RENAMED = {
    "Stuknr": "Documentnr",
    "Openstaand": "Saldo",
    "Openstaande posten": "Openstaande facturen",
    "Totaal openstaand": "Saldo totaal",
    "Debiteur": "Klant",
    "Nummer": "Klantnr",
    "Kenmerk": "Referentie",
    "Betaald": "Afgeboekt",
    "Boeken": "Verwerken",
    "Zoeken": "Opvragen",
    "Volgende": "Verder",
    "Vrijgeven": "Akkoord",
}

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_templates.filters.update(bedrag=amount, dag=day)


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of texts; in a changed layout the last column comes first."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[str] = frozenset()
    """Headings of the columns set to the right: amounts."""

    def moved(self) -> Table:
        return Table(
            (self.headings[-1], *self.headings[:-1]),
            [(row[-1], *row[:-1]) for row in self.rows],
            self.right,
        )


def wording(text: str, *, changed: bool) -> str:
    """What the page calls `text`: something else in a changed layout."""
    return _RENAMED.get(text, text) if changed else text


def page(template: str, *, changed: bool = False, **values: object) -> Response:
    """The template as a page; `changed` is the layout fault."""
    text = _templates.get_template(template).render(
        t=lambda text: wording(text, changed=changed), changed=changed, **values
    )
    return _response(text)


def plain_page(title: str, text: str, *, status: int = 200) -> Response:
    """A bare page: one heading, one sentence."""
    body = (
        f"<html><head><title>{escape(title)}</title></head><body>"
        f"<h2>{escape(title)}</h2><p>{escape(text)}</p></body></html>"
    )
    return _response(body, status)


def _response(text: str, status: int = 200) -> Response:
    return Response(
        text.encode(CHARSET, "xmlcharrefreplace"),
        status,
        {"Cache-Control": "no-store"},
        media_type=f"text/html; charset={CHARSET}",
    )
