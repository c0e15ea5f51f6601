"""The one place where adapters meet ports."""

from __future__ import annotations

from clerkwork.bootstrap.answers import (
    WRITES,
    asked,
    found_item,
    grown_since,
    pictures_of,
    shown_figures,
    signed_as_found,
    verified,
    verified_all,
)
from clerkwork.bootstrap.auditing import index_pictures, search
from clerkwork.bootstrap.audits import audit, run_report, write_audit
from clerkwork.bootstrap.demo import (
    check_demo,
    demo_places,
    forget_demo,
    is_of_demo,
    wait_for_answers,
    was_played,
)
from clerkwork.bootstrap.engine import ask_for, put_in, queues_of, run_engine
from clerkwork.bootstrap.exporting import export
from clerkwork.bootstrap.files import (
    Sources,
    list_style,
    try_in_workspace,
    try_sources,
    write_trial,
)
from clerkwork.bootstrap.law import confirmed_rates, law_for, law_of
from clerkwork.bootstrap.machine import examine, secret_names, set_secret
from clerkwork.bootstrap.mending import open_mending
from clerkwork.bootstrap.office import open_office
from clerkwork.bootstrap.pages import serve, serving
from clerkwork.bootstrap.paying import link_to, revoke_links
from clerkwork.bootstrap.proving import evidence_keys, make_evidence_key, rotate_evidence_key
from clerkwork.bootstrap.reporting import report_receivables, write_receivables
from clerkwork.bootstrap.simulating import simulate
from clerkwork.bootstrap.slots import (
    account,
    accounted_slots,
    due_words,
    never_reminded_in,
    next_due,
    timetable,
    upcoming_slots,
)
from clerkwork.bootstrap.standing import drain, how_it_stands
from clerkwork.bootstrap.stores import back_up, begin_anew, move_store, restore, show_store
from clerkwork.bootstrap.telling import known_alerts, look_now, try_alerts
from clerkwork.bootstrap.tidying import tidy_up
from clerkwork.workspace import open_workspace

__all__ = [
    "WRITES",
    "Sources",
    "account",
    "accounted_slots",
    "ask_for",
    "asked",
    "audit",
    "back_up",
    "begin_anew",
    "check_demo",
    "confirmed_rates",
    "demo_places",
    "drain",
    "due_words",
    "evidence_keys",
    "examine",
    "export",
    "forget_demo",
    "found_item",
    "grown_since",
    "how_it_stands",
    "index_pictures",
    "is_of_demo",
    "known_alerts",
    "law_for",
    "law_of",
    "link_to",
    "list_style",
    "look_now",
    "make_evidence_key",
    "move_store",
    "never_reminded_in",
    "next_due",
    "open_mending",
    "open_office",
    "open_workspace",
    "pictures_of",
    "put_in",
    "queues_of",
    "report_receivables",
    "restore",
    "revoke_links",
    "rotate_evidence_key",
    "run_engine",
    "run_report",
    "search",
    "secret_names",
    "serve",
    "serving",
    "set_secret",
    "show_store",
    "shown_figures",
    "signed_as_found",
    "simulate",
    "tidy_up",
    "timetable",
    "try_alerts",
    "try_in_workspace",
    "try_sources",
    "upcoming_slots",
    "verified",
    "verified_all",
    "wait_for_answers",
    "was_played",
    "write_audit",
    "write_receivables",
    "write_trial",
]
