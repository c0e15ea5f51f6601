"""CAMT.053 that cannot be trusted is refused whole, and the message says where and why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clerkwork.adapters.statements.camt_fields import camt_tree
from clerkwork.adapters.statements.reading import read_statements
from clerkwork.adapters.statements.scan import Scan
from clerkwork.core.money import Money
from clerkwork.errors import StatementError

ENTRY = """
<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{status}</Sts>
<BookgDt><Dt>{day}</Dt></BookgDt>{details}</Ntry>
"""
BALANCE = """
<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
"""


def entry(
    amount: str = "10.00", *, status: str = "BOOK", day: str = "2026-03-02", details: str = ""
) -> str:
    return ENTRY.format(amount=amount, status=status, day=day, details=details)


def document(*entries: str, closing: str = "10.00", head: str = "", balances: str = "") -> str:
    balances = balances or (
        BALANCE.format(kind="OPBD", amount="0.00") + BALANCE.format(kind="CLBD", amount=closing)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.13"><BkToCstmrStmt><Stmt>'
        "<Id>S</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>"
        f"{balances}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "statement.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(folder: Path, content: str | bytes) -> str:
    with pytest.raises(StatementError) as caught:
        read_statements(written(folder, content))
    assert str(caught.value).startswith("statement.xml, ")
    return str(caught.value)


def test_a_sound_statement_of_a_version_yet_to_come(tmp_path: Path) -> None:
    (statement,) = read_statements(
        written(tmp_path, document(entry(), entry("5.00", status="PDNG")))
    )
    assert [line.amount for line in statement.lines] == [Money(1000, "EUR")]
    assert statement.lines[0].valued == statement.lines[0].booked


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    said = {"utf-16-le": "", "utf-16-be": ""}.get(encoding, f' encoding="{encoding}"')
    named = entry("1.00", details="<AddtlNtryInf>Müller</AddtlNtryInf>")
    text = document(*[named] * 3, closing="3.00").replace(' encoding="UTF-8"', said)
    mark = "" if encoding in ("utf-16", "cp1252") else "\ufeff"
    (statement,) = read_statements(written(tmp_path, (mark + text).encode(encoding)))
    assert [line.text for line in statement.lines] == ["Müller"] * 3
    for line in statement.lines:
        assert line.raw.startswith("<Ntry>")
        assert line.raw.endswith("Müller</AddtlNtryInf></Ntry>")


def test_what_does_not_add_up(tmp_path: Path) -> None:
    told = refused(tmp_path, document(entry(), closing="11.00"))
    assert "0.00 EUR and 1 lines do not make 11.00 EUR: the difference is 1.00 EUR" in told
    assert "fetch it from the bank again" in told


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_file_that_was_cut_off(tmp_path: Path, share: float) -> None:
    whole = document(*[entry("0.00")] * 500, entry())
    assert "the file is cut off" in refused(tmp_path, whole[: int(len(whole) * share)])


def test_a_file_that_is_not_well_formed(tmp_path: Path) -> None:
    assert "line 9: mismatched tag;" in refused(
        tmp_path, document(entry()).replace("</BookgDt>", "", 1)
    )


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE Document [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE Document SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_and_document_types_are_refused(tmp_path: Path, head: str) -> None:
    assert "a document type or entity declaration" in refused(tmp_path, document(head=head))


def test_elements_without_end_in_depth_are_refused(tmp_path: Path) -> None:
    deep = "<A>" * 60 + "</A>" * 60
    assert "at most 40 levels" in refused(tmp_path, document(entry(details=deep)))


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (entry("1,00"), "'1,00' 'EUR' is not an amount"),
        (entry("1.001"), "not a whole number of minor units"),
        (entry("-1.00"), "'-1.00' 'EUR' is not an amount"),
        (entry(day="2026-02-30"), "BookgDt: day is out of range"),
        (entry(day=""), "BookgDt: '' is not a date"),
        (entry(status=""), "an entry without a status"),
        (entry().replace("CRDT", "UP"), "without amount or direction"),
        (entry().replace("EUR", "USD"), "amounts in EUR and USD"),
    ],
)
def test_an_entry_that_cannot_be_read(tmp_path: Path, bad: str, told: str) -> None:
    assert told in refused(tmp_path, document(bad))


def test_the_place_of_a_bad_entry_is_told(tmp_path: Path) -> None:
    told = refused(tmp_path, document(entry(), entry("x")))
    assert "statement 1, entry 2: 'x' 'EUR' is not an amount" in told


def test_balances_are_needed(tmp_path: Path) -> None:
    only = BALANCE.format(kind="OPBD", amount="0.00")
    assert "no closing balance; expected CLBD or ITBD" in refused(tmp_path, document(balances=only))


def transaction(amount: str) -> str:
    return f'<TxDtls><Amt Ccy="EUR">{amount}</Amt></TxDtls>' if amount else "<TxDtls/>"


def batch(*amounts: str) -> str:
    return entry(details=f"<NtryDtls>{''.join(map(transaction, amounts))}</NtryDtls>")


def test_a_batch_is_split_by_its_own_amounts(tmp_path: Path) -> None:
    (statement,) = read_statements(written(tmp_path, document(batch("4.00", "6.00"))))
    assert [line.amount.minor for line in statement.lines] == [400, 600]
    assert len({line.id for line in statement.lines}) == 2


def test_a_batch_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    assert "2 transactions of 14.00 EUR in all" in refused(
        tmp_path, document(batch("4.00", "10.00"))
    )
    assert "a transaction without its own amount" in refused(tmp_path, document(batch("", "10.00")))


def test_one_transaction_takes_the_entrys_amount(tmp_path: Path) -> None:
    (statement,) = read_statements(written(tmp_path, document(batch("0.00"))))
    assert [line.amount.minor for line in statement.lines] == [1000]


def test_another_file_is_no_statement(tmp_path: Path) -> None:
    assert "<html> without a statement" in refused(tmp_path, "<html><body>log in</body></html>")
    assert "no format that is known" in refused(tmp_path, "Dear customer")
    assert "whole file: nothing" in refused(tmp_path, "  \n")


def test_a_large_file_is_streamed(tmp_path: Path) -> None:
    """38 MB of entries, each of its own text, take less memory than the file has bytes."""
    count = 6_000
    path = tmp_path / "large.xml"
    with path.open("w", encoding="utf-8") as file:
        before, after = document("@", closing=f"{count}.00").split("@")
        file.write(before)
        for number in range(count):
            text = f"Factuur {number:08d} " + "van maart " * 600
            file.write(entry("1.00", details=f"<AddtlNtryInf>{text}</AddtlNtryInf>"))
        file.write(after)
    assert path.stat().st_size > 32 * 1024 * 1024
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from clerkwork.adapters.statements.camt import read_camt\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "(one,) = read_camt(Path(sys.argv[1]))\n"
        "took = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024\n"
        "print(took, len({line.id for line in one.lines}), one.lines[-1].text[:16])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    took, different, last = done.stdout.split(maxsplit=2)
    assert (int(different), last.strip()) == (count, "Factuur 00005999")
    # Only Linux counts in kilobytes.
    assert sys.platform != "linux" or int(took) < 32


@pytest.mark.parametrize(
    "endless",
    ["<AddtlNtryInf>" + "x" * 2_000_000, "<A b='" + "x" * 2_000_000, "<!--" + "x" * 2_000_000],
    ids=["text", "attribute", "comment"],
)
def test_a_text_or_tag_without_end_is_refused(tmp_path: Path, endless: str) -> None:
    told = refused(tmp_path, document(entry(details=endless)))
    assert "a text or a tag of more than 1,048,576 bytes" in told


def test_an_entry_without_end_is_refused(tmp_path: Path) -> None:
    many = entry(details="<NtryDtls>" + "<TxDtls/>" * 40_000 + "</NtryDtls>")
    top = camt_tree(entry=lambda *_: None, statement=lambda *_: None)
    with pytest.raises(StatementError, match="an entry of more than 200,000 bytes"):
        Scan(written(tmp_path, document(many)), top, largest=200_000).read()


def test_too_many_texts_in_one_transaction_are_refused(tmp_path: Path) -> None:
    many = "<NtryDtls><TxDtls><RmtInf>" + "<Ustrd>x</Ustrd>" * 10_001
    told = refused(tmp_path, document(entry(details=many)))
    assert "more than 10,000 <Ustrd> in one element" in told


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match=r"gone\.xml, whole file: No such file"):
        read_statements(tmp_path / "gone.xml")
