"""Bars lying on their side as SVG, drawn here: a run does not wait for a renderer to start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

__all__ = ["Bar", "drawn"]

_INK, _MUTED = "#23282d", "#5f6b73"
_WIDTH, _ROW, _THICK, _GAP, _END = 300, 25, 15, 8, 64
"""Pixels: the longest bar, a row, a bar, what is between it and its label, room for its figure."""
_LABELS, _LETTER = 190, 6.6
"""Pixels that labels may take, and that a letter takes on the average."""
_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}"'
    ' viewBox="0 0 {width:.0f} {height}" font-family="Helvetica, Arial, sans-serif"'
    ' font-size="12.5">{inside}</svg>'
)
_LABEL = Markup('<text x="{x:.1f}" y="{y}" text-anchor="end" fill="{ink}">{text}</text>')
_PART = Markup('<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{height}" fill="{fill}"/>')
_TOLD = Markup('<text x="{x:.1f}" y="{y}" fill="{ink}">{text}</text>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row: what it is of, its parts with their colours, and its figure as people read it."""

    name: str
    parts: Sequence[tuple[float, str]]
    """Those above zero go to the right, one after the other, those below it to the left."""
    told: str

    @property
    def left(self) -> float:
        return sum(size for size, _ in self.parts if size < 0)

    @property
    def right(self) -> float:
        return sum(size for size, _ in self.parts if size > 0)


def drawn(bars: Sequence[Bar]) -> Markup:
    """The bars below each other, on one scale; all text in it is escaped."""
    labels = min(_LABELS, max((len(bar.name) for bar in bars), default=0) * _LETTER)
    low = min((bar.left for bar in bars), default=0.0)
    high = max((bar.right for bar in bars), default=0.0)
    scale = _WIDTH / ((high - low) or 1)
    zero = labels + _GAP - low * scale
    rows = (_row(bar, n * _ROW, labels, zero, scale) for n, bar in enumerate(bars))
    return _SVG.format(
        width=labels + _GAP + _WIDTH + _END, height=_ROW * len(bars), inside=Markup().join(rows)
    )


def _row(bar: Bar, top: int, labels: float, zero: float, scale: float) -> Markup:
    """`top`, `labels`, `zero`: the row's upper edge, the labels' right edge and no amount, in
    pixels; `scale` is pixels for one of what the bars count."""
    baseline = top + _ROW // 2 + 4
    drawn = _LABEL.format(x=labels, y=baseline, ink=_MUTED, text=_shortened(bar.name))
    left = right = zero
    for size, colour in bar.parts:
        width = abs(size) * scale
        if size < 0:
            left -= width
        drawn += _PART.format(
            x=left if size < 0 else right,
            y=top + (_ROW - _THICK) // 2,
            width=width,
            height=_THICK,
            fill=colour,
        )
        if size > 0:
            right += width
    return drawn + _TOLD.format(x=right + 5, y=baseline, ink=_INK, text=bar.told)


def _shortened(name: str) -> str:
    most = int(_LABELS / _LETTER)
    return name if len(name) <= most else f"{name[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
