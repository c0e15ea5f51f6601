"""Which other hosts a portal's pages may ask."""

from __future__ import annotations

import pytest

from clerkwork.core.portals import Portal


@pytest.mark.parametrize(
    ("declared", "host", "may"),
    [
        ((), "cdn.acme.example", False),
        (("cdn.acme.example",), "cdn.acme.example", True),
        (("cdn.acme.example",), "evil-cdn.acme.example", False),
        (("cdn.acme.example",), "cdn.acme.example.evil.example", False),
        (("*.acme.example",), "a.b.acme.example", True),
        (("*.acme.example",), "acme.example", False),
        (("*.acme.example",), "evilacme.example", False),
        (("*",), "anything.example", True),
    ],
)
def test_a_host_is_asked_only_where_it_is_declared(
    declared: tuple[str, ...], host: str, may: bool
) -> None:
    portal = Portal(name="acme_erp", address="https://erp.acme.example/", hosts=declared)
    assert portal.may_ask(host) is may
