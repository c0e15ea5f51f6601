"""A fourth visible style: a wholesaler with two branches and two houses that it took over.

Until it had been scored too often, it was the one that nobody looks at. The house sells to firms in
six countries; one customer in eight has invoices from more than one system. The mix is what the
bank accounts of such a creditor show, to the best of our knowledge, not what is hardest or easiest:

- Eight lines in ten name what they pay. One number in full with its exact amount, from the account
  that always pays, is by far the most frequent; then structured references (Belgium, the
  Netherlands), lists of a payment run, new accounts, and discount taken in time.
- One in ten names nothing that helps: an amount, a sum, a month or a customer number at most.
- One in 25 has a number that is short or mistyped.
- Credit notes netted, part payments, instalments and overpayments are one in 18 together.
- What is returned, paid twice, paid in advance, in another currency, or paid by somebody else with
  another amount is rarer in life than here: each is there as often as is needed to count it, at
  least 50 times among 100,000 items. Without that floor precision would be that of easy lines.
"""

from __future__ import annotations

from datetime import date

from benchmarks._matching_style import Scheme, Style
from benchmarks._matching_style_d_names import debtor_name, payer_name
from benchmarks._matching_style_d_text import WAYS, check_digit, finish, order_number
from benchmarks._matching_style_d_words import FILLERS, WORDS

__all__ = ["D"]


def _with_check(n: int, issued: date) -> str:
    return f"{n:06d}-{check_digit(f'{n:06d}')}"


def _credit_with_check(n: int, issued: date) -> str:
    return f"K{n:05d}-{check_digit(f'{n:05d}')}"


def _debtor(n: int) -> str:
    digits = f"{n + 1207:04d}"
    return digits + check_digit(digits)


D = Style(
    name="d",
    schemes=(
        Scheme(
            invoice=lambda n, issued: f"{issued:%y}U{n:05d}",
            credit=lambda n, issued: f"{issued:%y}UC{n:05d}",
            share=2.0,
            start=8310,
            credit_start=140,
            step=1.5,
        ),
        Scheme(
            invoice=lambda n, issued: f"{issued:%y}W{n:05d}",
            credit=lambda n, issued: f"{issued:%y}WC{n:05d}",
            share=1.5,
            start=7875,
            credit_start=95,
            step=1.6,
        ),
        Scheme(
            invoice=lambda n, issued: f"{issued:%y%m}{n:05d}",
            credit=lambda n, issued: f"CR{issued:%y%m}{n:05d}",
            share=2.0,
            start=6713,
            credit_start=60,
            step=1.4,
        ),
        Scheme(
            invoice=lambda n, issued: f"{n}",
            credit=lambda n, issued: f"{n}",
            share=0.6,
            start=21_041,
            credit_start=90_500,
            step=1.2,
        ),
        Scheme(
            invoice=lambda n, issued: f"{n}",
            credit=lambda n, issued: f"{n}",
            share=1.5,
            start=4_400_312_077,
            credit_start=4_490_001_160,
            step=2.4,
        ),
        Scheme(
            invoice=_with_check,
            credit=_credit_with_check,
            share=1.5,
            start=48_211,
            credit_start=6_020,
            step=1.8,
        ),
        Scheme(
            invoice=lambda n, issued: f"VK.{issued:%y}.{n:05d}",
            credit=lambda n, issued: f"VKC.{issued:%y}.{n:05d}",
            share=1.2,
            start=5_502,
            credit_start=311,
            step=1.7,
        ),
        Scheme(
            invoice=lambda n, issued: f"{n}",
            credit=lambda n, issued: f"GS{n}",
            share=1.2,
            start=31_417_733,
            credit_start=510_044,
            step=2.0,
        ),
    ),
    debtor=_debtor,
    words=WORDS,
    countries={"NL": 30.0, "DE": 28.0, "BE": 18.0, "FR": 13.0, "AT": 6.0, "GB": 5.0},
    languages={
        "NL": {"nl": 18, "en": 2},
        "BE": {"nl": 11, "fr": 8, "en": 1},
        "DE": {"de": 18, "en": 2},
        "AT": {"de": 19, "en": 1},
        "FR": {"fr": 18, "en": 2},
        "GB": {"en": 1},
    },
    fillers=FILLERS,
    filler_rate=0.4,
    wrap=(27, 34, 40, 66),
    wrap_rate=0.15,
    separators=("\u2013", " - ", ":", "_", "\\", ".", "-"),
    structured={"ogm": 5.0, "kenmerk": 1.5, "short kenmerk": 0.5, "rf": 1.0},
    structured_in={"ogm": "BE", "kenmerk": "NL", "short kenmerk": "NL"},
    periods=(
        "{name} {year}",
        "{name} {year}",
        "{name} '{short}",
        "{name}-{short}",
        "{month:02d}.{year}",
        "{month:02d}/{year}",
        "{year}-{month:02d}",
    ),
    full={
        "exact": 66.0,
        "other separators": 4.0,
        "no separators": 6.0,
        "blanks": 3.5,
        "line break": 3.0,
        "broken": 2.0,
        "letters apart": 3.0,
        "zeros lost": 2.5,
        "zeros added": 1.5,
        "letter O": 1.5,
        "small o": 1.0,
        "lower case": 5.0,
    },
    bad={"mistyped": 4.0, "swapped": 3.0, "dropped": 2.5, "doubled": 1.5, "cut off": 1.5},
    short={"prefix missing": 2.5, "branch missing": 3.0, "year missing": 2.0, "last digits": 3.0},
    cases={
        "number": 60.0,
        "number, new account": 5.0,
        "third party": 2.5,
        "third party, other amount": 0.35,
        "structured": 38.0,
        "short number": 8.0,
        "mistyped number": 2.0,
        "list": 14.0,
        "range": 6.0,
        "shortened list": 1.5,
        "credit netted": 9.0,
        "list that does not fit": 0.4,
        "part payment": 2.5,
        "instalments": 0.8,
        "discount": 11.0,
        "discount too late": 1.5,
        "overpaid": 1.2,
        "paid twice": 0.6,
        "amount alone": 10.0,
        "sum": 6.0,
        "sum among many": 3.0,
        "month named": 16.0,
        "subscription, no month": 4.0,
        "debtor number": 2.5,
        "order number": 2.5,
        "order number that is an invoice's": 0.25,
        "prepayment": 0.7,
        "prepayment that fits": 0.3,
        "name and amount": 1.2,
        "two debtors on one account": 5.0,
        "storno": 0.4,
        "storno without reference": 0.2,
        "other currency": 0.2,
        "zero amount": 0.15,
        "invoice and credit note alike": 10.0,
        "number not open": 0.4,
    },
    prices=(
        1395,
        1850,
        2175,
        2650,
        3125,
        3795,
        4350,
        5225,
        6175,
        7450,
        8910,
        9680,
        11250,
        13310,
        15730,
        18755,
        21780,
        25410,
        30250,
        38115,
        46585,
        57475,
        72600,
        91960,
        133100,
    ),
    priced=0.22,
    unpaid=0.18,
    strangers=0.03,
    business=0.72,
    mixed=0.125,
    ways=WAYS,
    debtor_name=debtor_name,
    payer_name=payer_name,
    order_number=order_number,
    finish=finish,
)
