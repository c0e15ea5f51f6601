"""A style that nobody who builds the matcher looks at: only the benchmark reads it.

A maker of pumps with branches and subsidiaries in eight countries, whose shared service centre
keeps one ledger; one customer in ten has invoices from more than one system. The mix is what the
bank accounts of such a creditor show, to the best of our knowledge, not what is hardest or easiest:

- Most lines are plain: one number in full, the exact amount, the account that always pays; then
  structured references, lists of a payment run, and discount taken in time.
- About one in twelve names nothing that helps; one in 25 has a number that is short, mistyped or
  cut off by a field.
- What is rare in life (returns, double payments, advances, another's number, a list that the bank
  cut off) is there as often as is needed to count it among 100,000 items.
"""

from __future__ import annotations

from datetime import date

from benchmarks._matching_style import Scheme, Style
from benchmarks._matching_unseen_cases import CHECKS, PLAYS
from benchmarks._matching_unseen_names import debtor_name, payer_name
from benchmarks._matching_unseen_text import WAYS, check_of, finish, order_number
from benchmarks._matching_unseen_words import FILLERS, WORDS

__all__ = ["UNSEEN"]


def _branch(n: int, issued: date, branch: str) -> str:
    body = f"{issued:%y}{branch}{n:05d}"
    return f"{issued:%y}/{branch}/{n:05d}-{check_of(body)}"


def _tail(n: int) -> str:
    """With two check digits (ISO/IEC 7064, MOD 97-10)."""
    return f"{n}{98 - n * 100 % 97:02d}"


UNSEEN = Style(
    name="unseen",
    schemes=(
        # The house's own: year, branch, number and check digit; credit notes in a series apart.
        Scheme(
            invoice=lambda n, issued: _branch(n, issued, "14"),
            credit=lambda n, issued: _branch(n, issued, "94"),
            share=3.0,
            start=3_871,
            credit_start=1_203,
            step=1.5,
        ),
        # Two product lines of one branch, whose numbers run beside each other.
        Scheme(
            invoice=lambda n, issued: f"PX-61-{n:06d}",
            credit=lambda n, issued: f"PXC-61-{n:06d}",
            share=1.2,
            start=84_182,
            credit_start=2_077,
            step=1.7,
        ),
        Scheme(
            invoice=lambda n, issued: f"SV-61-{n:06d}",
            credit=lambda n, issued: f"SVC-61-{n:06d}",
            share=1.2,
            start=84_350,
            credit_start=1_940,
            step=1.6,
        ),
        # Poland: number, month, year, branch.
        Scheme(
            invoice=lambda n, issued: f"FS/{n}/{issued:%m/%Y}/WAW",
            credit=lambda n, issued: f"KFS/{n}/{issued:%m/%Y}/WAW",
            share=1.0,
            start=51_207,
            credit_start=10_460,
            step=1.8,
        ),
        # Spain and Italy.
        Scheme(
            invoice=lambda n, issued: f"A{issued:%y}/{n:06d}",
            credit=lambda n, issued: f"R{issued:%y}/{n:06d}",
            share=1.2,
            start=12_045,
            credit_start=633,
            step=1.6,
        ),
        Scheme(
            invoice=lambda n, issued: f"{n}/E{issued:%y}",
            credit=lambda n, issued: f"{n}/N{issued:%y}",
            share=1.1,
            start=18_841,
            credit_start=10_302,
            step=1.5,
        ),
        # Spare parts by web shop: digits only, the last two check the others.
        Scheme(
            invoice=lambda n, issued: _tail(n),
            credit=lambda n, issued: _tail(n),
            share=1.6,
            start=6_120_455,
            credit_start=8_200_117,
            step=2.3,
        ),
        # An older house: day of the year and number.
        Scheme(
            invoice=lambda n, issued: f"{issued:%y%j}{n:04d}",
            credit=lambda n, issued: f"{issued:%y%j}{n:04d}C",
            share=1.0,
            start=1_031,
            credit_start=1_007,
            step=1.3,
        ),
        # Service contracts: contract and month.
        Scheme(
            invoice=lambda n, issued: f"WV{n:05d}/{issued:%m}",
            credit=lambda n, issued: f"WG{n:05d}/{issued:%m}",
            share=0.9,
            start=40_817,
            credit_start=20_114,
            step=2.0,
        ),
    ),
    debtor=lambda n: f"{40 + n % 7}-{n + 1_006:05d}",
    words=WORDS,
    countries={
        "DE": 25.0,
        "NL": 18.0,
        "FR": 14.0,
        "BE": 13.0,
        "ES": 10.0,
        "IT": 9.0,
        "PL": 7.0,
        "CH": 4.0,
    },
    languages={
        "DE": {"de": 17, "en": 3},
        "NL": {"nl": 17, "en": 3},
        "FR": {"fr": 19, "en": 1},
        "BE": {"nl": 10, "fr": 8, "en": 1, "de": 1},
        "ES": {"es": 18, "en": 2},
        "IT": {"it": 18, "en": 2},
        "PL": {"pl": 16, "en": 4},
        "CH": {"de": 12, "fr": 5, "it": 2, "en": 1},
    },
    fillers=FILLERS,
    filler_rate=0.35,
    wrap=(27, 35, 54, 65),
    wrap_rate=0.15,
    separators=(" ", "-", ".", "_", " / ", "|", "//"),
    structured={"ogm": 4.0, "kenmerk": 2.0, "short kenmerk": 0.5, "rf": 1.5},
    structured_in={"ogm": "BE", "kenmerk": "NL", "short kenmerk": "NL"},
    periods=(
        "{name} {year}",
        "{name} {year}",
        "{name}/{short}",
        "{name} '{short}",
        "{month:02d}/{year}",
        "{month:02d}-{year}",
        "{year}/{month:02d}",
    ),
    full={
        "exact": 66.0,
        "other separators": 5.0,
        "no separators": 5.0,
        "blanks": 2.5,
        "gaps": 3.0,
        "line break": 3.0,
        "broken": 2.5,
        "zeros lost": 2.5,
        "zeros added": 1.0,
        "letter O": 1.0,
        "lookalike": 2.0,
        "lower case": 5.0,
    },
    bad={"mistyped": 4.0, "swapped": 3.5, "dropped": 2.5, "doubled": 1.5, "cut off": 1.5},
    short={
        "prefix missing": 2.5,
        "running number alone": 3.5,
        "check digit missing": 2.0,
        "year missing": 1.5,
        "suffix missing": 2.0,
        "last digits": 2.0,
    },
    cases={
        "number": 68.0,
        "number, new account": 5.0,
        "namesake": 5.0,
        "third party": 2.5,
        "third party, other amount": 0.35,
        "structured": 34.0,
        "qr reference": 16.0,
        "reference mistyped": 0.7,
        "short number": 7.0,
        "mistyped number": 2.0,
        "cut number": 1.0,
        "list": 14.0,
        "range": 5.0,
        "shortened list": 2.5,
        "list cut off": 1.2,
        "credit netted": 8.0,
        "credit note unnamed": 2.0,
        "list that does not fit": 0.4,
        "part payment": 2.5,
        "instalments": 0.8,
        "charges withheld": 1.2,
        "amount mistyped": 0.7,
        "discount": 10.0,
        "list with discount": 4.0,
        "discount too late": 1.5,
        "overpaid": 1.2,
        "paid twice": 0.7,
        "amount alone": 8.0,
        "sum": 5.0,
        "sum among many": 3.0,
        "month named": 14.0,
        "subscription, no month": 3.0,
        "debtor number": 2.5,
        "order number": 2.5,
        "order number that is an invoice's": 0.25,
        "amount of one, number of another": 0.35,
        "prepayment": 0.7,
        "prepayment that fits": 0.3,
        "advance without a word": 0.5,
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
        1240,
        1785,
        2295,
        2880,
        3340,
        4165,
        4790,
        5640,
        6545,
        7735,
        9045,
        10710,
        12495,
        14875,
        17255,
        20825,
        24395,
        29155,
        35105,
        43435,
        54145,
        68425,
        89250,
        118405,
        172550,
    ),
    priced=0.2,
    unpaid=0.18,
    strangers=0.03,
    business=0.8,
    mixed=0.1,
    ways=WAYS,
    debtor_name=debtor_name,
    payer_name=payer_name,
    order_number=order_number,
    finish=finish,
    plays=PLAYS,
    checks=CHECKS,
)
