"""Statements of real banks and of our own making, each with what must be read beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from clerkwork.adapters.statements.columns import POLDER_BANK
from clerkwork.adapters.statements.reading import Columns, read_statements
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement, identified
from clerkwork.errors import StatementError
from clerkwork.workspace.toml import read_table

GOLDEN = Path(__file__).parent.parent / "golden" / "statements"
KINDS = {".xml", ".sta", ".csv", ".ofx", ".xlsx", ".xls", ".ods"}
SAMPLES = sorted(path for path in GOLDEN.rglob("*") if path.suffix in KINDS)
DECLARED = Path(__file__).parent.parent.parent / "config" / "statements.toml"


def tables() -> tuple[Columns, ...]:
    """Every layout that the workspace declares, as it is handed to the reader."""
    shape = dict[str, Columns]
    declared: dict[str, Columns] = read_table(DECLARED, "config/statements.toml", shape)
    return (*declared.values(), POLDER_BANK)


def plain(statement: Statement) -> dict[str, Any]:
    told: dict[str, Any] = {
        "account": statement.account,
        "number": statement.number,
        "from": statement.opened.isoformat(),
        "to": statement.closed.isoformat(),
        "opening": str(statement.opening),
        "closing": str(statement.closing),
    }
    lines = [
        {
            name: str(value) if isinstance(value, Money) else value
            for name, value in asdict(line).items()
            if name not in {"raw", "account", "amount", "booked", "valued"} and value
        }
        | {"amount": str(line.amount), "booked": str(line.booked), "valued": str(line.valued)}
        for line in statement.lines
    ]
    told["kind"] = statement.kind.value
    told["controls"] = list(statement.controls)
    told["unbooked"] = statement.unbooked
    return {**told, "lines": lines}


def read(path: Path) -> dict[str, Any]:
    try:
        return {"statements": [plain(one) for one in read_statements(path, columns=tables())]}
    except StatementError as error:
        return {"refused": str(error)}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_read_as_the_file_beside_it_says(path: Path) -> None:
    expected = json.loads(path.with_suffix(path.suffix + ".json").read_text(encoding="utf-8"))
    assert read(path) == expected


def test_there_are_samples_that_are_read_and_samples_that_are_refused() -> None:
    outcomes = {next(iter(read(path))) for path in SAMPLES}
    assert outcomes == {"statements", "refused"}
    assert len(SAMPLES) >= 30


def test_a_line_keeps_its_entry_as_it_stood() -> None:
    (statement,) = read_statements(GOLDEN / "own" / "batch.xml")
    whole = (GOLDEN / "own" / "batch.xml").read_text(encoding="utf-8")
    for line in statement.lines:
        assert line.raw in whole
        assert line.raw.startswith(("<c:TxDtls>", "<c:Ntry>"))
    first, _ = read_statements(GOLDEN / "own" / "tagged.sta")
    assert first.lines[0].raw.startswith(":61:2603020302C130,25")
    assert first.lines[0].raw.endswith("13/")
    assert first.lines[3].raw.endswith("Kosten betaalverkeer")


def test_the_same_money_in_a_statement_its_preview_and_its_notification_is_one_line() -> None:
    own = GOLDEN / "own"
    booked, _, _ = read_statements(own / "summary.xml")
    (preview,) = read_statements(own / "preview.xml")
    assert [line.id for line in preview.lines] == [booked.lines[0].id]
    (notification,) = read_statements(own / "notification.xml")
    (batch,) = notification.batches
    (as_one_line,) = identified([replace(batch.whole, id="", text="told otherwise", code="")])
    assert batch.whole.id == as_one_line.id
