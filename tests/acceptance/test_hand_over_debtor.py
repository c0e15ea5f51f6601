"""A handover from end to end: approved by a person, blocked in the ERP, the dossier made."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

from back_office import BackOffice
from pypdf import PdfReader, PdfWriter

from clerkwork import bootstrap
from clerkwork.app.collect import check
from clerkwork.app.office import Office
from clerkwork.core.collection import collection_key
from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.queue import WorkItem

DAY = dt.timedelta(days=1)
CONTACTS = ("mail", "mail", "letter", "mail", "mail")


def test_a_handover_from_its_approval_to_the_block_in_the_erp(office: BackOffice) -> None:
    for task in ("fetch_ledger", "fetch_statements", "fetch_open_items"):
        office.done("run", task)
    with bootstrap.open_office(office.folder) as (_, desk):
        debtor, items = _ready(desk)
    papers = office.folder / "documents" / debtor
    papers.mkdir(parents=True)
    for name in ("agreement.pdf", f"delivery-{items[0]}.pdf", *(f"{one}.pdf" for one in items)):
        (papers / name).write_bytes(_paper())

    assert "may be handed over" in office.done("collect", "check", debtor)
    refused = office.run("review", "decide", "handit", "hand-over", "--by", "Inge")
    assert refused.returncode == 0, refused.stderr
    assert debtor in office.done("collect", "list")
    assert office.erp("SELECT block FROM debtors WHERE number = ?", debtor) == [("",)]

    office.done("run", "hand_over")
    (shown,) = office.erp("SELECT block, block_reason FROM debtors WHERE number = ?", debtor)
    assert shown[0] == "blocked"
    assert shown[1].startswith("Inge: in collection since ")
    (handed,) = json.loads(office.done("collect", "list", "--json"))["handovers"]
    assert (handed["state"], handed["by"], handed["items"]) == ("blocked", "Inge", items)

    folder = office.output / "dossiers"
    with zipfile.ZipFile(folder / handed["dossier"]) as archive:
        names = archive.namelist()
        bound = archive.read("dossier.pdf")
    assert {"agreement/agreement.pdf", "manifest.json"} <= set(names)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(bound)).pages]
    whole = "\n".join(pages)
    for words in ("Incassodossier", debtor, *items, "friendly", "Samen", "Inge"):
        assert words in whole, words
    # The papers stand behind it, as they are.
    assert len(pages) > 2 + len(items)
    assert (folder / handed["dossier"]).with_suffix(".pdf").read_bytes() == bound

    # Nothing twice, and nothing more to him.
    office.done("run", "hand_over")
    assert office.erp("SELECT count(*) FROM writes WHERE action = 'blokkade'") == [(1,)]
    assert "in collection" in office.done("journeys", "who", debtor)
    office.done("verify", "last")
    listed = json.loads(office.done("audit", "writes", "--json"))["rows"]
    (block,) = [row for row in listed if row["what"] == "block"]
    assert (block["about"], block["approved_by"]) == (debtor, "Inge")
    assert block["picture_before"]
    assert block["picture_after"]


def _paper() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(400, 600)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _ready(desk: Office) -> tuple[str, list[str]]:
    """A business that had its five contacts, and of whom a person is asked."""
    today = desk.clock.today()
    owed: dict[str, list[OpenItem]] = {}
    for item in desk.books.open_items():
        if item.open.minor > 0 and item.days_overdue(today) > 16 and not item.disputed:
            owed.setdefault(item.customer, []).append(item)
    businesses = {one.number for one in desk.books.debtors() if one.kind == "business"}
    for number in sorted(set(owed) & businesses):
        cycle = min(item.due for item in owed[number])
        items = tuple(item.number for item in owed[number])
        for n, channel in enumerate(CONTACTS):
            desk.outbox.prepare(
                Message(
                    key=f"{number}/{n}", channel=channel, to="ap@firm.example",
                    subject=f"Herinnering {n}", text="Wij wachten op uw betaling: friendly.",
                    html="", debtor=number, step=f"step {n}", items=items,
                    on=cycle + (n + 1) * DAY, message_id=f"<{number}-{n}@firm.example>",
                    state=MessageState.SENT, journey="business",
                )
            )  # fmt: skip
        found = check(desk, number)
        if found.why:
            continue
        desk.queue.put(
            WorkItem(
                id="handit", key=collection_key(number, cycle), kind="message",
                title=f"Hand debtor {number} over?", created=desk.clock.now(),
                choices=(("hand-over", "yes"), ("leave", "no")), debtor=number,
            )
        )  # fmt: skip
        return number, [item.number for item in found.items if item.open.minor > 0]
    raise AssertionError("the book has no business that is late enough and left alone")
