"""The port `Approvals` on the store: one question an order, answered once."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database
from clerkwork.adapters.store.gate import Gate
from clerkwork.core.approvals import Approval, Decision
from clerkwork.core.ledger import Order
from clerkwork.core.money import Money
from clerkwork.ports import Clock

__all__ = ["StoredApprovals"]

_TABLE = schema.approvals


@dataclass(frozen=True, slots=True)
class StoredApprovals:
    """Fulfils `clerkwork.ports.Approvals`, where the methods are described."""

    database: Database
    clock: Clock
    gate: Gate = field(default_factory=Gate)

    def ask(self, approval: Approval) -> bool:
        """One question about an order with the same debtor and amount.

        A new one, of another id, may replace it once it expired unanswered.
        """
        now = self.clock.now()
        with self.database.write() as connection:
            if _row(connection, approval.id) is not None:
                return False
            there = _current(connection, approval.order)
            if there is not None:
                if there.decision is not None or now < there.expires:
                    return False
                connection.execute(
                    update(_TABLE).where(_TABLE.c.id == there.id).values(replaced=True)
                )
            connection.execute(insert(_TABLE).values(_values(approval)))
            return True

    def decide(self, id: str, decision: Decision) -> Approval:
        with self.database.write() as connection:
            row = _existing(connection, id)
            approval = _approval(row)
            number = approval.order.number
            if decision.verdict not in ("release", "hold"):
                raise ValueError(f"{decision.verdict!r} is neither 'release' nor 'hold'")
            if row["replaced"]:
                raise ValueError(f"order {number} was asked about anew; answer that question")
            if approval.decision is not None:
                raise ValueError(
                    f"order {number} is decided already: {approval.decision.verdict} "
                    f"by {approval.decision.by}"
                )
            if decision.at >= approval.expires:
                raise ValueError(f"the time to answer about order {number} is up")
            connection.execute(update(_TABLE).where(_TABLE.c.id == id).values(_decided(decision)))
            return _approval(_existing(connection, id))

    def get(self, id: str) -> Approval | None:
        with self.database.read() as connection:
            row = _row(connection, id)
            return None if row is None else _approval(row)

    def all(self) -> tuple[Approval, ...]:
        """In the order in which they were asked, without those that a later round replaced."""
        with self.database.read() as connection:
            query = select(_TABLE).where(_TABLE.c.replaced.is_(False)).order_by(_TABLE.c.seq)
            return tuple(_approval(row) for row in connection.execute(query).mappings())

    def submitting(self, id: str, *, run: str, robot: str) -> None:
        at = self.clock.now()
        with self.database.write() as connection:
            self.gate.claim(connection, run=run, robot=robot)
            approval = _approval(_existing(connection, id))
            if approval.decision is None or approval.keyed:
                state = "keyed already" if approval.keyed else "not decided"
                raise ValueError(f"approval {id} is {state}, so it must not be submitted")
            connection.execute(
                update(_TABLE).where(_TABLE.c.id == id).values(run=run, submitted=at)
            )

    def keyed(self, id: str, note: str) -> None:
        """Raises `ValueError` if nothing was decided."""
        with self.database.write() as connection:
            if _approval(_existing(connection, id)).decision is None:
                raise ValueError(f"approval {id} is not decided, so it cannot have been keyed")
            connection.execute(
                update(_TABLE).where(_TABLE.c.id == id).values(keyed=True, note=note)
            )


def _row(connection: Connection, id: str) -> RowMapping | None:
    return connection.execute(select(_TABLE).where(_TABLE.c.id == id)).mappings().first()


def _existing(connection: Connection, id: str) -> RowMapping:
    row = _row(connection, id)
    if row is None:
        raise ValueError(f"there is no approval {id!r}")
    return row


def _current(connection: Connection, order: Order) -> Approval | None:
    query = (
        select(_TABLE)
        .where(_TABLE.c.order == order.number)
        .where(_TABLE.c.customer == order.customer)
        .where(_TABLE.c.amount == order.amount.minor)
        .where(_TABLE.c.currency == order.amount.currency)
        .where(_TABLE.c.replaced.is_(False))
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else _approval(row)


def _decided(decision: Decision | None) -> dict[str, object]:
    if decision is None:
        return {}
    return {
        "verdict": decision.verdict,
        "by": decision.by,
        "decided": decision.at,
        "via": decision.via,
        "reason": decision.reason,
    }


def _values(approval: Approval) -> dict[str, object]:
    order = approval.order
    return {
        "id": approval.id,
        "order": order.number,
        "customer": order.customer,
        "amount": order.amount.minor,
        "currency": order.amount.currency,
        "placed": order.placed,
        "description": order.description,
        "reasons": list(approval.reasons),
        "facts": [list(fact) for fact in approval.facts],
        "approver": approval.approver,
        "asked": approval.asked,
        "expires": approval.expires,
        "replaced": False,
        "keyed": approval.keyed,
        **_decided(approval.decision),
    }


def _approval(row: RowMapping) -> Approval:
    decision = None
    if row["verdict"]:
        decision = Decision(
            verdict=row["verdict"],
            by=row["by"],
            at=row["decided"],
            via=row["via"],
            reason=row["reason"],
        )
    return Approval(
        id=row["id"],
        order=Order(
            number=row["order"],
            customer=row["customer"],
            amount=Money(row["amount"], row["currency"]),
            placed=row["placed"],
            description=row["description"],
        ),
        reasons=tuple(row["reasons"]),
        facts=tuple((name, fact) for name, fact in row["facts"]),
        approver=row["approver"],
        asked=row["asked"],
        expires=row["expires"],
        decision=decision,
        keyed=row["keyed"],
        run=row["run"],
        submitted=row["submitted"],
    )
