"""Follow up: what a reply that was read leads to, done at once or asked of a person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from clerkwork.app.message_asks import did_not_arrive, waiting_key
from clerkwork.app.office import Office
from clerkwork.app.promise import make_promise
from clerkwork.app.reply_asks import question
from clerkwork.app.run import Run
from clerkwork.core.collection import STANDING, in_collection
from clerkwork.core.figures import Figure
from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import Message, MessageEvent, MessageState
from clerkwork.core.promises import PromiseState
from clerkwork.core.replies.deal import Deal, bounce_problem, deal_with, promise_problem
from clerkwork.core.replies.kept import KeptReply, ReplyState
from clerkwork.core.replies.reply import Label
from clerkwork.errors import BusinessError
from clerkwork.ports import StepRecord

__all__ = ["answered", "follow_up", "mark_bounced", "note_promise"]

_UNDERWAY = (MessageState.PREPARED, MessageState.SENDING)
_HIMSELF = "the debtor himself"


def follow_up(run: Run, kept: KeptReply) -> None:
    """Do what follows from a reply, and settle it. It may be done again: a crash may lie behind.

    A dry run does it in the copy of the store that it was given, and tells of it.
    """
    office = run.office
    message = answered(office, kept)
    evidence = f"{run.id}#{run.trail.record(_step(kept))}"
    deal = deal_with(kept, message.to if message else "")
    if _is_own(office, kept):
        state, note = ReplyState.NOTED, "a copy of a message of ours"
    elif deal is Deal.BOUNCE and message is not None:
        state, note = _bounce_or_ask(run, kept, message, evidence)
    elif deal is Deal.NOTE or _is_nobodys_program(kept):
        state, note = ReplyState.NOTED, _noted(kept)
        run.count(Figure.REPLIES_NOTED)
    elif deal is Deal.PROMISE:
        state, note = _promise_or_ask(run, kept, evidence)
    else:
        state, note = _ask(run, kept, "", evidence)
    arrived = kept.reading.label is not Label.BOUNCE and not kept.reply.delayed_to
    if message is not None and arrived:
        _note_event(office, kept, message, "delivered" if kept.reply.automatic else "answered")
    office.replies.settle(kept.id, state, note=note)
    if run.dry:
        run.would(f"take reply {kept.id} of {_who(kept)} for {kept.reading.label}: {note}")


def answered(office: Office, kept: KeptReply) -> Message | None:
    """Our message that it answers, without its text; None if it answers none."""
    if not kept.message:
        return None
    found = office.outbox.with_ids(*kept.reply.answers)
    return next((one for one in found.values() if one.key == kept.message), None)


def mark_bounced(office: Office, kept: KeptReply, message: Message, evidence: str) -> str:
    """The message did not arrive, so it is no contact, and its address is not used again.

    What comes next goes to him another way; a person is told, and may have it tried once more.
    """
    said = f"a mail server says that nothing reaches {message.to}"
    _note_event(office, kept, message, "bounced")
    # The question first: a crash between the two asks it again, and it is asked once.
    office.queue.put(did_not_arrive(message, said, office.clock, evidence))
    office.queue.withdraw(waiting_key(message), said)
    if message.state in (MessageState.SENT, MessageState.DOUBTFUL):
        note = f"{said} (reply {kept.id})"
        office.outbox.settle(message.key, MessageState.FAILED, note=note)
    return f"the {message.channel} of {message.on} came back: {message.to} is not used again"


def note_promise(office: Office, kept: KeptReply, debtor: str, *, by: str) -> str:
    """Note what he promised, or see that it is noted already; raises `BusinessError`.

    It is about the items that our message named, as far as they are open; without one, about
    all that is overdue.
    """
    until = kept.reading.promised
    if until is None:
        raise BusinessError(f"reply {kept.id} names no one day; note it with `clerkwork promise`")
    about = _promised_items(office, kept, debtor)
    numbers = [item.number for item in about]
    for one in office.promises.all(PromiseState.OPEN, debtor=debtor):
        if one.until == until and one.is_about(numbers):
            return f"promise {one.id} is noted: {one.amount} by {one.until}"
    if not about:
        raise BusinessError(
            f"nothing is open any more of what reply {kept.id} is about; nothing was noted"
        )
    made = make_promise(
        books=office.books,
        promises=office.promises,
        clock=office.clock,
        debtor=debtor,
        until=until,
        by=by,
        channel="mail",
        items=numbers,
    )
    return f"promise {made.id} is noted: {made.amount} by {made.until}"


def _bounce_or_ask(
    run: Run, kept: KeptReply, message: Message, evidence: str
) -> tuple[ReplyState, str]:
    office = run.office
    if message.state in _UNDERWAY:
        why = "the message that it names is not sent yet"
    else:
        known = {event.kind for event in office.events.all(message.key)}
        why = bounce_problem(kept, message, known)
    if why:
        return _ask(run, kept, why, evidence)
    run.count(Figure.MESSAGES_CAME_BACK)
    return ReplyState.NOTED, mark_bounced(office, kept, message, evidence)


def _promise_or_ask(run: Run, kept: KeptReply, evidence: str) -> tuple[ReplyState, str]:
    office = run.office
    why = promise_problem(
        kept,
        _promised_items(office, kept, kept.debtor),
        office.promises.all(debtor=kept.debtor),
        office.clock.today(),
        office.reply_rules.promise_days,
        collected=in_collection(kept.debtor, office.handovers.all(*STANDING)),
    )
    if not why:
        try:
            note = note_promise(office, kept, kept.debtor, by=_HIMSELF)
        except BusinessError as error:
            why = str(error)
        else:
            run.count(Figure.PROMISES_NOTED)
            return ReplyState.NOTED, note
    return _ask(run, kept, why, evidence)


def _ask(run: Run, kept: KeptReply, why: str, evidence: str) -> tuple[ReplyState, str]:
    office = run.office
    for debtor in kept.whose:
        can_promise = bool(debtor and kept.reading.promised)
        office.queue.put(
            question(
                kept, debtor, office.clock, why=why, evidence=evidence, can_promise=can_promise
            )
        )
    run.count(Figure.REPLIES_FOR_PEOPLE)
    return ReplyState.ASKED, "a person reads it"


def _promised_items(office: Office, kept: KeptReply, debtor: str) -> Sequence[OpenItem]:
    today = office.clock.today()
    own = [i for i in office.books.open_items() if i.customer == debtor and i.open.minor > 0]
    message = answered(office, kept)
    if message is not None and message.items:
        return [item for item in own if item.number in message.items]
    return [item for item in own if item.days_overdue(today) > 0] or own


def _note_event(office: Office, kept: KeptReply, message: Message, kind: str) -> None:
    office.events.note(
        MessageEvent(
            message=message.key,
            kind=kind,
            at=kept.mail.received,
            provider=f"reply {kept.id}",
        )
    )


def _is_own(office: Office, kept: KeptReply) -> bool:
    """A copy that we sent. Under our Message-ID a debtor may write, too: he is heard."""
    return not any(kept.whose) and bool(office.outbox.with_ids(kept.reply.message_id))


def _is_nobodys_program(kept: KeptReply) -> bool:
    return kept.reply.automatic and not kept.reply.failed_to and not any(kept.whose)


def _noted(kept: KeptReply) -> str:
    back = kept.reading.back
    if back is None or not (kept.known and kept.message):
        return "a program answered; nobody has to do anything"
    return f"a program answered: somebody is there again on {back}"


def _who(kept: KeptReply) -> str:
    return f"debtor {kept.debtor}" if kept.debtor else "nobody known"


def _step(kept: KeptReply) -> StepRecord:
    """What was read, without a word of it: the text is forgotten in time, the evidence stays."""
    reply, reading = kept.reply, kept.reading
    return StepRecord(
        robot="inbox",
        action="read reply",
        outcome="ok",
        subject=f"reply {kept.id}",
        details={
            "debtor": kept.debtor or ", ".join(kept.perhaps),
            "answers": kept.message,
            "message id": reply.message_id,
            "received": f"{kept.mail.received:%Y-%m-%dT%H:%M:%SZ}",
            "text": f"{len(reply.text)} characters, not shown",
            "sha256": hashlib.sha256(reply.text.encode("utf-8", "surrogatepass")).hexdigest(),
            "taken for": reading.label.value,
            "confidence": f"{reading.confidence:.2f}",
            "sure": "yes" if reading.sure else "no",
            "promised": reading.promised.isoformat() if reading.promised else "",
            "back": reading.back.isoformat() if reading.back else "",
            "reason": reading.reason.value if reading.reason else "",
        },
    )
