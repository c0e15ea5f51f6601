"""The templates of this folder, everything escaped, and the QR code to pay with."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from segno import helpers, make_qr

from clerkwork.core.creditor import Creditor, structured
from clerkwork.core.money import Money

__all__ = ["data_uri", "link_qr", "page", "payment_qr", "plain"]

# What goes into a page is escaped; what goes into plain text needs no escaping.
_PAPER = Environment(
    loader=PackageLoader("clerkwork.adapters.letters", "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _whole(text: str, part: str) -> Markup:
    """A text, escaped, with a part of it that no line breaks."""
    kept = Markup('<span style="white-space:nowrap">{}</span>').format(part)
    return escape(text).replace(escape(part), kept) if part else escape(text)


_PAPER.filters["whole"] = _whole


def page(template: str, values: Mapping[str, object]) -> str:
    """An HTML page from a template of this folder."""
    return _PAPER.get_template(template).render(values)


def plain(template: str, values: Mapping[str, object]) -> str:
    """Plain text from a template of this folder."""
    return _PAPER.get_template(template).render(values).strip() + "\n"


def payment_qr(creditor: Creditor, amount: Money, reference: str) -> bytes:
    """The EPC QR code (EPC069-12) of a SEPA transfer as PNG; empty if it is not in euros."""
    if amount.currency != "EUR":
        return b""
    code = structured(reference)
    made = helpers.make_epc_qr(
        name=creditor.name[:70],
        iban=creditor.iban,
        amount=amount.decimal,
        text=None if code else reference,
        reference=code or None,
        bic=creditor.bic or None,
    )
    picture = io.BytesIO()
    made.save(picture, kind="png", scale=5, border=4)
    return picture.getvalue()


def link_qr(link: str) -> bytes:
    """A QR code that opens a page, as PNG."""
    picture = io.BytesIO()
    make_qr(link, error="m").save(picture, kind="png", scale=4, border=3)
    return picture.getvalue()


def data_uri(picture: bytes) -> str:
    """A PNG inside the page itself."""
    return "data:image/png;base64," + base64.b64encode(picture).decode()
