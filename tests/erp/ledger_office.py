"""A back office that keys into SQL-Ledger, and what SQL-Ledger's own database says of it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from back_office import BackOffice, settle_in
from ledger_book import ACCOUNT, BOOK, CLERK, INVOICES, LEDGER
from ledger_host import Host

from clerkwork.adapters.clock import SystemClock
from clerkwork.adapters.store import open_store
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Statement, identified
from clerkwork.core.posting import Allocation, Posting, PostingState, make_posting

CLOCK = SystemClock(ZoneInfo("Europe/Amsterdam"))
YESTERDAY = CLOCK.today() - dt.timedelta(days=1)
_TASK = '''
from clerkwork import Run, key_receipts, task
from robots.sql_ledger import SqlLedger


@task()
def ledger_round(run: Run) -> None:
    """Fetch what SQL-Ledger has, key what was approved."""
    with run.open(SqlLedger) as erp:
        run.books.replace_debtors(erp.name, erp.debtors())
        run.books.replace_open_items(erp.name, erp.open_items())
    key_receipts(run, SqlLedger)


@task()
def ledger_receipts(run: Run) -> None:
    """Key what was approved."""
    key_receipts(run, SqlLedger)
'''


def move_in(folder: Path, address: str) -> BackOffice:
    """A workspace with the robot and the selectors of this repository, and tasks of its own."""
    office = settle_in(folder)
    for part in ("robots", "tasks", "selectors"):
        for file in (office.folder / part).iterdir():
            if file.is_dir():
                shutil.rmtree(file)
            elif file.stem not in ("sql_ledger", "__init__"):
                file.unlink()
    (office.folder / "tasks" / "ledger.py").write_text(_TASK)
    config = office.folder / "config"
    (config / "workspace.toml").write_text('store = "sqlite:///output/clerkwork.db"\n')
    accounts = f'[[accounts]]\niban = "{ACCOUNT}"\nledger = "{LEDGER}"\n'
    (config / "accounts.toml").write_text(accounts)
    creditor = (config / "creditor.toml").read_text()
    (config / "creditor.toml").write_text(creditor.replace("NL22PLDR3507963310", ACCOUNT))
    portal = f'[sql_ledger]\naddress = "{address}"\nwrites = "auto"\nmax_postings = 50\n'
    portal += 'max_amount = "9000000.00 EUR"\nin_flight = 2.0\n'
    (config / "portals.toml").write_text(portal)
    office.keep({"sql_ledger.user": CLERK[0], "sql_ledger.password": CLERK[1]})
    return office


def approve(office: BackOffice, receipts: Sequence[tuple[Allocation, ...]]) -> list[Posting]:
    """Money that came in over some days until yesterday, as postings that may be keyed."""
    store = open_store(f"sqlite:///{office.output / 'clerkwork.db'}", CLOCK)
    last = store.books.last_statement(ACCOUNT)
    opening = last.closing if last else Money(0, "EUR")
    opened = last.closed if last else YESTERDAY - dt.timedelta(days=20)
    lines = identified(
        BankLine(
            account=ACCOUNT,
            booked=max(opened, YESTERDAY - dt.timedelta(days=19 - at)),
            valued=YESTERDAY,
            amount=total((part.amount for part in parts), "EUR"),
            text=f"{parts[0].item} nr {at}",
        )
        for at, parts in enumerate(receipts)
    )
    closing = opening + total((line.amount for line in lines), "EUR")
    store.books.book_statement(
        Statement(
            account=ACCOUNT,
            number="2" if last else "1",
            opened=opened,
            closed=lines[-1].booked,
            opening=opening,
            closing=closing,
            lines=lines,
            source="by hand",
        )
    )
    found = {line.text: line for line in store.books.unmatched()}
    matches, postings = [], []
    for asked, parts in zip(lines, receipts, strict=True):
        line, customer = found[asked.text], INVOICES[parts[0].item].customer
        reasons = ("a person said so",)
        matches.append(
            Match(
                line=line,
                outcome=Outcome.SETTLED,
                rule="person",
                reasons=reasons,
                customer=customer,
                allocations=parts,
            )
        )
        postings.append(
            make_posting(
                line=line.id,
                customer=customer,
                account=ACCOUNT,
                booked=line.booked,
                amount=line.amount,
                allocations=parts,
                memo=f"Bankafschrift, regel {line.text[-8:]}",
            )
        )
    store.books.record_matches(matches, postings)
    for posting in postings:
        store.books.move(posting.reference, PostingState.APPROVED, note="by a person")
    store.close()
    return postings


@dataclass(frozen=True, slots=True)
class Keyed:
    """One line of a receipt as SQL-Ledger's database has it."""

    item: str
    customer: str
    booked: str
    cents: int
    reference: str
    memo: str
    account: str


def keyed(host: Host) -> Counter[Keyed]:
    """All money received, by SQL-Ledger's own account lines."""
    rows = host.ask(
        BOOK,
        """
        SELECT ar.invnumber, customer.customernumber, acc_trans.transdate,
               round(-acc_trans.amount::numeric * 100), acc_trans.source, acc_trans.memo,
               chart.accno
        FROM acc_trans JOIN ar ON ar.id = acc_trans.trans_id
        JOIN customer ON customer.id = ar.customer_id
        JOIN chart ON chart.id = acc_trans.chart_id
        WHERE chart.link LIKE '%AR_paid%'
        """,
    )
    return Counter(
        Keyed(item, customer, booked, int(cents), reference, memo, account)
        for item, customer, booked, cents, reference, memo, account in rows
    )


def meant(postings: Sequence[Posting]) -> Counter[Keyed]:
    """What a perfect clerk would have keyed."""
    return Counter(
        Keyed(
            part.item,
            posting.customer,
            posting.booked.isoformat(),
            part.amount.minor,
            posting.reference,
            posting.memo,
            LEDGER,
        )
        for posting in postings
        for part in posting.allocations
    )


def assert_books(host: Host, postings: Sequence[Posting]) -> None:
    """SQL-Ledger holds these receipts and no others, to the cent, and its books balance."""
    assert keyed(host) == meant(postings)
    paid = Counter[str]()
    for posting in postings:
        for part in posting.allocations:
            paid[part.item] += part.amount.minor
    rows = host.ask(
        BOOK,
        "SELECT invnumber, round(amount::numeric * 100), round(paid::numeric * 100) FROM ar",
    )
    assert sorted((number, int(all_), int(got)) for number, all_, got in rows) == sorted(
        (number, invoice.cents, paid[number]) for number, invoice in INVOICES.items()
    )
    # What the debtors' account says is open, each transaction by itself.
    left = host.ask(
        BOOK,
        """
        SELECT ar.invnumber, round(-sum(acc_trans.amount)::numeric * 100)
        FROM acc_trans JOIN ar ON ar.id = acc_trans.trans_id
        JOIN chart ON chart.id = acc_trans.chart_id
        WHERE chart.link = 'AR' GROUP BY ar.invnumber
        """,
    )
    assert {number: int(cents) for number, cents in left} == {
        number: invoice.cents - paid[number] for number, invoice in INVOICES.items()
    }
    unbalanced = "SELECT trans_id FROM acc_trans GROUP BY 1 HAVING abs(sum(amount)) > 0.001"
    assert host.ask(BOOK, unbalanced) == []
    lines = sum(len(posting.allocations) for posting in postings)
    assert host.ask(BOOK, "SELECT count(*) FROM payment") == [(str(lines),)]
