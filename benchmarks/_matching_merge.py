"""A plain pandas merge: the number as a word of the text, then account and amount."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import polars as pl

from benchmarks._matching_score import ANSWERS

__all__ = ["answer"]


def answer(tables: Mapping[str, pl.DataFrame], today: date) -> pl.DataFrame:
    """Lines and items of equal amount that a merge brings together one to one."""
    lines = (
        tables["lines"].select("id", "amount_minor", "currency", "payer_iban", "text").to_pandas()
    )
    items = tables["items"].select("number", "customer", "open_minor", "currency").to_pandas()
    words = lines.assign(number=lines["text"].str.split(r"[\s,;/+&]+", regex=True))
    words = words.explode("number")[["id", "amount_minor", "currency", "number"]]
    named = words.merge(items, on=["number", "currency"])
    named = _one_to_one(named[named["amount_minor"] == named["open_minor"]])
    lines = lines[~lines["id"].isin(named["id"])]
    items = items[~items["number"].isin(named["number"])]
    debtors = tables["debtors"].to_pandas()
    owners = debtors.assign(payer_iban=debtors["ibans"].str.split()).explode("payer_iban")
    owners = owners[["payer_iban", "number"]].rename(columns={"number": "customer"})
    known = tables["known"].to_pandas()[["iban", "customer"]]
    owners = pd.concat([owners, known.rename(columns={"iban": "payer_iban"})])
    paid = lines.merge(owners.dropna().drop_duplicates(), on="payer_iban").merge(
        items,
        left_on=["customer", "amount_minor", "currency"],
        right_on=["customer", "open_minor", "currency"],
    )
    found = pd.concat([named, _one_to_one(paid)])
    return pl.DataFrame(
        {
            "line": found["id"].to_list(),
            "outcome": ["settled"] * len(found),
            "customer": found["customer"].to_list(),
            "allocations": [
                f"{number}={minor}"
                for number, minor in zip(found["number"], found["open_minor"], strict=True)
            ],
            "confidence": [1.0] * len(found),
            "rule": ["merge"] * len(found),
        },
        schema=ANSWERS,
    )


def _one_to_one(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of which neither side has another."""
    pairs = pairs.drop_duplicates(["id", "number"])
    twice = pairs.duplicated("id", keep=False) | pairs.duplicated("number", keep=False)
    return pairs[~twice]
