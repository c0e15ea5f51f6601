"""What was matched as a CSV that a spreadsheet opens, written whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from clerkwork.core.cells import harmless
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.money import total
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation

__all__ = ["write_outcome"]

_HEADINGS = (
    "line", "id", "account", "booked", "valued", "amount", "currency", "payer", "payer_iban",
    "text", "outcome", "rule", "debtor", "debtor_name", "items", "applied", "discount",
    "on_account", "confidence", "why", "candidates", "reverses",
)  # fmt: skip
_MONEY = frozenset({"amount", "applied", "discount", "on_account"})


def write_outcome(
    path: Path,
    matches: Iterable[Match],
    previews: Iterable[BankLine] = (),
    names: Mapping[str, str] | None = None,
) -> None:
    """Write matches in their order, then previews; amounts with a point, items as 'number=amount'.

    The file is for its owner alone. Raises `OSError`; then an older file of that name stands as
    it was.
    """
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}", suffix=".partial")
    try:
        # With a mark of its encoding, or Excel takes the names for another alphabet's.
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, _HEADINGS, restval="")
            writer.writeheader()
            rows = [_row(found, names or {}) for found in matches]
            rows += [{**_facts(line), "outcome": "preview"} for line in previews]
            for number, row in enumerate(rows, start=1):
                writer.writerow(_safe({"line": str(number), **row}))
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _facts(line: BankLine) -> dict[str, str]:
    return {
        "id": line.id,
        "account": line.account,
        "booked": line.booked.isoformat(),
        "valued": line.valued.isoformat(),
        "amount": str(line.amount.decimal),
        "currency": line.amount.currency,
        "payer": line.payer,
        "payer_iban": line.payer_iban,
        "text": line.text or line.structured,
    }


def _row(found: Match, names: Mapping[str, str]) -> dict[str, str]:
    row = {
        **_facts(found.line),
        "outcome": str(found.outcome),
        "rule": found.rule,
        "debtor": found.customer,
        "debtor_name": names.get(found.customer, ""),
        "items": _items(found.allocations),
        "confidence": f"{found.confidence:.4f}" if found.confidence else "",
        "why": "; ".join(found.reasons),
        "candidates": " | ".join(
            f"{one.customer}: {_items(one.allocations)}" for one in found.candidates
        ),
        "reverses": found.reverses,
    }
    if found.outcome is Outcome.SETTLED:
        currency = found.line.amount.currency
        applied = total((part.amount for part in found.allocations), currency)
        discount = total((part.discount for part in found.allocations), currency)
        row |= {
            "applied": str(applied.decimal),
            "discount": str(discount.decimal),
            "on_account": str((found.line.amount - applied).decimal),
        }
    return row


def _items(allocations: Iterable[Allocation]) -> str:
    return "; ".join(
        f"{part.item}={part.amount.decimal}"
        + (f"/{part.discount.decimal}" if part.discount else "")
        for part in allocations
    )


def _safe(row: Mapping[str, str]) -> dict[str, str]:
    return {key: cell if key in _MONEY else harmless(cell) for key, cell in row.items()}
