"""Splink, set up as its documentation does: DuckDB, blocking, u by sampling, m by expectation.

Lines and items are two tables to be linked. Pairs come from a shared number, or the amount together
with the account or the name; what is compared are numbers, amount, account and name, frequent
amounts and names weighing less. Pairs of sufficient probability are then given out, the likeliest
first, each item once; a line takes several where they come to its amount.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import polars as pl
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks._matching_score import ANSWERS

__all__ = ["answer"]

SURE = 0.99
"""Probability above which a pair is taken."""
PAIRS = 1e6
"""Pairs sampled for u, and at most used for m."""

_NUMBERS = comparisons.CustomComparison(
    output_column_name="numbers",
    comparison_levels=[
        levels.NullLevel("numbers"),
        levels.ArrayIntersectLevel("numbers", 1),
        levels.ElseLevel(),
    ],
)
_ACCOUNTS = comparisons.CustomComparison(
    output_column_name="accounts",
    comparison_levels=[
        levels.NullLevel("accounts"),
        levels.ArrayIntersectLevel("accounts", 1),
        levels.ElseLevel(),
    ],
)


def answer(tables: Mapping[str, pl.DataFrame], today: date) -> pl.DataFrame:
    """What splink makes of the money that comes in."""
    warnings.simplefilter("ignore")
    lines, items = _lines(tables), _items(tables)
    database = DuckDBAPI()
    linker = Linker(
        [
            database.register(lines.to_arrow(), dataset_display_name="bank_lines"),
            database.register(items.to_arrow(), dataset_display_name="open_items"),
        ],
        SettingsCreator(
            link_type="link_only",
            comparisons=[
                _NUMBERS,
                comparisons.ExactMatch("amount").configure(term_frequency_adjustments=True),
                _ACCOUNTS,
                comparisons.JaroWinklerAtThresholds("name", [0.92]).configure(
                    term_frequency_adjustments=True
                ),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("numbers", arrays_to_explode=["numbers"]),
                block_on("amount", "accounts", arrays_to_explode=["accounts"]),
                block_on("amount", "name"),
            ],
            retain_matching_columns=False,
        ),
        log_level=None,
    )
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("amount", "name")], recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("name"), max_pairs=PAIRS)
    training.estimate_parameters_using_expectation_maximisation(block_on("amount"), max_pairs=PAIRS)
    found = linker.inference.predict(threshold_match_probability=SURE, warning_mode="never")
    pairs = pl.from_arrow(
        found.as_duckdbpyrelation()
        .select("unique_id_l", "unique_id_r", "match_probability")
        .to_arrow_table()
    )
    if not isinstance(pairs, pl.DataFrame):
        raise TypeError("splink's pairs are no table")
    return _given_out(tables, pairs)


def _lines(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Money in, with the words and numbers of its text."""
    text = pl.concat_str("text", "structured", separator=" ").str.to_uppercase()
    words = text.str.extract_all(r"[A-Z0-9][A-Z0-9/.\-]*[0-9]").list.eval(
        pl.element().str.replace_all(r"[^A-Z0-9]", "")
    )
    digits = text.str.extract_all(r"[0-9][0-9/.\-]*[0-9]").list.eval(
        pl.element().str.replace_all(r"[^0-9]", "").str.strip_chars_start("0")
    )
    return (
        tables["lines"]
        .filter(pl.col("amount_minor") > 0)
        .select(
            unique_id="id",
            amount=pl.concat_str("amount_minor", "currency"),
            numbers=_set(words.list.concat(digits)),
            accounts=_set(pl.concat_list("payer_iban")),
            name=_name("payer"),
        )
    )


def _items(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Open items with their debtor's name and accounts."""
    master = tables["debtors"].select(
        customer="number", name=_name("name"), accounts=pl.col("ibans").str.split(" ")
    )
    seen = tables["known"].group_by("customer").agg(seen=pl.col("iban"))
    debtors = master.join(seen, on="customer", how="left").with_columns(
        accounts=_set(pl.col("accounts").list.concat(pl.col("seen").fill_null([])))
    )
    number = pl.col("number").str.to_uppercase()
    return (
        tables["items"]
        .join(debtors, on="customer", how="left")
        .select(
            unique_id="number",
            amount=pl.concat_str("open_minor", "currency"),
            numbers=_set(
                pl.concat_list(
                    number.str.replace_all(r"[^A-Z0-9]", ""),
                    number.str.replace_all(r"[^0-9]", "").str.strip_chars_start("0"),
                )
            ),
            accounts="accounts",
            name="name",
        )
    )


def _set(values: pl.Expr) -> pl.Expr:
    """Each value once, nothing where there is none."""
    some = values.list.eval(pl.element().filter(pl.element().str.len_chars() > 3)).list.unique()
    return pl.when(some.list.len() > 0).then(some)


def _name(column: str) -> pl.Expr:
    plain = pl.col(column).str.to_lowercase().str.replace_all(r"[^\p{L}0-9]", "")
    return pl.when(plain != "").then(plain)


def _given_out(tables: Mapping[str, pl.DataFrame], pairs: pl.DataFrame) -> pl.DataFrame:
    """The likeliest pairs first, each item once; several to a line that they come to."""
    lines = {
        key: (amount, valued)
        for key, amount, valued in tables["lines"].select("id", "amount_minor", "valued").rows()
    }
    columns = ("number", "customer", "open_minor", "discount_minor", "discount_until")
    items = {row[0]: row[1:] for row in tables["items"].select(columns).iter_rows()}
    of_line: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for line, item, probability in pairs.iter_rows():
        of_line[line].append((-probability, item))
    taken: set[str] = set()
    rows = []
    for line in sorted(of_line, key=lambda one: (min(of_line[one]), one)):
        amount, valued = lines[line]
        free = [pair for pair in sorted(of_line[line]) if pair[1] not in taken]
        if not free:
            continue
        customer = items[free[0][1]][0]
        same = [item for _, item in free if items[item][0] == customer]
        if sum(items[item][1] for item in same) == amount:
            shares = [f"{item}={items[item][1]}" for item in same]
        else:
            same = same[:1]
            _, left, discount, until = items[same[0]]
            if left < 0:
                continue
            shares = [f"{same[0]}={min(amount, left)}"]
            if discount and left - discount == amount and valued <= until:
                shares = [f"{same[0]}={amount}/{discount}"]
        taken.update(same)
        rows.append((line, "settled", customer, ";".join(shares), -free[0][0], "splink"))
    return pl.DataFrame(rows, schema=ANSWERS, orient="row")
