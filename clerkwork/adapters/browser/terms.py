"""What a page is told once about its portal: how it writes, and what shows that it is busy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clerkwork.core.finders import Entry, PortalSelectors
from clerkwork.core.pictures import Covered, CoveredColumns, PictureRules, covered, shown
from clerkwork.core.portals import Portal

__all__ = ["Terms", "terms_of", "wire"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What every window of a portal needs beside its page."""

    told: Mapping[str, object]
    """As the scripts in the page take it."""
    images: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures to look for (PNG), by the name that a selector gives them."""
    language: str = "en"
    patience: float = 20.0
    """Seconds."""


def terms_of(
    portal: Portal, selectors: PortalSelectors, pictures: PictureRules | None = None
) -> Terms:
    """The terms of a portal with its selectors file."""
    busy = [
        {"frames": list(each.frame), "finders": wire(each.entry, {})} for each in selectors.busy
    ]
    told = {
        "decimal": portal.decimal,
        "dates": portal.dates,
        "busy": busy,
        "masks": _masks(selectors, pictures or PictureRules()),
    }
    return Terms(
        told=told,
        images=selectors.images,
        language=portal.language,
        patience=portal.patience,
    )


def _masks(selectors: PortalSelectors, rules: PictureRules) -> Mapping[str, object]:
    things, tables = covered(selectors)
    seen, seen_tables = shown(selectors)
    return {
        "rules": rules.covering(),
        "known": list(rules.shown),
        "sensitive": [_thing(each) for each in things],
        "tables": [_columns(each) for each in tables],
        "shown": [_thing(each) for each in seen],
        "shownTables": [_columns(each) for each in seen_tables],
    }


def _thing(it: Covered) -> dict[str, object]:
    beside = [wire(each, {}) for each in it.beside]
    place = {"name": it.name, "frames": list(it.frame)}
    return {**place, "finders": wire(it.entry, {}), "beside": beside}


def _columns(it: CoveredColumns) -> dict[str, object]:
    return {
        "name": it.name,
        "frames": list(it.frame),
        "rows": wire(it.rows, {}),
        "columns": [
            {"key": key, "heading": heading, "css": css}
            for key, (heading, css) in it.columns.items()
        ],
        "others": list(it.others),
    }


def wire(entry: Entry, values: Mapping[str, str]) -> list[dict[str, object]]:
    """Finders as `acts.js` takes them; raises `KeyError` for a placeholder without a value."""
    filled = [finder.filled(values) for finder in entry]
    return [
        {
            "kind": f.kind,
            "text": f.text,
            "name": f.name,
            "column": f.column,
            "css": f.css,
            "path": list(f.path),
        }
        for f in filled
    ]
