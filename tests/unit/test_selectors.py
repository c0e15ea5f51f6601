"""A selectors file: what it may say, and what a person is told when it is wrong."""

from __future__ import annotations

import tomllib

import pytest

from clerkwork.core.finders import Column, Finder
from clerkwork.core.selectors import PortalSelectors, parse_selectors
from clerkwork.errors import ConfigError


def parsed(text: str) -> PortalSelectors:
    return parse_selectors(tomllib.loads(text), "selectors/acme_erp.toml")


def finder(value: str) -> Finder:
    _, entry = parsed(f"[login]\nuser = {value}").entry("login.user")
    return entry[0]


ACME = """
[[dialogs]]
text = "Are you sure"
answer = "accept"

[portal]
expired = "text=Your session has expired"
refused = "css=.refusal"

[interruptions]
cookies = { when = "text=We use cookies", click = "role=button[name='Refuse all']" }

[login]
user     = "label=User name"
password = "label=Password"
submit   = ["role=button[name='Log in']", "button[type=submit]"]

[open_items]
frame   = "main/work"
menu    = "text=Open items"
rows    = "table#oi tbody tr"
columns = { number = "Doc  no.", open = "Balance", age = "css=.age" }
total   = "css=#oi-total"
total_of = "open"
paid    = { row = "{item}", column = "Paid" }
"""


def test_the_example_of_a_portal_whole() -> None:
    acme = parsed(ACME)

    assert [f.kind for f in acme.entry("login.submit")[1]] == ["role", "css"]
    assert acme.entry("login.submit")[1][0].name == "Log in"
    items = acme.section("open_items")
    assert items.frame == ("main", "work")
    assert items.table is not None
    assert items.table.columns == {
        "number": Column(heading="Doc no."),
        "open": Column(heading="Balance"),
        "age": Column(css=".age"),
    }
    assert items.table.total_of == "open"
    assert acme.entry("open_items.total")[1] == items.table.total
    assert acme.dialogs[0].answer == "accept"
    assert acme.interruptions[0].name == "cookies"
    assert acme.expired[0].text == "Your session has expired"


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        ("'label=User name'", "label", "User name"),
        ("'text=  Open\\n  items '", "text", "Open\\n items"),
        ("'near=Kenmerk'", "near", "Kenmerk"),
        ("'xpath=//td[text()=\"a=b\"]'", "xpath", '//td[text()="a=b"]'),
        ("'input[name=user]'", "css", "input[name=user]"),
        ("'role=link'", "role", "link"),
        ("'ocr=Receipt  1'", "ocr", "Receipt 1"),
        ("'placeholder=Find'", "placeholder", "Find"),
        ("{ tree = ['Sales', ' Open  items '] }", "tree", "Open items"),
    ],
)
def test_ways_to_find(written: str, kind: str, text: str) -> None:
    found = finder(written)

    assert (found.kind, found.text) == (kind, text)


def test_values_are_filled_into_words_alone() -> None:
    (paid,) = parsed(ACME).entry("open_items.paid")[1]

    filled = paid.filled({"item": "2026-{x}'\"]"})
    assert (filled.text, filled.column) == ("2026-{x}'\"]", "Paid")
    with pytest.raises(KeyError, match="item"):
        paid.filled({"number": "1"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[login]\nuser = 'lable=User'", ["[login]", "'user'", "lable", "'label='"]),
        ("[login]\nuser = []", ["'user'", "empty"]),
        ("[login]\nuser = 5", ["'user'", "5"]),
        ("[login]\nuser = ''", ["'user'"]),
        ("[login]\nuser = 'label='", ["'user'", "nothing after"]),
        ("[login]\nuser = 'css=td.{item}'", ["{item}", "css"]),
        ("[login]\nuser = \"xpath=//td[.='{item}']\"", ["{item}", "xpath"]),
        ("[login]\nuser = { row = 'x', css = 'td.{item}' }", ["{item}", "css"]),
        ("[login]\nuser = { row = 'x' }", ["row", "column"]),
        ("[login]\nuser = { row = 'x', colum = 'y' }", ["colum"]),
        ("[login]\nuser = 'role=button[name=Log in]'", ["role=button[name='Log in']"]),
        ("login = 'text=x'", ["[login]", "heading"]),
        ("[items]\ncolumns = { a = 'A' }", ["'columns'", "'rows'"]),
        ("[items]\nrows = 'tr'", ["'columns'", "headings"]),
        ("[items]\nrows = 'tr'\ncolumns = { a = '' }", ["'columns.a'"]),
        ("[items]\nrows = 'tr'\ncolumns = { a = 'A' }\ntotal = 'b'", ["total_of"]),
        ("[items]\nrows='tr'\ncolumns={ a = 'A' }\ntotal='b'\ntotal_of='c'", ["'c'", "(a)"]),
        ("[items]\nrows = 'tr'\ncolumns = { a = 'A' }\nmore = 'click'", ["'more'", "scroll"]),
        ("[items]\nrows = 'tr'\ncolumns = { a = 'A' }\nloaded = 'b'", ["'loaded'", "scroll"]),
        ("[items]\nframe = 'a//b'\nx = 'y'", ["'frame'", "outer/inner"]),
        ("[portal]\nlogin = 'text=x'", ["[portal]", "'login'", "expired"]),
        ("[portal]\nexpired = 'text={x}'", ["'expired'", "placeholder"]),
        ("[interruptions]\nwall = 'text=x'", ["[interruptions]", "'wall'", "when"]),
        ("[[dialogs]]\ntext = 'x'\nanswer = 'yes'", ["[dialogs]", "'1.answer'", "'dismiss'"]),
        ("[[dialogs]]\ntext = ''\nanswer = 'accept'", ["'1.text'"]),
        ("dialogs = ['x']", ["[dialogs]", "answer"]),
        ("[menu]\nx = { tree = ['Sales'] }", ["'x'", "outermost branch"]),
        ("[menu]\nx = { tree = ['Sales', ''] }", ["'x'", "each branch"]),
        ("[form]\nx = { list = 'css=#x' }", ["'x'", "options"]),
        ("[form]\nx = { list = 'css=#x', options = 'li', more = 'y' }", ["'x'", "options"]),
        ("[form]\nx = 'image=../print.png'", ["'x'", "name of a PNG file"]),
        ("[form]\nx = 'image=print.png'", ["'x'", "selectors/acme_erp/print.png"]),
        ("[portal]\nexpired = 'ocr=Over'", ["'expired'", "goes by looks"]),
        ("[portal]\nbusy = 'text={x}'", ["'busy'", "placeholder"]),
        ("[items]\nbusy = ['image=wait.png']\nx = 'text=y'", ["'busy'", "goes by looks"]),
        ("[get]\nfiles = 'exe'\nx = 'text=y'", ["'files'", "pdf"]),
        ("[get]\nfiles = 7\nx = 'text=y'", ["'files'", "7"]),
        ("[items]\nrows = 'tr'\ncolumns = { a = 'A' }\nmore = 'grows'\nloaded = 'b'", ["scroll"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        parsed(text)
    for word in ["selectors/acme_erp.toml", *words]:
        assert word in str(caught.value)


def test_what_a_section_says_beside_its_selectors() -> None:
    acme = parse_selectors(
        tomllib.loads("""
[portal]
busy = "css=.spinner"

[statements]
frame = "work"
busy = "text=Please wait"
files = ["xml", "zip"]
get = "image=get.png"

[receipt]
country = { list = "near=Country", options = "css=#countries li" }

[items]
rows = "tr"
columns = { a = "A" }
pages = "css=.pager a"
all = "text=Show all"
more = "grows"
"""),
        "selectors/acme_erp.toml",
        {"get.png": b"a picture"},
    )

    assert [(each.frame, each.entry[0].text) for each in acme.busy] == [
        (("work",), "Please wait"),
        ((), ".spinner"),
    ]
    assert acme.section("statements").files == ("xml", "zip")
    assert acme.images == {"get.png": b"a picture"}
    assert acme.entry("receipt.country")[1][0].kind == "near"
    assert acme.section("receipt").lists["country"] == acme.entry("receipt.country.options")[1]
    items = acme.section("items").table
    assert items is not None
    assert (items.more, items.pages[0].text, items.all[0].text) == (
        "grows",
        ".pager a",
        "Show all",
    )


def test_the_branches_of_a_tree_are_filled_too() -> None:
    found = finder("{ tree = ['Ledger {year}', 'Item {item}'] }")

    assert found.needs() == {"year", "item"}
    assert found.filled({"year": "2026", "item": "7"}).path == ("Ledger 2026",)


def test_what_a_robot_asks_for_and_the_file_does_not_say() -> None:
    acme = parsed(ACME)
    with pytest.raises(ConfigError, match=r"\[orders\].*login, open_items"):
        acme.entry("orders.open")
    with pytest.raises(ConfigError, match=r"\[login\] has no 'pin'.*password, submit, user"):
        acme.entry("login.pin")
    with pytest.raises(ConfigError, match=r"section\.name"):
        acme.entry("login")
