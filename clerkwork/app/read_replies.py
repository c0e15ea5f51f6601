"""Read replies: each mail of the mailbox once, with what follows from it done or asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from loguru import logger

from clerkwork.app.answer_reply import settle_decided
from clerkwork.app.follow_up import follow_up
from clerkwork.app.office import Office
from clerkwork.app.run import Run
from clerkwork.core.declarations import Declaration, laid_over
from clerkwork.core.figures import Figure
from clerkwork.core.ledger import Debtor
from clerkwork.core.replies.kept import KeptReply, Mail, ReplyState
from clerkwork.core.replies.whose import whose
from clerkwork.ports import Inbox

__all__ = ["read_replies"]


def read_replies(run: Run) -> None:
    """Read what is new in the mailbox that config/channels.toml names; nothing where it names none.

    What an interrupted run had read and not followed up is followed up first. Raises what
    `Inbox.mails` raises: while the mailbox cannot be read, nobody knows who wrote.
    """
    office = run.office
    if office.inbox is None:
        logger.info("no mailbox is read: config/channels.toml has no [inbox]")
        return
    with office.holding.hold("inbox replies", "The reading of replies"):
        for kept in office.replies.all(ReplyState.TAKEN):
            follow_up(run, kept)
        settle_decided(office)
        _read(run, office.inbox)


def _read(run: Run, inbox: Inbox) -> None:
    office = run.office
    since = office.clock.today() - timedelta(days=office.reply_rules.days)
    debtors = _debtors(office)
    done = 0
    for mail in inbox.mails(
        lambda validity: office.replies.read_to(inbox.folder, validity),
        since,
        office.reply_rules.most,
    ):
        # The last look: a process that slept until now may have lost what it held.
        office.holding.sure()
        run.progress("replies", done, None)
        kept = office.replies.take(_kept(run, inbox.folder, mail, debtors))
        done += 1
        if kept is not None:
            run.count(Figure.REPLIES_READ)
            follow_up(run, kept)
    run.progress("replies", done, done)


def _debtors(office: Office) -> Sequence[Debtor]:
    """All of them, with what they declared: an address among it."""
    declared: dict[str, list[Declaration]] = {}
    for one in office.declarations.standing():
        declared.setdefault(one.debtor, []).append(one)
    return [laid_over(one, declared.get(one.number, ())) for one in office.books.debtors()]


def _kept(run: Run, folder: str, mail: Mail, debtors: Sequence[Debtor]) -> KeptReply:
    office = run.office
    found = whose(mail.reply, office.outbox.with_ids(*mail.reply.answers), debtors)
    reading = office.read_reply(mail.reply)
    if mail.doubted:
        reading = replace(reading, why=(*reading.why, mail.doubted))
    return KeptReply(
        folder=folder,
        mail=mail,
        reading=reading,
        debtor=found.debtor,
        perhaps=found.perhaps,
        message=found.message.key if found.message else "",
        known=found.known and not mail.doubted,
        run=run.id,
    )
