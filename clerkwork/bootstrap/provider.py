"""The pages that the telephone's provider asks for, where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from clerkwork.adapters.channels import (
    CALLS,
    Account,
    Spoken,
    event_of,
    twiml_of,
    who_answered,
)
from clerkwork.adapters.letters.spoken import Script, link_text, sentences
from clerkwork.app.converse import STAGES, Desk, Key, Turn, converse
from clerkwork.app.hear import hear
from clerkwork.app.links import ask_for_link, task_of_links
from clerkwork.app.office import Office
from clerkwork.bootstrap.office import link_key
from clerkwork.bootstrap.paying import link_token
from clerkwork.bootstrap.ways import account_of
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, message_id
from clerkwork.core.money import Money
from clerkwork.workspace import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["add_provider"]


def add_provider(app: FastAPI, place: Workspace, office: Office) -> None:
    """Add what Twilio asks for to the pages; nothing where it is told of no address."""
    account = account_of(place, office.vault)
    if account is None or not account.plan.callbacks:
        return
    from clerkwork.web.calls import add_calls
    from clerkwork.web.reports import add_delivery_reports

    provider = _Provider(place=place, office=office, account=account)
    add_delivery_reports(app, is_signed=account.is_signed, hear=provider.hear)
    if account.plan.calls:
        add_calls(app, is_signed=account.is_signed, answered=provider.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provider:
    place: Workspace
    office: Office = field(repr=False)
    account: Account = field(repr=False)

    def hear(self, reference: str, fields: Mapping[str, str]) -> None:
        """Note what became of a message or a call."""
        kind, report = event_of(fields)
        if kind:
            hear(
                outbox=self.office.outbox,
                events=self.office.events,
                clock=self.office.clock,
                message_id=self._id(reference),
                kind=kind,
                provider=report,
            )

    def answer(
        self, reference: str, stage: str, fields: Mapping[str, str], query: Mapping[str, str]
    ) -> str | None:
        """What to say next in a call; None where there is no such call."""
        message = self.office.outbox.named(self._id(reference))
        numbers = (query.get("tries", "1"), query.get("chosen", "0"))
        if message is None or message.channel != "call" or stage not in STAGES:
            return None
        if not all(number.isdigit() and len(number) <= 3 for number in numbers):
            return None
        debtor = self._debtor(message.debtor)
        script = self._script(debtor)
        key = Key(
            stage=stage,
            digits=fields.get("Digits", ""),
            answered_by=who_answered(fields),
            call=fields.get("CallSid", ""),
            tries=int(numbers[0]),
            chosen=int(numbers[1]),
        )
        turn = converse(message, key, self._desk(script))
        said = sentences(
            script,
            turn.says,
            creditor=self.place.config.creditor,
            debtor=debtor.name if debtor else "",
            owed=turn.owed,
            count=sum(item.open.minor > 0 for item in turn.items),
            until=turn.until,
            most=self._days,
        )
        return twiml_of(
            Spoken(
                says=said,
                language=script.language,
                voice=script.voice,
                keys=turn.keys,
                then=self._then(reference, turn),
            )
        )

    @property
    def _days(self) -> int:
        calls = self.account.plan.calls
        return calls.promise_days if calls else 0

    def _then(self, reference: str, turn: Turn) -> str:
        query = urlencode({"tries": turn.tries, "chosen": turn.chosen})
        return self.account.callback(f"{CALLS}{reference}/{turn.then}?{query}") if turn.keys else ""

    def _named(self, key: str) -> str:
        secret = link_key(self.place, self.office.vault)
        return message_id(key, self.place.config.creditor.mail_domain, secret)

    def _id(self, reference: str) -> str:
        return f"<{reference}@{self.place.config.creditor.mail_domain}>"

    def _debtor(self, number: str) -> Debtor | None:
        return next(iter(self.office.books.debtors(number)), None) if number else None

    def _script(self, debtor: Debtor | None) -> Script:
        scripts, creditor = self.place.config.scripts, self.place.config.creditor
        spoken = debtor.language if debtor else ""
        return scripts.get(spoken) or scripts[creditor.language]

    def _desk(self, script: Script) -> Desk:
        office = self.office
        task = task_of_links(self.place.tasks.values())
        linked = task is not None and "sms" in office.channels

        def send_link(message: Message, items: Sequence[OpenItem], amount: Money) -> None:
            creditor = self.place.config.creditor
            token = link_token(self.place, office, message.debtor)
            text = link_text(script, creditor, message.debtor, items, amount, token)
            if task is not None:
                ask_for_link(office, task, message, text, items, amount, self._named)

        return Desk(
            outbox=office.outbox,
            events=office.events,
            books=office.books,
            promises=office.promises,
            queue=office.queue,
            handovers=office.handovers,
            clock=office.clock,
            days=self._days,
            send_link=send_link if linked and self.place.config.creditor.payment_link else None,
        )
