"""The Netherlands: the scale of collection costs, the 14-day letter, statutory interest.

**Costs.** Besluit vergoeding voor buitengerechtelijke incassokosten, Stb. 2012-141, art. 2: 15 %
of the first 2,500; 10 % of the next 2,500; 5 % of the next 5,000; 1 % of the next 190,000; 0.5 %
above; at least 40 and at most 6,775. Binding towards consumers; between businesses something
else may be agreed. VAT on top only where the creditor cannot deduct it and says so.

**The 14-day letter.** Art. 6:96(6) BW; Hoge Raad 25-11-2016, ECLI:NL:HR:2016:2704. A consumer
owes costs only after a notice that gives fourteen days from the day after delivery and states
their amount. Sound wording: within fifteen days after this letter was delivered to you; a
misleading date voids the letter. So fifteen days are counted here, from the day after delivery:
one more than the law's fourteen, as the wording may be read so. As a rule a letter is delivered on
the second day after it was sent, where Sundays, Mondays and official holidays count neither as a
day between nor as that of delivery (the same ruling). Where the last day is a Saturday, a Sunday
or a holiday it moves on (Algemene termijnenwet art. 1; whether that law governs this term is
disputable, and a longer term harms nobody); 5 May, a holiday of that law each year (its art. 3),
counts as one. Where the post is slower than in 2016, `slower_post` in config/law.toml adds to the
two days. The ruling has no rule for mail: one that is not known to have arrived is
counted like a letter. Costs are reckoned on what is open when the term ends: who pays a part in
time owes the costs of the rest (the same ruling).

**Interest.** Art. 6:119 (non-trade) and 6:119a BW (trade). After each year its interest bears
interest, too (art. 6:119(2)). The rates are data, verified up to the half-year that ends on
2025-06-30; later ones are confirmed in config/law.toml. For trade from 2024-01-01 most sources
say 12.5 %, one says 12: art. 6:120(2) BW puts it 8 points above the ECB's refinancing
rate, which fits 12.5 and the steps around it, and who doubts it confirms another there.

**Part payment.** To costs, then interest, then principal (art. 6:44 BW).

**Contact hours.** Quality rules for collection (Wki/Bki, from 2024-04-01): nobody between 20:00
and 07:00, on Sundays or public holidays. They bind who collects for others.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from clerkwork.core.calendar import Hours
from clerkwork.core.law.pack import Band, Notice, Pack, Reach, Scale, Side
from clerkwork.core.law.rates import rates_from
from clerkwork.core.money import Money

__all__ = ["NL"]


def _band(over: int, fixed: int, percent: str) -> Band:
    return Band(over=Money.of(over, "EUR"), fixed=Money.of(fixed, "EUR"), percent=Decimal(percent))


_SCALE = Scale(
    bands=(
        _band(0, 0, "15"),
        _band(2500, 375, "10"),
        _band(5000, 625, "5"),
        _band(10_000, 875, "1"),
        _band(200_000, 2775, "0.5"),
    ),
    least=Money.of(40, "EUR"),
    most=Money.of(6775, "EUR"),
)
_BY_POST = Reach(days=2, skips=("sunday", "monday", "holidays"))
_LETTER = Notice(
    days=15,
    post=_BY_POST,
    electronic=_BY_POST,
    after_arrival=True,
    extended=True,
    also_rest=("05-05",),
    proof="the sender proves that and when it arrived, if the debtor denies it",
)
_LAST = date(2025, 6, 30)
"""End of the last half-year whose rates are verified."""

NL = Pack(
    country="nl",
    calendar="NL",
    consumer=Side(costs=_SCALE, basis="law", notice=_LETTER, rate="non-trade", compounding=True),
    business=Side(costs=_SCALE, basis="default", rate="trade", compounding=True),
    rates={
        "non-trade": rates_from(
            "nl",
            "non-trade",
            _LAST,
            (date(2023, 1, 1), "4"),
            (date(2023, 7, 1), "6"),
            (date(2024, 1, 1), "7"),
            (date(2025, 1, 1), "6"),
        ),
        "trade": rates_from(
            "nl",
            "trade",
            _LAST,
            (date(2023, 1, 1), "10.5"),
            (date(2023, 7, 1), "12"),
            (date(2024, 1, 1), "12.5"),
            (date(2024, 7, 1), "12.25"),
            (date(2025, 1, 1), "11.15"),
        ),
    },
    order=("costs", "interest", "principal"),
    hours=Hours(),
    sources=(
        "Besluit vergoeding voor buitengerechtelijke incassokosten, Stb. 2012-141, art. 2",
        "Art. 6:44, 6:96(6), 6:119, 6:119a, 6:120 BW",
        "HR 25-11-2016, ECLI:NL:HR:2016:2704",
        "Algemene termijnenwet, art. 1 and 3",
        "Quality rules for collection (Wki/Bki), from 2024-04-01",
    ),
)
