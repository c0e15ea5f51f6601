"""Collection costs by the law of each country, with the law's own amounts as worked examples."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clerkwork.core.law.be import BE
from clerkwork.core.law.costs import Vat, costs
from clerkwork.core.law.de import DE
from clerkwork.core.law.nl import NL
from clerkwork.core.law.pack import Band, Scale, flat
from clerkwork.core.money import Money
from clerkwork.errors import ConfigError


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


class TestTheNetherlands:
    """Besluit vergoeding voor buitengerechtelijke incassokosten, art. 2."""

    @pytest.mark.parametrize("kind", ["consumer", "business"])
    @pytest.mark.parametrize(
        ("principal", "expected"),
        [
            ("2500", "375"),
            ("4000", "525"),
            ("5000", "625"),
            ("10000", "875"),
            ("200000", "2775"),
            ("1000000", "6775"),
            # At least 40, which is 15 % of 266.67; a cent is enough.
            ("0.01", "40"),
            ("266.66", "40"),
            ("266.70", "40.01"),  # 40.005, half up
            ("100", "40"),
            ("1000", "150"),
            ("2500.01", "375.00"),  # 375 + 10 % of 0.01
            ("5000.10", "625.01"),  # 625 + 5 % of 0.10 is 625.005, half up
            # 2,775 + 0.5 % of 800,000 is 6,775: the most begins there.
            ("999999.99", "6775.00"),
            ("25000000", "6775"),
        ],
    )
    def test_the_scale(self, kind: str, principal: str, expected: str) -> None:
        assert costs(NL, kind, eur(principal)).total == eur(expected)

    def test_the_reckoning_is_told_line_by_line(self) -> None:
        assert costs(NL, "consumer", eur("4000")).lines == (
            "375.00 EUR + 10 % of 1500.00 EUR (above 2500.00 EUR): 525.00 EUR",
            "binding: nothing else can be agreed to the debtor's disadvantage",
        )
        assert costs(NL, "business", eur("10")).lines == (
            "0.00 EUR + 15 % of 10.00 EUR (above 0.00 EUR): 1.50 EUR",
            "at least 40.00 EUR",
            "holds unless something else was agreed",
        )

    def test_vat_is_asked_only_by_a_creditor_who_cannot_deduct_it(self) -> None:
        exempt = Vat(cannot_deduct=True, percent=Decimal(21))
        found = costs(NL, "consumer", eur("2500"), vat=exempt)
        # 21 % of 375.00 is 78.75.
        assert (found.amount, found.vat, found.total) == (eur("375"), eur("78.75"), eur("453.75"))
        assert "the notice says why" in found.lines[-1]
        assert costs(NL, "consumer", eur("2500"), vat=Vat()).vat == eur("0")

    def test_vat_without_its_percent_is_refused(self) -> None:
        with pytest.raises(ValueError, match="needs its percent"):
            Vat(cannot_deduct=True)

    def test_nothing_open_costs_nothing(self) -> None:
        assert costs(NL, "consumer", eur("0")).total == eur("0")

    def test_a_credit_and_a_foreign_currency_are_refused(self) -> None:
        with pytest.raises(ValueError, match="below zero"):
            costs(NL, "consumer", eur("-1"))
        with pytest.raises(ValueError, match="counts in EUR"):
            costs(NL, "consumer", Money.of(100, "USD"))

    def test_a_debtor_of_no_known_kind_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected one of consumer, business"):
            costs(NL, "student", eur("100"))


class TestBelgium:
    """WER book XIX, art. XIX.4: the most that may have been agreed with a consumer."""

    @pytest.mark.parametrize(
        ("principal", "expected"),
        [
            ("0.01", "20"),
            ("150", "20"),
            ("150.01", "30.00"),  # 30 + 10 % of 0.01
            ("300", "45"),  # 30 + 10 % of 150
            ("500", "65"),  # 30 + 10 % of 350
            ("500.01", "65.00"),
            ("1000", "90"),  # 65 + 5 % of 500
            ("39200", "2000"),  # 65 + 5 % of 38,700 is 2,000
            ("39300", "2000"),
            ("1000000", "2000"),
        ],
    )
    def test_the_caps(self, principal: str, expected: str) -> None:
        assert costs(BE, "consumer", eur(principal), agreed=True).total == eur(expected)

    def test_what_was_not_agreed_is_not_asked(self) -> None:
        found = costs(BE, "consumer", eur("1000"))
        assert found.total == eur("0")
        assert "not agreed" in found.lines[0]

    def test_what_a_business_owes_is_not_guessed(self) -> None:
        with pytest.raises(ConfigError, match=r"\[countries\.be\.business\]"):
            costs(BE, "business", eur("1000"))


class TestGermany:
    """§ 288(5) and (6) BGB."""

    def test_a_business_owes_forty_whatever_the_principal(self) -> None:
        assert costs(DE, "business", eur("10")).total == eur("40")
        assert costs(DE, "business", eur("100000")).total == eur("40")

    def test_a_consumer_owes_none(self) -> None:
        found = costs(DE, "consumer", eur("1000"))
        assert found.total == eur("0")
        assert found.lines == ("no costs: a consumer may not be asked any",)


class TestAScale:
    def test_costs_that_would_fall_as_the_principal_grows_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"costs fall at 100\.00 EUR"):
            Scale(
                bands=(
                    Band(over=eur("0"), fixed=eur("0"), percent=Decimal(50)),
                    Band(over=eur("100"), fixed=eur("49")),
                )
            )

    @pytest.mark.parametrize(
        ("bands", "said"),
        [
            ((), "begin above 0"),
            ((Band(over=eur("1"), fixed=eur("0")),), "begin above 0"),
            (
                (Band(over=eur("0"), fixed=eur("1")), Band(over=eur("0"), fixed=eur("2"))),
                "does not follow",
            ),
            ((Band(over=eur("0"), fixed=eur("0"), percent=Decimal(101)),), "from 0 to 100"),
            ((Band(over=eur("0"), fixed=Money.of(1, "USD")),), "different currencies"),
        ],
    )
    def test_bands_that_make_no_sense_are_refused(self, bands: tuple[Band, ...], said: str) -> None:
        with pytest.raises(ValueError, match=said):
            Scale(bands=bands)

    def test_a_most_below_the_least_is_refused(self) -> None:
        with pytest.raises(ValueError, match="is below the least"):
            Scale(bands=flat(eur("1")).bands, least=eur("40"), most=eur("20"))
