"""Debtors' own payment pages: the links of their messages, and what the pages work with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

from clerkwork.adapters.dispute_files import DisputeFiles
from clerkwork.app.office import Office
from clerkwork.app.pay import Till
from clerkwork.bootstrap.secrets import made_key
from clerkwork.core.creditor import has_own_page, payment_link, wishes_link
from clerkwork.core.journeys import Journey, Plan
from clerkwork.core.messages import Message
from clerkwork.core.money import Money
from clerkwork.core.paying import WISHES, PayLink, sign_link
from clerkwork.errors import BusinessError, ConfigError
from clerkwork.ports import PayLinks, Vault
from clerkwork.workspace import Workspace

__all__ = [
    "declining_for",
    "link_to",
    "link_token",
    "revoke_links",
    "till_of",
    "token_for",
]

_KEY = "clerkwork.links"
"""Also that of approval links and Message-IDs: what is sealed begins with its purpose."""


def token_for(place: Workspace, vault: Vault, links: PayLinks) -> Callable[[Plan], str]:
    """What signs the link in a message; the key is made when the first is signed."""
    key = cache(lambda: made_key(place, vault, _KEY))

    def token(plan: Plan) -> str:
        if not has_own_page(place.config.creditor):
            return ""
        number = plan.debtor.number
        link = PayLink(debtor=number, issued=plan.today, turn=links.turn(number))
        return sign_link(link, key())

    return token


def link_token(place: Workspace, office: Office, number: str) -> str:
    """What opens a debtor's own page, as of today; empty where there are no such pages."""
    if not has_own_page(place.config.creditor):
        return ""
    turn = office.pay_links.turn(number)
    link = PayLink(debtor=number, issued=office.clock.today(), turn=turn)
    return sign_link(link, made_key(place, office.vault, _KEY))


def declining_for(place: Workspace, vault: Vault, links: PayLinks) -> Callable[[Message], str]:
    """Where a debtor declines messages such as one; empty for all but those before the due date."""
    creditor, key = place.config.creditor, cache(lambda: made_key(place, vault, _KEY))
    early = {(one.name, step.name) for one in place.config.journeys for step in one.notices}
    spoken = place.config.texts.get(creditor.language)
    served = bool(wishes_link(creditor, "")) and spoken is not None and spoken.wishes is not None

    def address(message: Message) -> str:
        if not served or (message.journey, message.step) not in early or message.on is None:
            return ""
        turn = links.turn(message.debtor)
        link = PayLink(debtor=message.debtor, issued=message.on, turn=turn)
        return wishes_link(creditor, sign_link(link, key(), WISHES))

    return address


def till_of(place: Workspace, office: Office) -> Till:
    """What the pages work with."""
    return Till(
        books=office.books,
        outbox=office.outbox,
        queue=office.queue,
        declarations=office.declarations,
        promises=office.promises,
        events=office.events,
        links=office.pay_links,
        files=DisputeFiles(place.output / "disputes", office.clock),
        clock=office.clock,
        rules=place.config.paying,
        key=made_key(place, office.vault, _KEY),
        handovers=office.handovers,
        ignored=_ignored(office.journeys),
        ways=frozenset(office.channels),
    )


def _ignored(journeys: Sequence[Journey]) -> Money | None:
    """The least that any journey ignores: whose page it is, is not asked for his journey."""
    amounts = [one.unapplied_ignored for one in journeys]
    known = [amount for amount in amounts if amount is not None]
    return min(known, key=lambda amount: amount.minor) if len(known) == len(amounts) else None


def link_to(place: Workspace, office: Office, number: str) -> tuple[str, date]:
    """The address of a debtor's page as a message of today has it; raises `BusinessError`."""
    _known(office, number)
    creditor, today = place.config.creditor, office.clock.today()
    if not has_own_page(creditor):
        raise ConfigError(
            "config/creditor.toml: payment_link has no {token}, so there are no pages of debtors' "
            'own. Write one such as "https://pay.example.com/p/{token}"'
        )
    token = link_token(place, office, number)
    return payment_link(creditor, Money(0, "EUR"), "", token=token), today


def revoke_links(office: Office, number: str, *, by: str) -> int:
    """Let no link that a debtor has open his page any more; raises `BusinessError`."""
    _known(office, number)
    return office.pay_links.revoke(number, by=by)


def _known(office: Office, number: str) -> None:
    if not office.books.debtors(number):
        raise BusinessError(f"there is no debtor {number!r} in the ERP")
