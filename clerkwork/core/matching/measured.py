"""Shares of right outcomes by strand of evidence, as `benchmarks/calibrate.py` measured them."""

from __future__ import annotations

__all__ = ["MEASURED"]

MEASURED: dict[tuple[str, str, int], float] = {}
