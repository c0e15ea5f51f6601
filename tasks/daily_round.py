"""A back office's morning, in order."""

from clerkwork import Run, task
from tasks.ask_about_orders import ask_about_orders
from tasks.fetch_ledger import fetch_ledger
from tasks.fetch_open_items import fetch_open_items
from tasks.fetch_statements import fetch_statements
from tasks.hand_over import hand_over
from tasks.key_decisions import key_decisions
from tasks.key_payments import key_payments
from tasks.read_replies import read_replies
from tasks.reconcile_payments import reconcile_payments
from tasks.remind_debtors import remind_debtors


@task(
    schedule="0 6 * * mon-fri",
    calendar="NL",
    late_after="2 h",
    portals=("kantoor_erp", "polder_bank"),
)
def daily_round(run: Run) -> None:
    """Fetch, reconcile, key, approve and remind: the whole morning."""
    run.do(fetch_ledger)
    run.do(fetch_statements)
    run.do(ask_about_orders)
    run.do(reconcile_payments)
    run.do(key_payments)
    run.do(fetch_open_items)
    if run.figures["voided"]:
        # Somebody keyed meanwhile: what was voided is matched anew on what is open now.
        run.do(reconcile_payments)
        run.do(key_payments)
        run.do(fetch_open_items)
    run.do(key_decisions)
    # Before anybody is handed over or reminded: who wrote is left alone until he has an answer.
    run.do(read_replies)
    run.do(hand_over)
    # Before the hours of a journey nobody is reminded: that is done by its own schedule.
    run.do(remind_debtors)
