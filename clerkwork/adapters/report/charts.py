"""The report's charts as SVG that stands in the page and asks nothing of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from clerkwork.adapters.report.words import Words
from clerkwork.core.money import Money
from clerkwork.core.report import RuleLine

__all__ = ["ageing_chart", "rules_chart"]

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


def _bars(
    values: list[dict[str, object]], name: str, size: str, order: list[str], colour: Any
) -> Markup:
    import altair as alt
    import vl_convert

    y = alt.Y(f"{name}:N", sort=order, title=None, axis=alt.Axis(labelLimit=190))
    base = alt.Chart(alt.InlineData(values=values)).encode(y=y)
    bars = base.mark_bar(height=15, cornerRadius=1).encode(
        x=alt.X(f"sum({size}):Q", title=None, axis=None), color=colour.legend(None)
    )
    told = base.mark_text(align="left", dx=5, color=_INK).encode(
        x=alt.X(f"max({size}):Q", axis=None), text="told:N"
    )
    chart = (bars + told).properties(
        width=_WIDTH,
        height=alt.Step(25),
        background="transparent",
        padding={"left": 12, "right": 64, "top": 2, "bottom": 2},
    )
    chart = chart.configure(font="Helvetica, Arial, sans-serif").configure_view(stroke=None)
    chart = chart.configure_axis(
        domain=False, ticks=False, labelColor=_MUTED, labelFontSize=12.5, labelPadding=8
    ).configure_text(fontSize=12.5)
    # The renderer escapes every text that it draws, so what it returns is markup and nothing else.
    return Markup(vl_convert.vegalite_to_svg(chart.to_json()))  # noqa: S704
