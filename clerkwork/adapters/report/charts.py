"""The report's charts as SVG that stands in the page and asks nothing of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from clerkwork.adapters.report.bars import Bar, drawn
from clerkwork.adapters.report.words import Words
from clerkwork.core.aging import BUCKETS
from clerkwork.core.money import Money
from clerkwork.core.receivables import DayAgeing, Inflow
from clerkwork.core.report import RuleLine

__all__ = ["ageing_chart", "history_chart", "inflow_chart", "rules_chart"]

_MUTED = "#5f6b73"
_AGES = ("#7f9c8b", "#d9b45b", "#d08c3f", "#bf5f36", "#98342c")
"""From not due to oldest."""
_OUTCOMES = {"settled": "#3f7d5c", "review": "#cf9a3a", "not ours": "#a9b0b5"}
_WIDTH = 300


def ageing_chart(buckets: Mapping[str, Money], words: Words) -> Markup:
    """One currency's open amounts by days overdue, as bars."""
    return drawn(
        [
            Bar(
                name=name,
                parts=[(float(amount.decimal), _AGES[min(n, len(_AGES) - 1)])],
                told=words.money(amount),
            )
            for n, (name, amount) in enumerate(buckets.items())
        ]
    )


def rules_chart(rules: Sequence[RuleLine]) -> Markup:
    """Bank lines by the rule that decided, coloured by outcome, as bars."""
    by_rule: dict[str, list[RuleLine]] = {}
    for line in rules:
        by_rule.setdefault(line.rule, []).append(line)
    return drawn(
        [
            Bar(
                name=rule,
                parts=[
                    (float(line.lines), _OUTCOMES.get(line.outcome, _OUTCOMES["settled"]))
                    for line in lines
                ],
                told=str(sum(line.lines for line in lines)),
            )
            for rule, lines in by_rule.items()
        ]
    )


def inflow_chart(inflow: Sequence[Inflow], words: Words) -> Markup:
    """One currency's expected money by week, as bars."""
    return drawn(
        [
            Bar(
                name=words.day(one.week),
                parts=[(float(one.amount.decimal), _AGES[0])],
                told=words.money(one.amount),
            )
            for one in inflow
        ]
    )


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
