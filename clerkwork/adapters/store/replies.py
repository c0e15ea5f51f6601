"""The port `Replies` on the store: each mail once, also where two runs read the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database, inserted_id, row_typed
from clerkwork.core.replies.kept import KeptReply, Mail, ReplyState, digest_of
from clerkwork.core.replies.reply import Label, Reading, Reason, Reply
from clerkwork.ports import Clock

__all__ = ["StoredReplies"]

_TABLE = schema.replies
_DONE = (ReplyState.NOTED.value, ReplyState.HANDLED.value)
"""What a person still has to see stays, however old it is."""


@dataclass(frozen=True, slots=True)
class StoredReplies:
    """Fulfils `clerkwork.ports.Replies`, where the methods are described."""

    database: Database
    clock: Clock

    def take(self, reply: KeptReply) -> KeptReply | None:
        at, digest = self.clock.now(), digest_of(reply.reply)
        with self.database.write() as connection:
            there = (
                select(_TABLE.c.id, _TABLE.c.validity, _TABLE.c.uid)
                .where(_TABLE.c.folder == reply.folder)
                .where(_TABLE.c.message_id == reply.reply.message_id)
                .where(_TABLE.c.digest == digest)
            )
            known = connection.execute(there).first()
            if known is not None:
                if _moved(reply.mail, known.validity, known.uid):
                    connection.execute(
                        update(_TABLE)
                        .where(_TABLE.c.id == known.id)
                        .values(validity=reply.mail.validity, uid=reply.mail.uid)
                    )
                return None
            values = _values(replace(reply, read=at), digest)
            done = connection.execute(insert(_TABLE).values(**values))
            return replace(reply, id=str(inserted_id(done)), read=at)

    def settle(self, id: str, state: ReplyState, *, note: str = "") -> KeptReply:
        with self.database.write() as connection:
            found = row_typed(connection, _TABLE, id)
            if found is None:
                raise ValueError(f"there is no reply {id!r}")
            connection.execute(
                update(_TABLE)
                .where(_TABLE.c.id == found["id"])
                .values(state=state.value, note=note)
            )
            return replace(_reply(found), state=state, note=note)

    def get(self, id: str) -> KeptReply | None:
        with self.database.read() as connection:
            found = row_typed(connection, _TABLE, id)
            return None if found is None else _reply(found)

    def all(self, *states: ReplyState) -> tuple[KeptReply, ...]:
        query = select(_TABLE).order_by(_TABLE.c.id)
        if states:
            query = query.where(_TABLE.c.state.in_([state.value for state in states]))
        with self.database.read() as connection:
            return tuple(_reply(row) for row in connection.execute(query).mappings())

    def away(self, received: dt.date, today: dt.date) -> Mapping[str, dt.date]:
        query = (
            select(_TABLE.c.debtor, func.max(_TABLE.c.promised).label("back"))
            .where(_TABLE.c.received >= _start(received))
            .where(_TABLE.c.label == Label.OUT_OF_OFFICE.value)
            .where(_TABLE.c.sure, _TABLE.c.known)
            .where(_TABLE.c.debtor != "", _TABLE.c.message != "")
            .where(_TABLE.c.promised > today)
            .group_by(_TABLE.c.debtor)
        )
        with self.database.read() as connection:
            return {row.debtor: row.back for row in connection.execute(query)}

    def read_to(self, folder: str, validity: int) -> int:
        query = (
            select(func.max(_TABLE.c.uid))
            .where(_TABLE.c.folder == folder)
            .where(_TABLE.c.validity == validity)
        )
        with self.database.read() as connection:
            return connection.scalar(query) or 0

    def count(self, before: dt.date) -> int:
        query = select(func.count()).select_from(_TABLE).where(*_old(before))
        with self.database.read() as connection:
            return connection.scalar(query) or 0

    def forget(self, before: dt.date) -> int:
        with self.database.write() as connection:
            return connection.execute(delete(_TABLE).where(*_old(before))).rowcount


def _moved(mail: Mail, validity: int, uid: int) -> bool:
    """Whether the mail lies at another place now, so that reading goes on behind it."""
    return mail.validity != validity or mail.uid > uid


def _old(before: dt.date) -> tuple[ColumnElement[bool], ...]:
    return (_TABLE.c.received < _start(before), _TABLE.c.state.in_(_DONE))


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def _values(one: KeptReply, digest: str) -> dict[str, object]:
    mail, reply, reading = one.mail, one.reply, one.reading
    return {
        "folder": one.folder,
        "message_id": reply.message_id,
        "digest": digest,
        "validity": mail.validity,
        "uid": mail.uid,
        "received": mail.received,
        "on": reply.on,
        "sender": reply.sender,
        "subject": reply.subject,
        "text": reply.text,
        "cut": reply.cut,
        "automatic": reply.automatic,
        "answers": list(reply.answers),
        "failed_to": list(reply.failed_to),
        "delayed_to": list(reply.delayed_to),
        "debtor": one.debtor,
        "perhaps": list(one.perhaps),
        "message": one.message,
        "known": one.known,
        "label": reading.label.value,
        "confidence": reading.confidence,
        "sure": reading.sure,
        "why": list(reading.why),
        # One column for both: a reply that names a day is a promise or an absence.
        "promised": reading.promised or reading.back,
        "reason": reading.reason.value if reading.reason else "",
        "run": one.run,
        "read": one.read,
        "state": one.state.value,
        "note": one.note,
    }


def _reply(row: RowMapping) -> KeptReply:
    is_away = row["label"] == Label.OUT_OF_OFFICE.value
    return KeptReply(
        id=str(row["id"]),
        folder=row["folder"],
        mail=Mail(
            validity=row["validity"],
            uid=row["uid"],
            received=row["received"],
            reply=Reply(
                message_id=row["message_id"],
                sender=row["sender"],
                subject=row["subject"],
                text=row["text"],
                on=row["on"],
                answers=tuple(row["answers"]),
                automatic=row["automatic"],
                failed_to=tuple(row["failed_to"]),
                delayed_to=tuple(row["delayed_to"]),
                cut=row["cut"],
            ),
        ),
        reading=Reading(
            label=Label(row["label"]),
            confidence=row["confidence"],
            sure=row["sure"],
            why=tuple(row["why"]),
            promised=None if is_away else row["promised"],
            back=row["promised"] if is_away else None,
            reason=Reason(row["reason"]) if row["reason"] else None,
        ),
        debtor=row["debtor"],
        perhaps=tuple(row["perhaps"]),
        message=row["message"],
        known=row["known"],
        run=row["run"],
        read=row["read"],
        state=ReplyState(row["state"]),
        note=row["note"],
    )
