"""Layouts of tables are declared in `config/statements.toml`; what is wrong there is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerkwork.adapters.statements.columns import Columns
from clerkwork.errors import ConfigError
from clerkwork.workspace.toml import read_table

SOUND = """[bank]
account = "Own"
booked = "Date"
amount = "Amount"
"""


def declared(folder: Path, content: str) -> dict[str, Columns]:
    path = folder / "statements.toml"
    path.write_text(content, encoding="utf-8")
    found: dict[str, Columns] = read_table(path, "config/statements.toml", dict[str, Columns])
    return found


def test_a_layout_needs_only_an_account_a_date_and_an_amount(tmp_path: Path) -> None:
    (columns,) = declared(tmp_path, SOUND).values()
    assert columns.headings() == ("Own", "Date", "Amount")
    assert columns.recognises(b"Our statements;;\n\nDate;Amount;Own\n")
    assert not columns.recognises(b"Date;Amount\n")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('account = "Own"', 'acount = "Own"', "unknown key 'bank.acount'. Did you mean 'account'?"),
        ('booked = "Date"', "", "'bank.booked' is missing"),
        ('amount = "Amount"', "", "expected amount, or debit and credit together"),
        ('amount = "Amount"', 'debit = "Out"', "expected amount, or debit and credit together"),
        ('account = "Own"', "", "expected either account (a heading) or iban (your account)"),
        ('account = "Own"', 'iban = "NL00"', "iban 'NL00' is no IBAN"),
        ('booked = "Date"', 'booked = "Date"\ndirection = "D/C"', "direction, out and into"),
        ('booked = "Date"', 'booked = "Date"\nstate = "Info"', "expected state and final together"),
        ('booked = "Date"', 'booked = "Date"\ndecimal = ";"', "decimal is ';'; expected ',' or"),
        ('booked = "Date"', 'booked = "Date"\ndelimiter = ""', "delimiter is ''; expected one"),
        ('booked = "Date"', 'booked = "Date"\ndates = "dd-mm"', "expected as '%d-%m-%Y'"),
        ('booked = "Date"', 'booked = "Date"\ntext = "What"', "expected a list"),
    ],
)
def test_what_is_wrong_in_a_layout_is_said_with_its_place(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        declared(tmp_path, SOUND.replace(before, after))
    assert str(caught.value).startswith("config/statements.toml")
    assert told in str(caught.value)
