"""The templates of the pages, everything escaped, with their one style sheet inside."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["CSS", "render"]

_PAGES = Environment(
    loader=PackageLoader("clerkwork.web", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
CSS = _PAGES.get_template("style.css").render()


def render(template: str, **values: object) -> str:
    """A whole page; it needs nothing from elsewhere."""
    return _PAGES.get_template(template).render(css=CSS, **values)
