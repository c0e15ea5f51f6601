"""Lists of open items, debtors and payers: read exactly as offices have them, or refused whole."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clerkwork.adapters import sheets
from clerkwork.adapters.sheets import Style, date_format, parse_columns
from clerkwork.adapters.statements.excel_rows import visible_rows
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money, format_amount
from clerkwork.errors import BusinessError, ConfigError

read_items = partial(sheets.read_items, open_workbook=visible_rows)
read_debtors = partial(sheets.read_debtors, open_workbook=visible_rows)
read_known = partial(sheets.read_known, open_workbook=visible_rows)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def written(folder: Path, text: str, name: str = "items.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path, rows: Sequence[Sequence[object]], name: str = "items.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    path = folder / name
    book.save(path)
    return path


PLAIN = OpenItem(number="2026-0412", customer="10001", open=eur(125_000), due=dt.date(2026, 3, 31))

DUTCH = "Factuurnummer;Debiteurnummer;Openstaand;Vervaldatum\n2026-0412;10001;1.250,00;31-03-2026\n"
ENGLISH = 'Invoice no,Customer no,Outstanding,Due date\n2026-0412,10001,"1,250.00",03/31/2026\n'
GERMAN = (
    "Rechnungs-Nr.;Kundennummer;Offener Betrag;Fälligkeit\n2026-0412;10001;1.250,00;31.03.2026\n"
)
FRENCH = "N° facture\tCode client\tReste dû\tÉchéance\n2026-0412\t10001\t1 250,00\t31/03/2026\n"


@pytest.mark.parametrize("text", [DUTCH, ENGLISH, GERMAN, FRENCH], ids=["nl", "en", "de", "fr"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_an_export_is_read_in_the_words_and_signs_of_its_country(
    tmp_path: Path, text: str, encoding: str
) -> None:
    assert read_items(written(tmp_path, text, encoding=encoding)).items == (PLAIN,)


def test_every_field_of_an_item_and_its_debtor_is_read(tmp_path: Path) -> None:
    read = read_items(
        written(
            tmp_path,
            "number,customer,name,iban,open,total,currency,issued,due,discount,discount until,"
            "disputed\n"
            "2026-0412,10001,De Vries BV,NL02 RABO 0123 4567 89,980.50,1000.50,USD,2026-03-01,"
            "2026-03-31,20.01,2026-03-10,ja\n",
        )
    )
    assert read.items == (
        OpenItem(
            number="2026-0412",
            customer="10001",
            open=Money(98_050, "USD"),
            due=dt.date(2026, 3, 31),
            issued=dt.date(2026, 3, 1),
            total=Money(100_050, "USD"),
            discount=Money(2_001, "USD"),
            discount_until=dt.date(2026, 3, 10),
            disputed=True,
        ),
    )
    assert read.debtors == (
        Debtor(number="10001", name="De Vries BV", ibans=("NL02RABO0123456789",)),
    )


def test_the_columns_of_labelled_data_are_known(tmp_path: Path) -> None:
    path = written(tmp_path, "number,customer,open_minor,currency,due\nA1,7,12345,EUR,2026-03-31\n")
    assert read_items(path).items[0].open == eur(12_345)


def test_titles_above_and_a_total_below_belong_to_an_export(tmp_path: Path) -> None:
    text = "Openstaande posten per 31-03-2026;;;\n;;;\n" + DUTCH + "Totaal;;1.250,00;\n;;;\n"
    assert read_items(written(tmp_path, text)).items == (PLAIN,)


def test_a_total_that_the_rows_do_not_make_refuses_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, DUTCH + ";;1.250,01;\n")
    with pytest.raises(BusinessError, match=r"items.csv, line 3: .*1250.01 EUR.* make 1250.00 EUR"):
        read_items(path)


def test_what_is_not_open_any_more_is_left_out_and_counted(tmp_path: Path) -> None:
    read = read_items(written(tmp_path, DUTCH + "2026-0413;10001;0,00;31-03-2026\n"))
    assert (read.items, read.settled) == ((PLAIN,), 1)


def test_json_keeps_amounts_exact(tmp_path: Path) -> None:
    text = '{"items": [{"number": "A1", "customer": 7, "open": 0.29, "due": "2026-03-31"}]}'
    read = read_items(written(tmp_path, text, "items.json"))
    assert (read.items[0].customer, read.items[0].open) == ("7", eur(29))


def test_columns_are_declared_where_the_words_are_unknown(tmp_path: Path) -> None:
    path = written(tmp_path, "Wat;Wie;Hoeveel;Wanneer\nA1;7;12,50;2026-03-31\n")
    with pytest.raises(BusinessError, match="Say which it is: --columns number=HEADING"):
        read_items(path)
    columns = parse_columns("number=wat,customer=Wie,open=Hoeveel, due=Wanneer")
    assert read_items(path, columns=columns).items[0].open == eur(1_250)


def test_a_declared_column_wins_over_the_words(tmp_path: Path) -> None:
    text = "number,customer,open,balance,due\nA1,7,1.00,2.00,2026-03-31\n"
    path = written(tmp_path, text)
    with pytest.raises(BusinessError, match="missing_column_of_balance"):
        read_items(path, columns=parse_columns("open=missing_column_of_balance"))
    assert read_items(path, columns=parse_columns("open=balance")).items[0].open == eur(200)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("numbr=A", "Did you mean 'number'"),
        ("number", "is not FIELD=HEADING"),
        ("number=", "is not FIELD=HEADING"),
        ("posts.number=A", "is not FIELD=HEADING"),
    ],
)
def test_a_wrong_declaration_is_told(columns: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse_columns(columns)


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("dd-mm-yyyy", "%d-%m-%Y"),
        ("mm/dd/yy", "%m/%d/%y"),
        ("dd.mm.jjjj", "%d.%m.%Y"),
        ("%d %b %Y", "%d %b %Y"),
    ],
)
def test_the_order_of_dates_is_declared_in_letters(words: str, made: str) -> None:
    assert date_format(words) == made


@pytest.mark.parametrize("words", ["dutch", "dd-mm", "%H:%M", "yyyy"])
def test_an_order_that_is_none_is_told(words: str) -> None:
    with pytest.raises(ConfigError, match="is no order of a date"):
        date_format(words)


def item_row(
    number: str = "A1", customer: str = "7", amount: str = "5.00", due: str = "2026-03-31"
) -> str:
    return f"number;customer;open;due\n{number};{customer};{amount};{due}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (item_row(due="03/04/2026"), r"line 2, due: '03/04/2026', in which day and month may be e.*"
         r"--dates dd-mm-yyyy"),
        (item_row(due="31/02/2026"), r"line 2, due: '31/02/2026' is no date"),
        (item_row(due="soon"), r"line 2, due: 'soon' is no date"),
        (item_row(due=""), r"line 2, due: nothing; expected a date"),
        (item_row(amount="1.250"), r"line 2, open: '1.250', which may be a thousand times.*"
         r"--decimal"),
        (item_row(amount="12.34,5"), "'12.34,5' is not an amount.*expected an exact amount"),
        (item_row(amount="5.001"), "which may be a thousand times as much"),
        (item_row(amount="0.001"), "not a whole number of minor units of EUR"),
        (item_row(amount=""), r"line 2, open: '' is no amount"),
        (item_row(amount="five"), r"line 2, open: 'five'"),
        (item_row(number=""), r"line 2, number: nothing; expected a number"),
        (item_row(number="x" * 101), r"line 2, number: x+"),
        (item_row(customer=""), r"line 2, customer: nothing"),
        (item_row() + "A1;7;6.00;2026-03-31\n", r"line 3: 'A1' again, as at line 2"),
        (item_row() + "A2;7\n", "line 3: 2 cells; expected 4 as the headings"),
        (item_row() + "A2;7;1.00;2026-03-31;more\n", "line 3: 5 cells"),
        (item_row() + ";;5.00;\nA2;7;1.00;2026-03-31\n", "line 3: a row without a number"),
        (item_row() + '"A2;7\n', "line 3: .*expected a sound CSV"),
        ("number;customer;open;due\n", "headings and no item below"),
        ("number;customer;open\nA1;7;5.00\n", r"one for the due date \(due\)"),
        ("number;customer;open;open amount;due\nA1;7;5.00;5.00;2026-03-31\n",
         "'open' and 'open amount' could both be open.*--columns open='open'"),
        ("number;customer;open;due;currency\nA1;7;5.00;2026-03-31;ECU2\n", "'ECU2'; exp"),
        ("number;customer;open;due;disputed\nA1;7;5.00;2026-03-31;perhaps\n", "'perhaps'; e"),
        ("", "whole file: nothing"),
        ("a\x00b", "line 1: a NUL byte"),
        ("[1, 2]", "a list of objects"),
        ('[{"number": 1, "number": 2}]', "the key 'number' twice"),
        ('[{"number": {}}]', "entry 1: 'number' holds an object"),
        ('[{"open": NaN}]', "NaN is no number"),
        ("[" * 100_000, "no valid JSON"),
        ("PK\x03\x04 no workbook", "no sound workbook"),
    ],
)  # fmt: skip
def test_a_list_that_is_wrong_or_doubtful_is_refused_with_its_place(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(BusinessError, match=told) as caught:
        read_items(written(tmp_path, text))
    assert str(caught.value).startswith("items.csv, ")
    assert str(caught.value).endswith("Nothing of it was used")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BusinessError, match="No such file or directory"):
        read_items(tmp_path / "items.csv")


def test_one_date_beyond_doubt_settles_the_order_of_the_others(tmp_path: Path) -> None:
    path = written(tmp_path, item_row(due="03/04/2026") + "A2;7;6.00;31/01/2026\n")
    assert [one.due for one in read_items(path).items] == [
        dt.date(2026, 4, 3),
        dt.date(2026, 1, 31),
    ]


def test_dates_that_contradict_each_other_settle_nothing(tmp_path: Path) -> None:
    path = written(
        tmp_path, item_row(due="03/04/2026") + "A2;7;6.00;31/01/2026\nA3;7;6.00;01/31/2026\n"
    )
    with pytest.raises(BusinessError, match="day and month may be either"):
        read_items(path)


def test_declared_dates_and_signs_leave_no_doubt(tmp_path: Path) -> None:
    path = written(tmp_path, item_row(due="03-04-26", amount="1.250"))
    style = Style(dates=date_format("dd-mm-yy"), decimal=",")
    (one,) = read_items(path, style=style).items
    assert (one.due, one.open) == (dt.date(2026, 4, 3), eur(125_000))


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        ("€ 1.250,00", 125_000),
        ("1250,5", 125_050),
        ("1.250,00-", -125_000),
        ("-1.250,00", -125_000),
        ("(1.250,00)", -125_000),
        ("1.250,00 EUR", 125_000),
        ("1\u202f250,00", 125_000),
        ("\u221212,50", -1_250),
        ("1250", 125_000),
    ],
)
def test_amounts_are_read_as_offices_write_them(tmp_path: Path, amount: str, minor: int) -> None:
    assert read_items(written(tmp_path, item_row(amount=amount))).items[0].open == eur(minor)


def test_debtors_have_names_and_accounts_however_these_are_parted(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Debiteurnr;Naam;IBAN\n"
        "10001;De Vries BV;NL02 RABO 0123 4567 89, BE68 5390 0754 7034\n"
        "10002;Jansen BV;nl91abna0417164300 DE89370400440532013000\n"
        "10003;Smit;\n",
        "debtors.csv",
    )
    assert read_debtors(path) == (
        Debtor(
            number="10001", name="De Vries BV", ibans=("NL02RABO0123456789", "BE68539007547034")
        ),
        Debtor(
            number="10002",
            name="Jansen BV",
            ibans=("NL91ABNA0417164300", "DE89370400440532013000"),
        ),
        Debtor(number="10003", name="Smit"),
    )


def test_a_debtor_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "number;name\n1;A\n1;B\n", "debtors.csv")
    with pytest.raises(BusinessError, match=r"debtors.csv, line 3: debtor '1' again, as at line 2"):
        read_debtors(path)


def test_a_debtor_of_two_names_has_none_to_go_by(tmp_path: Path) -> None:
    text = "number;customer;name;open;due\nA1;7;Jansen;5.00;2026-03-31\nA2;7;Smit;5.00;2026-03-31\n"
    assert read_items(written(tmp_path, text)).debtors == (Debtor(number="7", name=""),)


def test_known_payers_say_how_often_or_count_as_often_enough(tmp_path: Path) -> None:
    counted = written(
        tmp_path,
        "iban,customer,times\nNL02RABO0123456789,10001,7\nNL02RABO0123456789,10001,1\n",
        "known.csv",
    )
    assert read_known(counted, times=2) == {"NL02RABO0123456789": {"10001": 8}}
    vouched = written(tmp_path, "Tegenrekening;Klant\nNL02RABO0123456789;10001\n", "known.csv")
    assert read_known(vouched, times=2) == {"NL02RABO0123456789": {"10001": 2}}


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='"'),
    min_size=1,
    max_size=12,
)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))
CENTS = st.integers(-(10**12), 10**12).filter(bool)
ITEMS = st.lists(
    st.builds(
        OpenItem,
        number=WORDS.map(lambda word: f"N{word}"),
        customer=WORDS.map(lambda word: f"C{word}"),
        open=CENTS.map(eur),
        due=DAYS,
        issued=st.none() | DAYS,
        total=st.none() | CENTS.map(eur),
        disputed=st.booleans(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda item: item.number,
)
HEADINGS = ("number", "customer", "open", "due", "issued", "total", "disputed")


def as_text(item: OpenItem, decimal: str, dates: str) -> list[str]:
    def amount(money: Money | None) -> str:
        grouping = "." if decimal == "," else ","
        return format_amount(money, decimal=decimal, grouping=grouping) if money else ""

    return [
        item.number,
        item.customer,
        amount(item.open),
        item.due.strftime(dates),
        item.issued.strftime(dates) if item.issued else "",
        amount(item.total),
        "yes" if item.disputed else "",
    ]


def as_csv(items: Sequence[OpenItem], folder: Path) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADINGS)
    writer.writerows(as_text(item, ",", "%d-%m-%Y") for item in items)
    return written(folder, text.getvalue())


def as_json(items: Sequence[OpenItem], folder: Path) -> Path:
    rows = [dict(zip(HEADINGS, as_text(one, ".", "%Y-%m-%d"), strict=True)) for one in items]
    return written(folder, json.dumps({"items": rows}), "items.json")


def as_excel(items: Sequence[OpenItem], folder: Path) -> Path:
    def cells(item: OpenItem) -> list[object]:
        amounts = (item.open, item.total)
        open_, total = (float(money.decimal) if money else None for money in amounts)
        dates = (item.due, item.issued)
        return [item.number, item.customer, open_, *dates, total, item.disputed]

    return workbook(folder, [HEADINGS, *map(cells, items)])


@pytest.mark.parametrize("write", [as_csv, as_json, as_excel])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(items=ITEMS)
def test_what_is_written_is_read_again_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    write: Callable[[Sequence[OpenItem], Path], Path],
    items: Sequence[OpenItem],
) -> None:
    folder = tmp_path_factory.mktemp("sheets")
    style = Style(
        dates="%d-%m-%Y" if write is as_csv else "", decimal="," if write is as_csv else "."
    )
    assert read_items(write(items, folder), style=style).items == tuple(items)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("sheets") / "items.csv"
    path.write_bytes(content)
    with pytest.raises(BusinessError, match="Nothing of it was used"):
        read_items(path)


def test_amounts_of_json_may_be_numbers(tmp_path: Path) -> None:
    amounts: Mapping[str, Decimal | int] = {"A1": Decimal("1250.10"), "A2": 7}
    rows = ", ".join(
        f'{{"number": "{name}", "customer": "1", "open": {amount}, "due": "2026-03-31"}}'
        for name, amount in amounts.items()
    )
    read = read_items(written(tmp_path, f"[{rows}]", "items.json"))
    assert [one.open for one in read.items] == [eur(125_010), eur(700)]
