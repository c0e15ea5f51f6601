"""The first tables: ledger, bank, postings, queue, outbox, approvals and runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clerkwork.adapters.store.columns import Instant, Words

revision = "0001"
down_revision = None


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, Words(), nullable=False) for name in names]


def upgrade() -> None:
    """Make them, in the order in which they refer to each other."""
    _approvals()
    _debtors()
    _fetches()
    _ledger_balances()
    _messages()
    _open_items()
    _orders()
    _runs()
    _statements()
    _work_items()
    _attachments()
    _bank_lines()
    _message_moves()
    _work_decisions()
    _matches()
    _postings()
    _allocations()
    _posting_moves()


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        *_words("order", "customer"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("placed", sa.Date(), nullable=False),
        *_words("description"),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        *_words("approver"),
        sa.Column("asked", Instant(), nullable=False),
        sa.Column("expires", Instant(), nullable=False),
        sa.Column("replaced", sa.Boolean(), nullable=False),
        *_words("verdict", "by"),
        sa.Column("decided", Instant(), nullable=True),
        *_words("via", "reason"),
        sa.Column("keyed", sa.Boolean(), nullable=False),
        *_words("note"),
        sa.PrimaryKeyConstraint("seq", name="pk_approvals"),
        sa.UniqueConstraint("id", name="uq_approvals_id"),
    )
    op.create_index(
        "uq_approvals_question",
        "approvals",
        ["order", "customer", "amount", "currency"],
        unique=True,
        sqlite_where=sa.text("NOT replaced"),
        postgresql_where=sa.text("NOT replaced"),
    )


def _debtors() -> None:
    op.create_table(
        "debtors",
        sa.Column("source", sa.String(length=200), nullable=False),
        *_words("number"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_words("name", "kind"),
        sa.Column("address", sa.JSON(), nullable=False),
        *_words("country", "language", "email"),
        sa.Column("ibans", sa.JSON(), nullable=False),
        sa.Column("credit_limit", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Boolean(), nullable=False),
        *_words("block"),
        sa.PrimaryKeyConstraint("source", "number", name="pk_debtors"),
    )


def _fetches() -> None:
    op.create_table(
        "fetches",
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_move", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "source", name="pk_fetches"),
    )


def _ledger_balances() -> None:
    op.create_table(
        "ledger_balances",
        sa.Column("source", sa.String(length=200), nullable=False),
        *_words("ledger"),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("source", "ledger", name="pk_ledger_balances"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("seq", sa.Integer(), nullable=False),
        *_words("key"),
        sa.Column("channel", sa.String(length=40), nullable=False),
        *_words("recipient", "subject", "text", "html", "debtor", "step"),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        *_words("message_id"),
        sa.Column("state", sa.String(length=20), nullable=False),
        *_words("note", "proof"),
        sa.PrimaryKeyConstraint("seq", name="pk_messages"),
        sa.UniqueConstraint("key", name="uq_messages_key"),
    )
    op.create_index("ix_messages_debtor", "messages", ["debtor"], unique=False)
    op.create_index("ix_messages_state", "messages", ["state"], unique=False)
    op.create_index(
        "uq_messages_message_id",
        "messages",
        ["message_id"],
        unique=True,
        sqlite_where=sa.text("message_id <> ''"),
        postgresql_where=sa.text("message_id <> ''"),
    )


def _open_items() -> None:
    op.create_table(
        "open_items",
        sa.Column("source", sa.String(length=200), nullable=False),
        *_words("number", "customer"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("open", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=True),
        sa.Column("discount_until", sa.Date(), nullable=True),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "number", "customer", name="pk_open_items"),
    )
    op.create_index(
        "ix_open_items_number_customer", "open_items", ["number", "customer"], unique=False
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("source", sa.String(length=200), nullable=False),
        *_words("number"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_words("customer"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("placed", sa.Date(), nullable=False),
        *_words("description"),
        sa.PrimaryKeyConstraint("source", "number", name="pk_orders"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=200), nullable=False),
        *_words("task"),
        sa.Column("started", Instant(), nullable=False),
        sa.Column("ended", Instant(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        *_words("note"),
        sa.PrimaryKeyConstraint("seq", name="pk_runs"),
        sa.UniqueConstraint("run", name="uq_runs_run"),
    )


def _statements() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_words("number"),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.Column("closed", sa.Date(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=False),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *_words("source"),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        sa.UniqueConstraint("account", "position", name="uq_statements_account_position"),
    )


def _work_items() -> None:
    op.create_table(
        "work_items",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        *_words("key", "kind", "title"),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        *_words("evidence", "decision", "by"),
        sa.Column("decided", Instant(), nullable=True),
        *_words("note"),
        sa.PrimaryKeyConstraint("seq", name="pk_work_items"),
        sa.UniqueConstraint("id", name="uq_work_items_id"),
        sa.UniqueConstraint("key", name="uq_work_items_key"),
    )


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_words("name", "media_type"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_words("inline"),
        sa.ForeignKeyConstraint(["message"], ["messages.seq"], name="fk_attachments_message"),
        sa.PrimaryKeyConstraint("message", "position", name="pk_attachments"),
    )


def _bank_lines() -> None:
    op.create_table(
        "bank_lines",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("booked", sa.Date(), nullable=False),
        sa.Column("valued", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *_words(
            "payer", "payer_iban", "text", "structured", "end_to_end", "bank_ref", "code", "raw"
        ),
        sa.ForeignKeyConstraint(["statement"], ["statements.id"], name="fk_bank_lines_statement"),
        sa.PrimaryKeyConstraint("id", name="pk_bank_lines"),
        sa.UniqueConstraint("statement", "position", name="uq_bank_lines_statement_position"),
    )


def _message_moves() -> None:
    op.create_table(
        "message_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *_words("run", "note", "proof"),
        sa.ForeignKeyConstraint(["message"], ["messages.seq"], name="fk_message_moves_message"),
        sa.PrimaryKeyConstraint("id", name="pk_message_moves"),
    )
    op.create_index("ix_message_moves_message", "message_moves", ["message"], unique=False)


def _work_decisions() -> None:
    op.create_table(
        "work_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        *_words("decision", "by"),
        sa.Column("at", Instant(), nullable=False),
        *_words("note"),
        sa.ForeignKeyConstraint(["item"], ["work_items.seq"], name="fk_work_decisions_item"),
        sa.PrimaryKeyConstraint("id", name="pk_work_decisions"),
    )
    op.create_index("ix_work_decisions_item", "work_decisions", ["item"], unique=False)


def _matches() -> None:
    op.create_table(
        "matches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        *_words("rule"),
        sa.Column("reasons", sa.JSON(), nullable=False),
        *_words("customer"),
        sa.Column("allocations", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["line"], ["bank_lines.id"], name="fk_matches_line"),
        sa.PrimaryKeyConstraint("id", name="pk_matches"),
    )
    op.create_index("ix_matches_line", "matches", ["line"], unique=False)
    op.create_index(
        "uq_matches_current",
        "matches",
        ["line"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )


def _postings() -> None:
    op.create_table(
        "postings",
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        *_words("customer"),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("booked", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *_words("memo"),
        sa.Column("state", sa.String(length=20), nullable=False),
        *_words("rule"),
        sa.Column("reasons", sa.JSON(), nullable=False),
        *_words("run", "note", "receipt"),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("submitted", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["line"], ["bank_lines.id"], name="fk_postings_line"),
        sa.PrimaryKeyConstraint("reference", name="pk_postings"),
        sa.UniqueConstraint("turn", name="uq_postings_turn"),
    )
    op.create_index(
        "uq_postings_live",
        "postings",
        ["line"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('void', 'rejected', 'reversed')"),
        postgresql_where=sa.text("state NOT IN ('void', 'rejected', 'reversed')"),
    )


def _allocations() -> None:
    op.create_table(
        "allocations",
        sa.Column("reference", sa.String(length=64), nullable=False),
        *_words("item"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("open_before", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["postings.reference"], name="fk_allocations_reference"
        ),
        sa.PrimaryKeyConstraint("reference", "item", name="pk_allocations"),
    )


def _posting_moves() -> None:
    op.create_table(
        "posting_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("was", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *_words("run", "note"),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reference"], ["postings.reference"], name="fk_posting_moves_reference"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_posting_moves"),
    )
    op.create_index("ix_posting_moves_reference", "posting_moves", ["reference"], unique=False)
