"""The report's charts as SVG that stands in the page and asks nothing of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from clerkwork.adapters.report.words import Words
from clerkwork.core.aging import BUCKETS
from clerkwork.core.money import Money
from clerkwork.core.receivables import DayAgeing, Inflow
from clerkwork.core.report import RuleLine

__all__ = ["ageing_chart", "history_chart", "inflow_chart", "rules_chart"]

_INK, _MUTED = "#23282d", "#5f6b73"
_AGES = ("#7f9c8b", "#d9b45b", "#d08c3f", "#bf5f36", "#98342c")
"""From not due to oldest."""
_OUTCOMES = {"settled": "#3f7d5c", "review": "#cf9a3a", "not ours": "#a9b0b5"}
_WIDTH = 300


def ageing_chart(buckets: Mapping[str, Money], words: Words) -> Markup:
    """One currency's open amounts by days overdue, as bars."""
    import altair as alt

    order = list(buckets)
    values = [
        {"bucket": name, "amount": float(amount.decimal), "told": words.money(amount)}
        for name, amount in buckets.items()
    ]
    colours = alt.Scale(domain=order, range=[_AGES[min(n, 4)] for n in range(len(order))])
    return _bars(values, "bucket", "amount", order, alt.Color("bucket:N", scale=colours))


def rules_chart(rules: Sequence[RuleLine]) -> Markup:
    """Bank lines by the rule that decided, coloured by outcome, as bars."""
    import altair as alt

    values = [
        {"rule": line.rule, "amount": line.lines, "told": str(line.lines), "outcome": line.outcome}
        for line in rules
    ]
    order = list(dict.fromkeys(line.rule for line in rules))
    colours = alt.Scale(domain=list(_OUTCOMES), range=list(_OUTCOMES.values()))
    return _bars(values, "rule", "amount", order, alt.Color("outcome:N", scale=colours))


def inflow_chart(inflow: Sequence[Inflow], words: Words) -> Markup:
    """One currency's expected money by week, as bars."""
    import altair as alt

    values: list[dict[str, object]] = [
        {
            "week": words.day(one.week),
            "amount": float(one.amount.decimal),
            "told": words.money(one.amount),
        }
        for one in inflow
    ]
    order = [str(value["week"]) for value in values]
    one_colour = alt.Scale(domain=order, range=[_AGES[0]])
    return _bars(values, "week", "amount", order, alt.Color("week:N", scale=one_colour))


def history_chart(history: Sequence[DayAgeing], currency: str) -> Markup:
    """One currency's open amounts by age, day by day, one upon the other.

    What stands in someone's favour is left out: a bar has no height below zero.
    """
    import altair as alt

    order = list(BUCKETS)
    values = [
        {
            "day": one.day.isoformat(),
            "bucket": name,
            "amount": float(amount.decimal) if amount.minor > 0 else 0.0,
            "at": n,
        }
        for one in history
        for n, (name, amount) in enumerate(one.buckets.get(currency, {}).items())
    ]
    colours = alt.Scale(domain=order, range=list(_AGES))
    bars = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar()
        .encode(
            x=alt.X("day:O", title=None, axis=alt.Axis(labelAngle=-45, labelOverlap="greedy")),
            y=alt.Y("sum(amount):Q", title=None, axis=alt.Axis(grid=True, tickCount=4)),
            color=alt.Color("bucket:N", scale=colours).legend(None),
            order=alt.Order("at:Q"),
        )
    )
    return _drawn(bars, 180)


def _bars(
    values: list[dict[str, object]], name: str, size: str, order: list[str], colour: Any
) -> Markup:
    import altair as alt

    y = alt.Y(f"{name}:N", sort=order, title=None, axis=alt.Axis(labelLimit=190))
    base = alt.Chart(alt.InlineData(values=values)).encode(y=y)
    bars = base.mark_bar(height=15, cornerRadius=1).encode(
        x=alt.X(f"sum({size}):Q", title=None, axis=None), color=colour.legend(None)
    )
    told = base.mark_text(align="left", dx=5, color=_INK).encode(
        x=alt.X(f"max({size}):Q", axis=None), text="told:N"
    )
    return _drawn(bars + told, alt.Step(25))


def _drawn(chart: Any, height: Any) -> Markup:
    import vl_convert

    chart = chart.properties(
        width=_WIDTH,
        height=height,
        background="transparent",
        padding={"left": 12, "right": 64, "top": 2, "bottom": 2},
    )
    chart = chart.configure(font="Helvetica, Arial, sans-serif").configure_view(stroke=None)
    chart = chart.configure_axis(
        domain=False, ticks=False, labelColor=_MUTED, labelFontSize=12.5, labelPadding=8
    ).configure_text(fontSize=12.5)
    # The renderer escapes every text that it draws, so what it returns is markup and nothing else.
    return Markup(vl_convert.vegalite_to_svg(chart.to_json()))  # noqa: S704
