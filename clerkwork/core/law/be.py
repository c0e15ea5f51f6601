"""Belgium, consumers: the first reminder, its term, the most that damages and interest may be.

Law of 4 May 2023, book XIX 'Schulden van de consument' of the Wetboek van economisch recht, for
contracts since 2023-09-01 and, since 2023-12-01, older ones.

**Notice.** Damages and interest may be asked only after a first reminder, free of charge, and at
least fourteen calendar days, which begin on the third working day after it was sent, or on the
next calendar day if it was sent electronically. Where goods or services are delivered regularly
three reminders a year are free, and a later one costs at most 7.50 and postage: no rule of
this code. Saturdays are not counted as working days here, which can only make the term longer.

**Damages**, if they were agreed (art. XIX.4): at most 20 where up to 150 is open; 30 and 10 % of
the part from 150.01 to 500; 65 and 5 % of the part above 500, at most 2,000 in all.

**Interest**, if it was agreed: at most the rate of the law on late payment (2 August 2002, art.
5), which the treasury announces each half-year. Known from it: 8 % from 2016-07-01, 10.5 % for
the first half of 2023 (Moniteur belge, 17 March 2023). Later ones are confirmed in
config/law.toml. Interest upon interest is not claimed: no source was found for it.

Not known, and refused until an owner confirms it: what a business may be charged, and to what a
part payment goes first. From which day interest runs is not known either: whoever asks for it from
before the reminder answers for that himself. The contact hours are those of the Dutch quality
rules, as a sane default.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from clerkwork.core.law.pack import Band, Notice, Pack, Reach, Scale, Side
from clerkwork.core.law.rates import rates_from
from clerkwork.core.money import Money

__all__ = ["BE"]


def _band(over: int, fixed: int, percent: int) -> Band:
    return Band(over=Money.of(over, "EUR"), fixed=Money.of(fixed, "EUR"), percent=Decimal(percent))


BE = Pack(
    country="be",
    calendar="BE",
    consumer=Side(
        costs=Scale(
            bands=(_band(0, 20, 0), _band(150, 30, 10), _band(500, 65, 5)),
            most=Money.of(2000, "EUR"),
        ),
        basis="agreed",
        notice=Notice(
            days=14,
            post=Reach(days=3, skips=("saturday", "sunday", "holidays")),
            electronic=Reach(days=1),
            after_arrival=False,
            proof="the term runs from the sending, which the sender proves",
        ),
        rate="late-payment",
        interest_after_notice=True,
    ),
    rates={
        "late-payment": rates_from(
            "be",
            "late-payment",
            date(2023, 6, 30),
            (date(2016, 7, 1), "8"),
            (date(2023, 1, 1), "10.5"),
        )
    },
    sources=(
        "Wetboek van economisch recht, book XIX, art. XIX.4 (law of 4 May 2023)",
        "Law of 2 August 2002 on late payment in commercial transactions, art. 5",
    ),
)
