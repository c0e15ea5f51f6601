"""Interest over rate changes, part payments and what follows the principal, reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from clerkwork.core.law.account import account_of
from clerkwork.core.law.allocation import AfterPrincipal, Debt, allocate, asked_after
from clerkwork.core.law.be import BE
from clerkwork.core.law.de import DE, default_by_invoice
from clerkwork.core.law.interest import interest, years_of
from clerkwork.core.law.left import left_of
from clerkwork.core.law.nl import NL
from clerkwork.core.law.pack import Pack
from clerkwork.core.law.rates import Rate, Rates
from clerkwork.core.ledger import PaidItem
from clerkwork.core.money import Money
from clerkwork.errors import ConfigError


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def day(text: str) -> date:
    return date.fromisoformat(text)


def asked(pack: Pack, kind: str, amount: str, since: str, until: str) -> Money:
    return interest(pack, kind, eur(amount), day(since), day(until), agreed=True).amount


class TestTheNetherlands:
    def test_trade_over_four_rates_and_a_full_year(self) -> None:
        # 1,000 from 1 May 2023 to 1 February 2025. The first year holds 29 February: 366 days.
        #   May and June       61 days at 10.5 %   1000 x 0.105 x  61/366 =  17.50000
        #   July to December  184 days at 12 %     1000 x 0.12  x 184/366 =  60.32787
        #   January to April  121 days at 12.5 %   1000 x 0.125 x 121/366 =  41.32514
        #                                                                    119.15301
        # From 1 May 2024 it bears interest as well, in a year of 365 days, on 1,119.15301:
        #   May and June       61 days at 12.5 %   x 0.125  x  61/365     =  23.37957
        #   July to December  184 days at 12.25 %  x 0.1225 x 184/365     =  69.11152
        #   January            31 days at 11.15 %  x 0.1115 x  31/365     =  10.59823
        #                                          119.15301 + 103.08932  = 222.24
        found = interest(NL, "business", eur("1000"), day("2023-05-01"), day("2025-02-01"))
        assert found.amount == eur("222.24")
        assert found.lines == (
            "2023-05-01 until 2023-07-01: 61 of 366 days at 10.5 % of 1000.0000: 17.5000",
            "2023-07-01 until 2024-01-01: 184 of 366 days at 12 % of 1000.0000: 60.3279",
            "2024-01-01 until 2024-05-01: 121 of 366 days at 12.5 % of 1000.0000: 41.3251",
            "2024-05-01: a year is full; 119.1530 is added",
            "2024-05-01 until 2024-07-01: 61 of 365 days at 12.5 % of 1119.1530: 23.3796",
            "2024-07-01 until 2025-01-01: 184 of 365 days at 12.25 % of 1119.1530: 69.1115",
            "2025-01-01 until 2025-02-01: 31 of 365 days at 11.15 % of 1119.1530: 10.5982",
            "together, rounded half up: 222.24 EUR",
        )

    @pytest.mark.parametrize(
        ("until", "expected"),
        [
            # 1,000 from 1 January 2023: 181 days at 4 %, 19.83562; 184 at 6 %, 30.24658: 50.08219.
            ("2024-01-01", "50.08"),
            # 2024 at 7 % of 1,050.08219, all 366 days of it: 73.50575. Together 123.58795.
            ("2025-01-01", "123.59"),
            # 181 days at 6 % of 1,123.58795: 33.43060. Together 157.01855.
            ("2025-07-01", "157.02"),
        ],
    )
    def test_a_consumer_over_every_rate(self, until: str, expected: str) -> None:
        assert asked(NL, "consumer", "1000", "2023-01-01", until) == eur(expected)

    def test_a_full_year_gives_the_rate_exactly_in_a_leap_year_too(self) -> None:
        assert asked(NL, "consumer", "1000", "2024-01-01", "2025-01-01") == eur("70.00")

    def test_one_day(self) -> None:
        # 3,650 x 6 % / 365 is 0.60.
        assert asked(NL, "consumer", "3650", "2025-01-01", "2025-01-02") == eur("0.60")

    def test_half_a_cent_goes_up(self) -> None:
        # 30.4166... would do; 36.50 x 5 days x 1 % / 365 = 0.005 needs a rate of 1 %.
        one = Rates(
            country="nl",
            kind="trade",
            steps=(Rate(since=day("2025-01-01"), until=day("2025-12-31"), percent=Decimal(1)),),
        )
        pack = Pack(country="nl", calendar="NL", business=NL.business, rates={"trade": one})
        assert asked(pack, "business", "36.50", "2025-01-01", "2025-01-06") == eur("0.01")
        assert asked(pack, "business", "36.50", "2025-01-01", "2025-01-05") == eur("0.00")

    def test_the_year_of_a_leap_day_ends_on_the_first_of_march(self) -> None:
        years = years_of(day("2024-02-29"), day("2024-02-29"), day("2028-03-01"))
        assert [first for first, _ in years] == [
            day("2024-02-29"),
            day("2025-03-01"),
            day("2026-03-01"),
            day("2027-03-01"),
            day("2028-02-29"),
        ]

    @pytest.mark.parametrize(
        ("since", "until", "refused"),
        [
            ("2025-06-01", "2025-07-02", "2025-07-01"),
            ("2026-01-01", "2026-01-02", "2026-01-01"),
            ("2022-12-31", "2023-02-01", "2022-12-31"),
        ],
    )
    def test_a_day_whose_rate_nobody_confirmed_is_refused(
        self, since: str, until: str, refused: str
    ) -> None:
        with pytest.raises(ConfigError) as caught:
            asked(NL, "business", "1000", since, until)
        said = str(caught.value)
        assert f"the trade rate of {refused} is not confirmed" in said
        assert "(confirmed: 2023-01-01 to 2025-06-30)" in said
        assert "config/law.toml, as [[rates]]" in said

    def test_up_to_the_last_confirmed_day_it_is_not(self) -> None:
        # June 2025: 30 days at 6 % of 1,000, 4.93151.
        assert asked(NL, "consumer", "1000", "2025-06-01", "2025-07-01") == eur("4.93")

    def test_what_cannot_be_is_refused(self) -> None:
        with pytest.raises(ValueError, match="before it begins"):
            asked(NL, "consumer", "1", "2025-02-01", "2025-01-01")
        with pytest.raises(ValueError, match="bears no interest"):
            asked(NL, "consumer", "-1", "2025-01-01", "2025-02-01")


class TestGermany:
    def test_points_above_the_base_rate(self) -> None:
        # January to June 2024: 182 of 366 days. 5 + 3.62: 86.20 x 182/366 = 42.86448.
        assert asked(DE, "consumer", "1000", "2024-01-01", "2024-07-01") == eur("42.86")
        # 9 + 3.62: 126.20 x 182/366 = 62.75519.
        assert asked(DE, "business", "1000", "2024-01-01", "2024-07-01") == eur("62.76")

    def test_interest_bears_no_interest(self) -> None:
        # 2023: 66.20 x 181/365 = 32.82795, 81.20 x 184/365 = 40.93370. 2024: 42.86448 as above,
        # 83.70 x 184/366 = 42.07869. Together 158.70482, all of it on 1,000.
        assert asked(DE, "consumer", "1000", "2023-01-01", "2025-01-01") == eur("158.70")

    def test_default_by_invoice(self) -> None:
        # Due on 2 March, received on the 4th: thirty days later is 3 April 2026, Good Friday; then
        # Saturday, Easter and Easter Monday. The last day is Tuesday 7 April.
        due, received = day("2026-03-02"), day("2026-03-04")
        assert default_by_invoice(due, received, "business", told=False) == day("2026-04-08")
        assert default_by_invoice(due, received, "consumer", told=True) == day("2026-04-08")
        assert default_by_invoice(due, received, "consumer", told=False) is None
        # Due on 1 June, received before: 1 July is a Wednesday.
        june = default_by_invoice(day("2026-06-01"), day("2026-05-04"), "business", told=False)
        assert june == day("2026-07-02")


class TestBelgium:
    def test_interest_that_was_not_agreed_is_not_asked(self) -> None:
        found = interest(BE, "consumer", eur("1000"), day("2023-01-01"), day("2023-02-01"))
        assert found.amount == eur("0")

    def test_at_most_the_rate_of_the_law_on_late_payment(self) -> None:
        # January 2023: 31 days at 10.5 %: 8.91781.
        assert asked(BE, "consumer", "1000", "2023-01-01", "2023-02-01") == eur("8.92")

    def test_later_rates_and_the_order_are_an_owners_to_confirm(self) -> None:
        with pytest.raises(ConfigError, match="late-payment rate of 2023-07-01"):
            asked(BE, "consumer", "1000", "2023-06-01", "2023-10-01")
        with pytest.raises(ConfigError, match=r"`order` in \[countries\.be\]"):
            BE.ordered()


class TestAPartPayment:
    def test_goes_to_costs_then_interest_then_principal(self) -> None:
        # 1,000 in default from 1 January 2025; costs of 150 from 1 February; 200 paid on 2 March,
        # after 60 days: 1000 x 0.06 x 60/365 = 9.86301, so 9.86. Of the 200, 150 go to costs, 9.86
        # to interest, 40.14 to the principal: 959.86 stay. To 1 May another 60 days of it:
        # 959.86 x 0.06 x 60/365 = 9.46711, so 9.47.
        found = account_of(
            NL,
            "consumer",
            eur("1000"),
            day("2025-01-01"),
            day("2025-05-01"),
            costs=[(day("2025-02-01"), eur("150"))],
            payments=[(day("2025-03-02"), eur("200"))],
        )
        assert found.paid[0].before == Debt(
            costs=eur("150"), interest=eur("9.86"), principal=eur("1000")
        )
        parts = found.paid[0].parts
        assert (parts.costs, parts.interest) == (eur("150"), eur("9.86"))
        assert (parts.principal, parts.over) == (eur("40.14"), eur("0"))
        assert found.debt == Debt(costs=eur("0"), interest=eur("9.47"), principal=eur("959.86"))

    def test_that_does_not_reach_the_interest_leaves_the_principal_alone(self) -> None:
        # 100 of the 150: the principal bears interest as before: 120 days, 19.72603.
        found = account_of(
            NL,
            "consumer",
            eur("1000"),
            day("2025-01-01"),
            day("2025-05-01"),
            costs=[(day("2025-02-01"), eur("150"))],
            payments=[(day("2025-03-02"), eur("100"))],
        )
        assert found.debt == Debt(costs=eur("50"), interest=eur("19.73"), principal=eur("1000"))

    def test_of_last_years_interest_stops_its_interest(self) -> None:
        # 1,000 from 1 January 2024: 70.00 when the year is full. 50.00 paid on 1 January 2025 leave
        # 20.00 of it to bear interest: 1,020 x 0.06 x 90/365 = 15.09041 to 1 April; 35.09 open.
        found = account_of(
            NL,
            "consumer",
            eur("1000"),
            day("2024-01-01"),
            day("2025-04-01"),
            payments=[(day("2025-01-01"), eur("50"))],
        )
        assert found.debt == Debt(costs=eur("0"), interest=eur("35.09"), principal=eur("1000"))

    def test_of_last_years_interest_leaves_this_years_without_interest(self) -> None:
        # 70.00 of 2024 and 1,070 x 0.06 x 31/365 = 5.45260 of January 2025: 75.45 on 1 February. Of
        # it 10.00 are paid, the oldest first: 60.00 bear interest on, 5.45 do not. To 1 July 150
        # days of 1,060 at 6 %: 26.13699. Together 91.58699.
        found = account_of(
            NL,
            "consumer",
            eur("1000"),
            day("2024-01-01"),
            day("2025-07-01"),
            payments=[(day("2025-02-01"), eur("10"))],
        )
        assert found.paid[0].before.interest == eur("75.45")
        assert found.debt.interest == eur("91.59")

    def test_without_payments_it_is_the_interest_itself(self) -> None:
        found = account_of(NL, "business", eur("1000"), day("2023-05-01"), day("2025-02-01"))
        assert found.debt.interest == eur("222.24")

    def test_of_more_than_is_open_says_what_is_left_over(self) -> None:
        debt = Debt(costs=eur("1"), interest=eur("2"), principal=eur("3"))
        assert allocate(NL.ordered(), debt, eur("10")).over == eur("4")

    def test_outside_of_the_claims_time_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected a day from 2025-01-01 to 2025-05-01"):
            account_of(
                NL,
                "consumer",
                eur("1000"),
                day("2025-01-01"),
                day("2025-05-01"),
                payments=[(day("2025-05-02"), eur("1"))],
            )

    def test_an_order_that_forgets_a_part_is_refused(self) -> None:
        debt = Debt(costs=eur("1"), interest=eur("2"), principal=eur("3"))
        with pytest.raises(ValueError, match="expected each of"):
            allocate(("costs", "principal"), debt, eur("1"))


class TestInterestAfterThePrincipalIsPaid:
    LEFT = Debt(costs=eur("0"), interest=eur("4.99"), principal=eur("0"))

    def test_is_asked_for_where_the_policy_says_so(self) -> None:
        found = asked_after(AfterPrincipal(policy="ask"), self.LEFT)
        assert (found.asked, found.waived) == (eur("4.99"), eur("0"))

    def test_is_waived_below_an_amount(self) -> None:
        choice = AfterPrincipal(policy="waive below", below=eur("5.00"))
        found = asked_after(choice, self.LEFT)
        assert (found.asked, found.waived) == (eur("0"), eur("4.99"))
        assert found.why == "the principal is paid: waived below 5.00 EUR"
        full = Debt(costs=eur("0"), interest=eur("5.00"), principal=eur("0"))
        assert asked_after(choice, full).asked == eur("5.00")

    def test_is_waived(self) -> None:
        assert asked_after(AfterPrincipal(policy="waive"), self.LEFT).waived == eur("4.99")

    @pytest.mark.parametrize("policy", ["ask", "waive"])
    def test_is_no_question_while_the_principal_is_open(self, policy: str) -> None:
        debt = Debt(costs=eur("0"), interest=eur("4.99"), principal=eur("0.01"))
        assert asked_after(AfterPrincipal(policy=policy), debt).asked == eur("4.99")

    def test_is_reckoned_to_the_day_of_the_payment_less_what_he_paid_over(self) -> None:
        paid = PaidItem(
            source="erp", number="F1", customer="7", due=day("2024-02-01"), on=day("2024-03-28"),
            amount=eur("1000.00"),
        )  # fmt: skip
        choice = AfterPrincipal(policy="waive below", below=eur("5.00"))
        # Trade interest of 12.5 % over 55 of 366 days.
        (found,) = left_of(NL, "business", [paid], choice)
        assert (found.asked, found.waived) == (eur("18.78"), eur("0"))
        (found,) = left_of(NL, "business", [paid], choice, beyond=eur("15.00"))
        assert (found.asked, found.waived) == (eur("0"), eur("3.78"))
        assert left_of(NL, "business", [paid], choice, beyond=eur("20.00")) == ()

    def test_is_not_asked_where_nobody_knows_when_it_was_paid_or_at_what_rate(self) -> None:
        paid = PaidItem(
            source="erp", number="F1", customer="7", due=day("2024-02-01"), on=day("2024-03-28"),
            amount=eur("1000.00"),
        )  # fmt: skip
        choice = AfterPrincipal(policy="ask")
        assert left_of(NL, "business", [replace(paid, by_fetch=True)], choice) == ()
        assert left_of(NL, "business", [replace(paid, on=paid.due)], choice) == ()
        late = replace(paid, due=day("2031-02-01"), on=day("2031-04-01"))
        (found,) = left_of(NL, "business", [late], choice)
        assert (found.asked, found.waived) == (eur("0"), eur("0"))
        assert "no interest" in found.lines[0]

    def test_a_choice_that_is_none_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected one of ask, waive below, waive"):
            AfterPrincipal(policy="forget")
        with pytest.raises(ValueError, match="and with no other"):
            AfterPrincipal(policy="waive below")
        with pytest.raises(ValueError, match="and with no other"):
            AfterPrincipal(policy="waive", below=eur("5"))


class TestRates:
    def test_two_for_one_day_are_refused(self) -> None:
        with pytest.raises(ValueError, match="two rates for 2025-06-30"):
            Rates(
                country="nl",
                kind="trade",
                steps=(
                    Rate(since=day("2025-01-01"), until=day("2025-06-30"), percent=Decimal(1)),
                    Rate(since=day("2025-06-30"), until=day("2025-12-31"), percent=Decimal(2)),
                ),
            )
