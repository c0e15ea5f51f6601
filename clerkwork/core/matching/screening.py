"""Lines that are no debtor's money, or that nothing but a person can judge."""

from __future__ import annotations

import re

from clerkwork.core.matching.accounts import compact
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.verdict import Case, Run
from clerkwork.core.matching.words import said_in
from clerkwork.core.references import Certainty

__all__ = ["SCREENING", "came_back", "nothing_to_screen"]

_CODE = re.compile(r"[\s-]+")


def decided_before(case: Case) -> Match | str:
    """What a person said of this account's or this text's money."""
    why = case.run.memory.sets_aside(case.line)
    return case.set_aside("decided before", why) if why else "nobody decided that it is not ours"


def own_transfer(case: Case) -> Match | str:
    """Between the creditor's own accounts, as declared."""
    rules, line = case.run.rules, case.line
    iban = compact(line.payer_iban) if line.payer_iban else ""
    if iban and iban in case.run.own:
        return case.set_aside("own transfer", "the other account is the creditor's own")
    if rules.transfer_codes and (code := _code(case, rules.transfer_codes)):
        return case.set_aside("own transfer", f"the bank's code {code} is that of own transfers")
    if rules.transfer_words and not case.payer.customers:
        word = said_in(line.text, rules.transfer_words)
        if word and not case.remittance.mentions:
            return case.set_aside("own transfer", f"the text says '{word}'")
    return "the other account is not the creditor's own"


def bank_costs(case: Case) -> Match | str:
    """The bank's own charges, as declared."""
    rules, line = case.run.rules, case.line
    if code := _code(case, rules.costs_codes):
        return case.set_aside("bank costs", f"the bank's code {code} is one of its charges")
    if rules.costs_ibans and compact(line.payer_iban) in case.run.charging:
        return case.set_aside("bank costs", "the bank takes its charges through this account")
    if rules.costs_words and not line.payer_iban and not case.remittance.mentions:
        word = said_in(line.text, rules.costs_words)
        if word:
            return case.set_aside("bank costs", f"the text says '{word}'")
    return "nothing says that it is one of the bank's charges"


def zero_amount(case: Case) -> Match | str:
    if case.minor:
        return "the line moves money"
    return case.review("zero amount", "the line moves no money")


def money_that_came_back(case: Case) -> Match | str:
    """A payment of the creditor's own that came in again; what came back of debtors is later."""
    code = _code(case, case.run.rules.return_codes)
    if case.minor > 0 and code:
        return case.review("return", f"the bank's code {code} says that a payment came back")
    return "no code says that an own payment came back"


def outgoing(case: Case) -> Match | str:
    """Money out that is no return: a refund to a debtor, or none of receivables' business."""
    if case.minor > 0 or came_back(case):
        return "money in, or a return"
    credits = [
        item
        for mention in case.remittance.mentions
        for item in mention.items
        if mention.certainty is Certainty.WRITTEN and case.ledger.minor[item] < 0
    ]
    if case.payer.customers or credits:
        found = (case.candidate([one], f"{one} is a credit note") for one in credits)
        return case.review("refund", "money out to a debtor", found)
    return case.set_aside("outgoing", "money out to somebody who is no debtor")


def booked_ahead(case: Case) -> Match | str:
    if case.minor < 0 or case.line.booked <= case.run.today:
        return "the line is booked by today"
    return case.review("booked ahead", f"the line is booked on {case.line.booked}, after today")


SCREENING = (
    ("decided before", decided_before),
    ("own transfer", own_transfer),
    ("bank costs", bank_costs),
    ("zero amount", zero_amount),
    ("return", money_that_came_back),
    ("outgoing", outgoing),
    ("booked ahead", booked_ahead),
)
"""Each says what the line is, or why it is not that; in this order, before all else."""


def nothing_to_screen(case: Case) -> bool:
    """Whether all of these would pass the line on, at a glance: money in, without any code."""
    run, line = case.run, case.line
    if case.minor <= 0 or run.screens_words or line.booked > run.today:
        return False
    if line.code and _declared(run, line.code):
        return False
    return compact(line.payer_iban) not in run.set_aside


def came_back(case: Case) -> str:
    """Why money that went out is a return, in words; empty if it is none."""
    if case.minor >= 0:
        return ""
    rules = case.run.rules
    if code := _code(case, rules.return_codes):
        return f"the bank's code {code} says that a payment came back"
    word = said_in(case.line.text, rules.return_words)
    return f"money out, and the text says '{word}'" if word else ""


def _code(case: Case, codes: tuple[str, ...]) -> str:
    """The line's code, if it or a part of it is one of those."""
    code = case.line.code
    if not code:
        return ""
    return code if code in codes or any(part in codes for part in _CODE.split(code)) else ""


def _declared(run: Run, code: str) -> bool:
    """Whether the code or a part of it is declared to mean anything."""
    known = run.codes.get(code)
    if known is None:
        rules = run.rules
        codes = {*rules.costs_codes, *rules.transfer_codes, *rules.return_codes}
        known = run.codes[code] = not codes.isdisjoint((code, *_CODE.split(code)))
    return known
