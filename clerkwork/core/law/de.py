"""Germany: default, interest above the base rate, the lump sum of 40 between businesses.

**Interest** (§ 288 BGB): 5 percentage points above the base rate; 9 for a debt for goods or
services where no consumer takes part. No interest upon interest (§ 289 BGB). The base rate (§ 247
BGB) changes with the ECB's refinancing rate each half-year: -0.88 % from 2016-07-01, 1.62 from
2023-01-01, 3.12 from 2023-07-01, 3.62 from 2024-01-01, 1.27 from 2025-07-01 and 2026-01-01, as
announced by the Bundesbank; 3.37 from 2024-07-01 and 2.27 from 2025-01-01 follow from § 247(1) and
the same ECB rates as the Dutch trade rates of those dates. Later ones are confirmed in
config/law.toml.

**Costs.** A business owes a lump sum of 40 (§ 288(5)), which is set off against costs of legal
pursuit; a consumer owes none (§ 288(6) and (5)). What reminders really cost may be damages
(§ 280, 286): that is for a lawyer, and is not reckoned here.

**Part payment** goes to costs, then interest, then principal (§ 367(1) BGB), but not for consumer
credit (§ 497(3)), which is no business of these invoices.

The contact hours are those of the Dutch quality rules, as a sane default. Holidays are those of
all of Germany: where a state has more, a declared calendar such as 'DE-BY' is better.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from clerkwork.core.calendar import Calendar
from clerkwork.core.law.pack import Pack, Side, flat
from clerkwork.core.law.rates import rates_from
from clerkwork.core.money import Money

__all__ = ["DE", "default_by_invoice"]

_THIRTY = timedelta(days=30)
_DAY = timedelta(days=1)

DE = Pack(
    country="de",
    calendar="DE",
    consumer=Side(costs=None, basis="law", rate="base", points=Decimal(5)),
    business=Side(costs=flat(Money.of(40, "EUR")), basis="default", rate="base", points=Decimal(9)),
    rates={
        "base": rates_from(
            "de",
            "base",
            date(2026, 6, 30),
            (date(2016, 7, 1), "-0.88"),
            (date(2023, 1, 1), "1.62"),
            (date(2023, 7, 1), "3.12"),
            (date(2024, 1, 1), "3.62"),
            (date(2024, 7, 1), "3.37"),
            (date(2025, 1, 1), "2.27"),
            (date(2025, 7, 1), "1.27"),
        )
    },
    order=("costs", "interest", "principal"),
    sources=("§ 247, 286, 288, 289, 367 BGB", "Deutsche Bundesbank, base rate"),
)


def default_by_invoice(due: date, received: date, kind: str, *, told: bool) -> date | None:
    """The first day of default without a reminder (§ 286(3) BGB), or None if there is none.

    Thirty days after the debt is due and the invoice was received; towards a consumer only if the
    invoice `told` so. A last day on a Saturday, Sunday or holiday moves on, in the debtor's favour.
    Who agreed on a day in the calendar is in default the day after it (§ 286(2)); so is, from
    its receipt, who was reminded after the due date (§ 286(1)).
    """
    if kind == "consumer" and not told:
        return None
    last = max(due, received) + _THIRTY
    return Calendar(country=DE.calendar).on_or_after(last) + _DAY
