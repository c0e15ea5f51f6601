"""What an owner declares in config/law.toml counts, and what cannot be meant is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from workspaces import fresh

from clerkwork.bootstrap.law import law_for
from clerkwork.core.law.costs import costs
from clerkwork.core.law.declared import LawSettings, law_packs
from clerkwork.core.law.interest import interest
from clerkwork.core.law.pack import Pack
from clerkwork.core.law.term import notice_term
from clerkwork.core.money import Money
from clerkwork.errors import ConfigError
from clerkwork.workspace.config import read_config

RATE = """
[[rates]]
country = "nl"
kind = "trade"
since = 2025-07-01
until = 2025-12-31
percent = 7.25
source = "an example"
confirmed_by = "A. Owner"
confirmed_on = 2025-07-02
"""
AUSTRIA = """
[countries.at]
source = "an example"
confirmed_by = "A. Owner"
confirmed_on = 2026-01-15
order = ["costs", "interest", "principal"]

[countries.at.business]
basis = "law"
costs = { bands = [{ over = "0.00 EUR", fixed = "40.00 EUR" }] }
rate = "trade"
points = 1.5

[countries.at.consumer]
basis = "agreed"
costs = { bands = [{ over = "0.00 EUR", fixed = "5.00 EUR", percent = 2 }], most = "30.00 EUR" }

[countries.at.consumer.notice]
days = 10
after_arrival = true
post = { days = 2, skips = ["sunday", "holidays"] }
electronic = { days = 1 }

[[rates]]
country = "at"
kind = "trade"
since = 2025-01-01
until = 2025-12-31
percent = 3
source = "an example"
confirmed_by = "A. Owner"
confirmed_on = 2025-07-02
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


def settings(root: Path, text: str) -> LawSettings:
    (root / "config" / "law.toml").write_text(text)
    return read_config(root).law


def pack(root: Path, text: str, country: str) -> Pack:
    return law_packs(settings(root, text))[country]


def refusal(root: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        settings(root, text)
    return str(caught.value)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def test_the_file_that_comes_along_chooses_what_follows_the_principal(root: Path) -> None:
    law = read_config(root).law
    assert law.country == "nl"
    assert law.after_principal.policy == "waive below"
    assert law.after_principal.below == eur("5.00")
    assert law_for(law).after == law.after_principal
    assert not law.vat.cannot_deduct
    assert not law.rates
    assert set(law_packs(law)) == {"nl", "be", "de"}


def test_a_workspace_without_the_file_gives_nothing_up(root: Path) -> None:
    (root / "config" / "law.toml").unlink()
    assert read_config(root).law.after_principal.policy == "ask"


def test_the_examples_in_the_file_that_comes_along_can_be_used(root: Path) -> None:
    place = root / "config" / "law.toml"
    lines = place.read_text().splitlines()
    begin = next(n for n, line in enumerate(lines) if line == "# [[rates]]")
    used = [line.removeprefix("# ") for line in lines[begin:] if " = " in line or "[" in line]
    place.write_text("\n".join([*lines[:begin], *used]))
    law = read_config(root).law
    assert [(rate.country, rate.kind) for rate in law.rates] == [("nl", "trade")]
    assert law.countries["at"].business is not None


def test_a_confirmed_rate_goes_on_from_the_last_known_one(root: Path) -> None:
    nl = pack(root, RATE, "nl")
    # June at 11.15 %, 30 days: 9.16438; July at 7.25 %, 31 days: 6.15753.
    found = interest(nl, "business", eur("1000"), date(2025, 6, 1), date(2025, 8, 1))
    assert found.amount == eur("15.32")
    with pytest.raises(ConfigError, match=r"trade rate of 2026-01-01 .* 2023-01-01 to 2025-12-31"):
        interest(nl, "business", eur("1000"), date(2025, 12, 1), date(2026, 1, 2))
    with pytest.raises(ConfigError, match="non-trade rate of 2025-07-01"):
        interest(nl, "consumer", eur("1000"), date(2025, 7, 1), date(2025, 7, 2))


def test_a_doubtful_rate_is_corrected_by_an_owner(root: Path) -> None:
    text = RATE.replace("2025-07-01", "2024-01-01").replace("2025-12-31", "2024-06-30")
    nl = pack(root, text.replace("7.25", "12"), "nl")
    step = next(one for one in nl.rates["trade"].steps if one.since == date(2024, 1, 1))
    assert step.percent == Decimal(12)


def test_a_declared_country_is_reckoned_like_any_other(root: Path) -> None:
    austria = pack(root, AUSTRIA, "at")
    assert costs(austria, "business", eur("900")).total == eur("40")
    # 5.00 and 2 % of 900, at most 30.
    assert costs(austria, "consumer", eur("900"), agreed=True).total == eur("23")
    assert costs(austria, "consumer", eur("9000"), agreed=True).total == eur("30")
    # 3 + 1.5 %: 1000 x 0.045 x 31/365 = 3.82191.
    found = interest(austria, "business", eur("1000"), date(2025, 1, 1), date(2025, 2, 1))
    assert found.amount == eur("3.82")
    # Thursday 5 March 2026 -> Fri 6 (1), Sat 7 (2). Ten days from the 8th: up to the 17th.
    assert notice_term(austria, "consumer", date(2026, 3, 5)).last_day == date(2026, 3, 17)
    assert austria.sources == ("an example (confirmed by A. Owner on 2026-01-15)",)


def test_a_slower_post_makes_the_letters_term_longer(root: Path) -> None:
    # Fri 18 December -> Sat 19 (1), not Sun, not Mon, Tue 22 (2), Wed 23 (3): up to 7 January.
    law = law_packs(settings(root, "slower_post = 1"))
    assert notice_term(law["nl"], "consumer", date(2026, 12, 18)).last_day == date(2027, 1, 7)
    # Where the sending counts, it changes nothing.
    assert notice_term(law["be"], "consumer", date(2023, 9, 18)).last_day == date(2023, 10, 4)


def test_what_the_code_leaves_open_of_belgium_is_declared(root: Path) -> None:
    text = AUSTRIA.partition("[countries.at.consumer]")[0].replace("countries.at", "countries.be")
    belgium = pack(root, text.replace('rate = "trade"', 'rate = "late-payment"'), "be")
    assert costs(belgium, "business", eur("900")).total == eur("40")
    assert costs(belgium, "consumer", eur("1000"), agreed=True).total == eur("90")
    assert belgium.ordered() == ("costs", "interest", "principal")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('country = "xx"', "line 1: 'country' is 'xx'; known are nl, be, de. Correct it"),
        ("slower_post = -1", "'slower_post' is -1; expected days from 0 to 30"),
        ('colour = "red"', "line 1: unknown key 'colour'."),
        (
            '[after_principal]\npolicy = "forget"',
            "policy 'forget'; expected one of ask, waive below, waive",
        ),
        ('[after_principal]\npolicy = "waive below"', "`below` goes with policy 'waive below'"),
        (
            "[vat]\ncannot_deduct = true",
            "line 1: vat: VAT that cannot be deducted needs its percent",
        ),
        (RATE.replace('"trade"', '"traed"'), "'traed'; the law of nl has non-trade, trade"),
        (RATE.replace('"nl"', '"fr"'), "'rates 1.country' is 'fr'; known are nl, be, de."),
        (RATE.replace("2025-12-31", "2025-01-01"), "2025-01-01, before it begins on 2025-07-01"),
        (RATE.replace("7.25", "725"), "'rates 1.percent' is 725; expected per cent a year"),
        (RATE.replace("7.25", '"high"'), "'rates 1.percent' is 'high'"),
        (
            RATE.replace('"A. Owner"', '" "'),
            "'rates 1.confirmed_by' is empty; expected who confirms",
        ),
        (RATE.replace('"an example"', '""'), "'rates 1.source' is empty; expected the gazette"),
        (RATE.replace('source = "an example"\n', ""), "key 'rates 1.source' is missing; add it"),
        (RATE + RATE, "'rates 2.since' is 2025-07-01: its days overlap those of another one"),
        (
            RATE.replace("2025-07-01", "2025-06-01"),
            "2025-06-01: its days overlap 2025-01-01 to 2025-06-30, which is known",
        ),
        (
            AUSTRIA.replace("countries.at", "countries.AT"),
            "'countries.AT' is 'AT'; expected a country's two small letters",
        ),
        (AUSTRIA.replace("countries.at", "countries.nl"), "the code knows the law of nl there"),
        (
            AUSTRIA.replace('order = ["costs", "interest", "principal"]', 'order = ["costs"]'),
            "'countries.at.order' is ['costs']; expected each of costs, interest, principal once",
        ),
        (
            AUSTRIA.replace('order = ["costs"', 'calendar = "XX"\norder = ["costs"'),
            "'countries.at.calendar' is 'XX', of which no holidays are known",
        ),
        (
            AUSTRIA.replace('order = ["costs"', 'currency = "EURO"\norder = ["costs"'),
            "'countries.at.currency' is 'EURO', which is no currency",
        ),
        (
            AUSTRIA.replace(
                "[countries.at.business]",
                "[countries.at.hours]\nstart = 21:00:00\n\n[countries.at.business]",
            ),
            "'countries.at.hours.start' is 21:00, which is not before the end of the hours",
        ),
        (AUSTRIA.replace('basis = "law"', 'basis = "lore"'), "basis 'lore'; expected one of law"),
        (
            AUSTRIA.replace("5.00 EUR", "5.00 USD"),
            "its amounts are of different currencies; use one",
        ),
        (
            AUSTRIA.replace('"40.00 EUR"', '"40 euro"'),
            "'40 euro'; expected an amount such as \"1250.00 EUR\"",
        ),
        (AUSTRIA.replace('"sunday", ', '"sundays", '), "'sundays' is skipped; expected some of"),
        (AUSTRIA.replace("days = 10", "days = 0"), "a term of 0 days; expected 1 or more"),
        (
            AUSTRIA.partition("[countries.at.business]")[0],
            "'countries.at' is empty: add [countries.at.consumer]",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(root: Path, text: str, said: str) -> None:
    refused = refusal(root, text)
    assert refused.startswith("config/law.toml, line ")
    assert said in refused
