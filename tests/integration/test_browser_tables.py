"""Tables as old portals draw them: merged cells, headings of two rows, every way of paging."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from browser_desk import showing
from hostile_portal import HostilePortal, Reply, Visit

from clerkwork.core.money import Money
from clerkwork.core.portals import Portal
from clerkwork.errors import ControlTotalError, PageTimeout, SelectorLost
from clerkwork.ports import Browser, Screen

pytest_plugins = ["hostile_fixtures"]
SELECTORS = """
[ledger]
rows = "css=#ledger tbody tr"
columns = { item = "Stuknr", debit = "Bedrag / Debet", credit = "Bedrag / Credit", due = "Datum" }

[short]
rows = "css=#ledger tbody tr"
columns = { debit = "Debet", credit = "Credit" }

[merged]
rows = "css=#merged tr"
columns = { customer = "Debiteur", item = "Stuknr", open = "Saldo" }
skip = "contains=Totaal"
total = "near=Totaal"
total_of = "open"

[twice]
rows = "css=#twice tr"
columns = { item = "Stuknr", open = "Saldo" }

[grid]
rows = "css=[role=rowgroup] [role=row]"
columns = { item = "Stuknr", open = "Saldo" }

[paged]
rows = "css=table.list tr"
columns = { item = "Stuknr", open = "Saldo" }
pages = "css=.pager a"
next = "css=.pager .further"
count = "contains=Aantal"

[shown]
rows = "css=table tr"
columns = { item = "Stuknr", open = "Saldo" }
all = "role=button[name='Toon alles']"
count = "contains=Aantal"

[growing]
rows = "css=.line"
columns = { item = "css=b" }
more = "grows"

[open]
rows = "css=table tr"
columns = { item = "Stuknr", open = "Saldo" }
count = "contains=Aantal"

[debtors]
rows = "css=table tr"
columns = { number = "Nummer", name = "Naam" }
"""

LEDGER = """
<table id=ledger><thead>
<tr><th rowspan=2>Stuknr</th><th colspan=2>Bedrag</th><th rowspan=2>Datum</th></tr>
<tr><th>Debet</th><th>Credit</th></tr></thead><tbody>
<tr><td>1001</td><td>1.250,00</td><td></td><td rowspan=2>03-03-2026</td></tr>
<tr><td>1002</td><td></td><td>50,00</td></tr>
<tr><td>1003</td><td colspan=2>7,00</td><td>04-03-2026</td></tr>
</tbody></table>"""

MERGED = """
<table id=merged>
<tr><td>Debiteur</td><td>Stuknr</td><td>Saldo</td></tr>
<tr><td rowspan=2>10001</td><td>A1</td><td>1.000,00</td></tr>
<tr><td>A2</td><td>25,50</td></tr>
<tr><td>Debiteur</td><td>Stuknr</td><td>Saldo</td></tr>
<tr><td rowspan=0>10002</td><td>A3</td><td>1,00</td></tr>
<tr><td>A4</td><td>2,00-</td></tr>
</table>
<table><tr><td>Totaal</td><td>1.024,50</td></tr></table>"""


def test_a_heading_of_two_rows_over_merged_cells(screen: Screen, site: HostilePortal) -> None:
    rows = list(showing(screen, site, LEDGER).rows("ledger"))

    assert [row.maybe_money("debit") for row in rows[:2]] == [Money(125000, "EUR"), None]
    assert [row.maybe_money("credit") for row in rows[:2]] == [None, Money(5000, "EUR")]
    assert [row.date("due").day for row in rows] == [3, 3, 4]
    assert [row.text("debit") for row in screen.rows("short")] == ["1.250,00", "", "7,00"]


def test_a_cell_over_several_rows_stands_in_each_of_them(
    screen: Screen, site: HostilePortal
) -> None:
    rows = list(showing(screen, site, MERGED).rows("merged"))

    assert [(row.text("customer"), row.text("item")) for row in rows] == [
        ("10001", "A1"),
        ("10001", "A2"),
        ("10002", "A3"),
        ("10002", "A4"),
    ]


def test_a_total_is_skipped_as_a_row_and_used_as_a_check(
    screen: Screen, site: HostilePortal
) -> None:
    inside = MERGED.replace("</table>\n<table>", "").replace("1.024,50", "1.024,49")
    with pytest.raises(ControlTotalError, match=r"own total is 1024\.49 EUR"):
        list(showing(screen, site, inside).rows("merged"))


def test_a_heading_over_two_columns_gives_what_stands_in_both(
    screen: Screen, site: HostilePortal
) -> None:
    page = "<table id=twice><tr><th>Stuknr<th colspan=2>Saldo<tr><td>A1<td>EUR<td>1.250,00</table>"
    (row,) = showing(screen, site, page).rows("twice")

    assert row.text("open") == "EUR 1.250,00"
    assert row.money("open") == Money(125000, "EUR")


def test_a_heading_that_is_there_twice_is_no_choice(screen: Screen, site: HostilePortal) -> None:
    page = "<table id=twice><tr><th>Stuknr<th>Saldo<th>Saldo<tr><td>A1<td>1,00<td>2,00</table>"
    with pytest.raises(SelectorLost, match="column 'Saldo' twice"):
        list(showing(screen, site, page).rows("twice"))


def test_a_table_made_of_roles(screen: Screen, site: HostilePortal) -> None:
    row = "<div role=row><span role=cell>{}</span><span role=cell>{}</span></div>"
    head = row.format("Stuknr", "Saldo").replace("role=cell", "role=columnheader")
    body = "".join(row.format(f"A{n}", f"{n},00") for n in (1, 2))
    page = f"<div role=table>{head}<div role=rowgroup>{body}</div></div>"
    rows = list(showing(screen, site, page).rows("grid"))

    assert [row.money("open").minor for row in rows] == [100, 200]


def numbered(visit: Visit) -> Reply:
    """Page p of 7, three to a block; the link to the next block says '...'."""
    page = int(visit.query.get("p", 1))
    block = (page - 1) // 3 * 3
    links = "".join(
        f"<b>{n}</b> " if n == page else f'<a href="/numbers?p={n}">{n}</a> '
        for n in range(block + 1, min(block + 3, 7) + 1)
    )
    further = f'<a class=further href="/numbers?p={block + 4}">...</a>' if block + 3 < 7 else ""
    head = "<tr><th>Stuknr<th>Saldo"
    rows = "".join(f"<tr><td>A{page}{n}<td>{n},00" for n in (1, 2))
    count = "<p>Aantal: 14</p>"
    return Reply(
        f"<table class=list>{head}{rows}</table><div class=pager>{links}{further}</div>{count}"
    )


def test_pages_by_their_numbers_in_blocks(screen: Screen, site: HostilePortal) -> None:
    site.routes["/numbers"] = numbered
    screen.open("numbers")
    rows = list(screen.rows("paged"))

    assert [row.text("item") for row in rows[::2]] == [f"A{n}1" for n in range(1, 8)]
    assert len(site.seen("/numbers")) == 7


def test_all_rows_are_asked_for_where_the_portal_shows_some(
    screen: Screen, site: HostilePortal
) -> None:
    def some(visit: Visit) -> Reply:
        last = 30 if "all" in visit.query else 10
        rows = "".join(f"<tr><td>A{n}<td>1,00" for n in range(last))
        button = (
            "" if last == 30 else "<button onclick=\"location='/some?all=1'\">Toon alles</button>"
        )
        return Reply(f"<table><tr><th>Stuknr<th>Saldo{rows}</table>{button}<p>Aantal: 30</p>")

    site.routes["/some"] = some
    screen.open("some")

    assert len(list(screen.rows("shown"))) == 30
    assert len(list(screen.rows("shown"))) == 30


GROWING = """<div id=list></div><script>
var n = 0, list = document.getElementById('list');
function more() {
  for (var i = 0; i < 5; i++)
    list.insertAdjacentHTML('beforeend', '<p class=line><b>' + n++ + '</b>');
  if (n < LAST) setTimeout(more, 150);
}
more();
</script>"""


def test_a_table_that_grows_by_itself_is_read_when_it_has_stopped(
    screen: Screen, site: HostilePortal
) -> None:
    rows = list(showing(screen, site, GROWING.replace("LAST", "60")).rows("growing"))

    assert [row.text("item") for row in rows] == [str(n) for n in range(60)]


def test_a_table_that_never_stops_growing(screen: Screen, site: HostilePortal) -> None:
    endless = showing(screen, site, GROWING.replace("LAST", "1e9"))
    with pytest.raises(PageTimeout, match=r"rows of growing still came after 4 s"):
        list(endless.rows("growing"))


def test_a_page_of_200_000_rows_is_read_in_slices(browser: Browser, site: HostilePortal) -> None:
    script = """<p>Aantal: 200000</p><div id=place></div><script>
    var rows = ['<table style="table-layout:fixed"><tr><th>Stuknr<th>Saldo'];
    for (var n = 1; n <= 200000; n++) rows.push('<tr><td>' + n + '<td>1,00');
    document.getElementById('place').innerHTML = rows.join('') + '</table>';
    </script>"""
    screen = browser.open(Portal(name="hostile", address=site.address, patience=60))
    showing(screen, site, script)
    read = 0
    with most_held() as held:
        for read, row in enumerate(screen.rows("open"), start=1):
            if read % 50_000 == 1:
                assert row.text("item") == str(read)
    screen.close()

    assert read == 200_000
    assert held() < 8_000_000, "all rows at once were 92 million"


@contextmanager
def most_held() -> Iterator[Callable[[], int]]:
    """Tells, after the block, how many bytes it held at once at most."""
    peak = 0
    tracemalloc.start()
    try:
        yield lambda: peak
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_debtor_called_script_is_read_as_text(screen: Screen, site: HostilePortal) -> None:
    names = ("&lt;script&gt;alert(1)&lt;/script&gt;", "=cmd|' /C calc'!A0", "Bakker &amp;amp; Zn")
    rows = "".join(f"<tr><td>{n}<td>{name}" for n, name in enumerate(names))
    page = f"<table><tr><th>Nummer<th>Naam{rows}</table>"
    read = [row.text("name") for row in showing(screen, site, page).rows("debtors")]

    assert read == ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "Bakker &amp; Zn"]
