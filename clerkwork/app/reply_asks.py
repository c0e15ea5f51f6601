"""What the reading of replies asks people, and what they may answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clerkwork.core.queue import WorkItem
from clerkwork.core.replies.kept import KeptReply
from clerkwork.core.replies.reply import Label
from clerkwork.ports import Clock

__all__ = [
    "BOUNCED",
    "DISPUTED",
    "HANDLED",
    "PROMISED",
    "disputed",
    "question",
    "reply_of",
]

HANDLED, PROMISED, DISPUTED, BOUNCED = "handled", "promised", "disputed", "bounced"

_TITLES: Mapping[Label, str] = {
    Label.BOUNCE: "A mail server says that nothing reaches {who}",
    Label.OUT_OF_OFFICE: "{Who} is away, or that is what it looks like",
    Label.PAID: "{Who} says that it is paid",
    Label.PROMISE: "{Who} promises to pay",
    Label.DISPUTE: "{Who} does not agree",
    Label.QUESTION: "{Who} asks something",
    Label.ADDRESS_CHANGE: "{Who} has another address",
    Label.ANGRY: "{Who} is angry",
}
_WHAT_ENDS_IT: Mapping[Label, str] = {
    Label.PAID: "looked for the money, or wrote to him",
    Label.DISPUTE: "it is settled, or marked as disputed in the ERP",
    Label.QUESTION: "he has his answer",
    Label.ADDRESS_CHANGE: "the address is changed in the ERP",
    Label.ANGRY: "somebody spoke to him",
}


def _key_of(kept: KeptReply, debtor: str) -> str:
    """What makes the question about a reply unique; several debtors are asked about one by one."""
    return f"reply/{kept.id}/{debtor}" if debtor and not kept.debtor else f"reply/{kept.id}"


def reply_of(item: WorkItem) -> str:
    """The id of the reply that an item is about; empty if it is about none."""
    kind, _, rest = item.key.partition("/")
    return rest.partition("/")[0] if kind == "reply" else ""


def question(
    kept: KeptReply, debtor: str, clock: Clock, *, why: str, evidence: str, can_promise: bool
) -> WorkItem:
    """A person reads it. It holds no word of the reply: those are shown from where they are kept,
    and are gone once they are forgotten there."""
    reading = kept.reading
    sure = reading.sure and not why
    is_dispute = bool(debtor) and sure and reading.label is Label.DISPUTE
    choices = _choices(kept, debtor, can_promise=can_promise)
    return WorkItem(
        id="",
        key=_key_of(kept, debtor),
        kind="dispute" if is_dispute else "reply",
        title=_title(kept, debtor, sure=sure),
        created=clock.now(),
        facts=dict(_facts(kept, debtor, why)),
        choices=tuple(one for one in choices if not (is_dispute and one[0] == DISPUTED)),
        evidence=evidence,
        debtor=debtor,
    )


def _title(kept: KeptReply, debtor: str, *, sure: bool) -> str:
    who = f"debtor {debtor}" if debtor else "somebody"
    if not kept.debtor and debtor:
        who = f"perhaps debtor {debtor}"
    if not sure and kept.reading.label is not Label.BOUNCE:
        return f"Read what {who} wrote"
    return _TITLES[kept.reading.label].format(who=who, Who=f"{who[0].upper()}{who[1:]}")


def _facts(kept: KeptReply, debtor: str, why: str) -> Iterator[tuple[str, str]]:
    reading = kept.reading
    if debtor:
        yield "Debtor", debtor if kept.debtor else f"{debtor}, or another with this address"
    else:
        yield "Debtor", "none that is known: no message of ours is answered, no address fits"
    if kept.message:
        yield "Answers", kept.message
    yield "Received", f"{kept.mail.received:%Y-%m-%d %H:%M} UTC"
    share = f"{reading.confidence:.0%} of such readings were right"
    yield "Taken for", f"{_spoken(reading.label)} ({share})"
    yield "Because of", "; ".join(reading.why)
    if reading.promised:
        yield "Promised by", reading.promised.isoformat()
    if reading.reason:
        yield "Reason", _spoken(reading.reason)
    if why:
        yield "Why a person", why
    elif not reading.sure:
        yield "Why a person", "it is not sure enough, or says two things"
    if kept.reply.cut:
        yield "Cut", "only the beginning was read; the whole is in the mailbox"


def _choices(kept: KeptReply, debtor: str, *, can_promise: bool) -> Iterator[tuple[str, str]]:
    goes_on = "his reminders go on" if debtor else "nothing else follows"
    done = _WHAT_ENDS_IT.get(kept.reading.label, "it is dealt with")
    yield HANDLED, f"{done}: {goes_on}"
    if can_promise:
        yield PROMISED, f"note that he pays by {kept.reading.promised}; reminders wait till then"
    if debtor:
        yield DISPUTED, "he disputes it: he is left alone until that is settled"
    if kept.message:
        yield BOUNCED, "it says that our message did not arrive: that address is not used again"


def disputed(kept: KeptReply, item: WorkItem, clock: Clock) -> WorkItem:
    """A person found a dispute in a reply; it waits until it is settled."""
    return WorkItem(
        id="",
        key=f"reply/{kept.id}/{item.debtor}/dispute",
        kind="dispute",
        title=f"Debtor {item.debtor} does not agree",
        created=clock.now(),
        facts={name: fact for name, fact in item.facts.items() if name in ("Debtor", "Answers")},
        choices=((HANDLED, f"{_WHAT_ENDS_IT[Label.DISPUTE]}: his reminders go on"),),
        evidence=item.evidence,
        debtor=item.debtor,
    )


def _spoken(word: str) -> str:
    return word.replace("_", " ")
