"""What a run of reminders asks people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from clerkwork.app.deliver import Post
from clerkwork.app.remind_facts import APPLIED, ON_ACCOUNT
from clerkwork.core.collection import HAND_OVER, LEAVE, next_key
from clerkwork.core.journeys import Plan
from clerkwork.core.posting import Posting
from clerkwork.core.queue import WorkItem

__all__ = ["collection", "on_account", "one_way", "over_cap", "settled", "stale", "unreachable"]


def collection(due: Plan, post: Post, asked: Iterable[WorkItem]) -> WorkItem:
    """All contacts were had: a person decides about collection; `asked` was it before."""
    return _item(
        due,
        post,
        key=next_key(due.debtor.number, due.cycle, asked),
        kind="message",
        title=f"Hand debtor {due.debtor.number} over to collection?",
        choices=(
            (HAND_OVER, "make his dossier, block him in the ERP, and send him nothing more"),
            (LEAVE, "do nothing more for now; it is asked again later"),
        ),
    )


def unreachable(due: Plan, post: Post) -> WorkItem:
    """No way to him is known."""
    return _item(
        due,
        post,
        key=f"reach/{due.debtor.number}",
        kind="message",
        title=f"Debtor {due.debtor.number} cannot be reached",
        choices=(("seen", "an address is being added in the ERP"),),
    )


def one_way(due: Plan, post: Post) -> WorkItem:
    """All contacts went by one channel, which is too few before collection."""
    item = _item(
        due,
        post,
        key=f"reach/{due.debtor.number}/{due.cycle}",
        kind="message",
        title=f"Debtor {due.debtor.number} was reached by one channel only",
        choices=(("seen", "somebody calls him, or adds an address or a number in the ERP"),),
    )
    return replace(item, facts={**item.facts, "What happened": due.stops[0]})


def over_cap(due: Plan, post: Post) -> WorkItem:
    """More is due on a journey than one run may send."""
    item = _item(
        due,
        post,
        key=f"cap/reminders/{due.journey}/{due.today}",
        kind="trouble",
        title=f"More is due on the journey {due.journey!r} on {due.today} than one run may send",
        choices=(("seen", "run again, or raise `cap` in config/journeys.toml"),),
    )
    return replace(item, debtor="", facts={"What happened": due.stops[0]})


def on_account(due: Plan, posting: Posting, post: Post) -> WorkItem:
    """Money of his was keyed on account: what became of it only a person knows."""
    item = _item(
        due,
        post,
        key=f"{ON_ACCOUNT}{posting.reference}",
        kind="debtor",
        title=f"{posting.on_account} lies on the account of debtor {due.debtor.number}",
        choices=((APPLIED, "it is applied to an item in the ERP, or was paid back"),),
    )
    keyed = {
        "Posting": f"{posting.reference} of {posting.amount}, booked on {posting.booked}",
        "Why you": "nothing goes to him until it is applied in the ERP and said so here",
    }
    return replace(item, facts={**item.facts, **keyed})


def settled(due: Plan, why: str, post: Post) -> WorkItem:
    """Costs are not asked again, because they may be paid."""
    item = _item(
        due,
        post,
        key=f"costs/{due.debtor.number}/{due.cycle}",
        kind="debtor",
        title=f"Collection costs of debtor {due.debtor.number} may be paid: they are asked no more",
        choices=(("seen", "what came in was looked up; what is still owed of them I ask myself"),),
    )
    return replace(item, facts={**item.facts, "What happened": why})


def stale(due: Plan, why: str, post: Post) -> WorkItem:
    """Nobody is reminded, because what was fetched of the ERP is too old."""
    item = _item(
        due,
        post,
        key=f"stale/items/{due.today}",
        kind="trouble",
        title=f"Nobody is reminded on {due.today}: the ERP was not fetched lately",
        choices=(("seen", "the tasks that fetch debtors and open items run again"),),
    )
    told = {
        "What happened": why,
        "What to do": "run them, or raise `items_age` in journeys.toml. Of a robot that was "
        "renamed, what it fetched under its old name is still counted as open",
    }
    return replace(item, debtor="", facts=told)


def _item(
    due: Plan,
    post: Post,
    *,
    key: str,
    kind: str,
    title: str,
    choices: Iterable[tuple[str, str]],
) -> WorkItem:
    return WorkItem(
        id="",
        key=key,
        kind=kind,
        title=title,
        created=post.clock.now(),
        facts={
            "Debtor": f"{due.debtor.number} {due.debtor.name}",
            "Owes": " and ".join(str(amount) for amount in due.amounts),
            "Oldest item due": due.cycle.isoformat(),
            "Items": ", ".join(item.number for item in due.items),
        },
        choices=tuple(choices),
        evidence=post.run,
        debtor=due.debtor.number,
    )
