"""Lines that plainly name what they pay, to the cent: found in bulk, by joins over columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clerkwork.core.matching.accounts import NO_REFERENCE
from clerkwork.core.matching.ledger import Ledger
from clerkwork.core.matching.memory import Memory
from clerkwork.core.matching.names import folded_text
from clerkwork.core.matching.plain_clear import Clear
from clerkwork.core.matching.plain_reading import Known, Named, read_texts
from clerkwork.core.matching.plain_runs import KeyTable
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.matching.tables import Tables, in_order
from clerkwork.core.references import Numbers, structured_readings
from clerkwork.core.references.numbering import canonical
from clerkwork.core.references.plain import key_of
from clerkwork.core.references.reading import other_currencies
from clerkwork.core.references.structured import body_items

__all__ = ["Plain", "plain_lines"]

_Rows = NDArray[np.int64]
_MENTIONS = {
    **dict.fromkeys(("row", "item", "certainty"), pl.Int64),
    "structured": pl.Boolean,
    **dict.fromkeys(("begin", "end"), pl.Int64),
    **dict.fromkeys(("more", "only"), pl.Boolean),
}
_BATCH = 50_000
"""Texts that are read at once: what they need of memory does not grow with the lines."""
_NUMBER, _LIST, _REFERENCE, _THIRD, _DISCOUNT = (
    "number and amount",
    "listed numbers",
    "structured reference",
    "third party",
    "early-payment discount",
)


@dataclass(frozen=True, slots=True)
class Plain:
    """Lines and the items that each of them pays whole, by rows of their tables.

    `lines` has row, rule, by (how the payer is known, as in `wording`), certainty and customer;
    `items` has row (the line's), item and discount (minor units of it that are deducted).
    """

    lines: pl.DataFrame
    items: pl.DataFrame

    @staticmethod
    def none() -> Plain:
        """No line at all."""
        words = dict.fromkeys(("rule", "by", "customer"), pl.String)
        numbers = dict.fromkeys(("row", "item", "discount"), pl.Int64)
        lines = pl.DataFrame(schema={"row": pl.Int64, "certainty": pl.Int64, **words})
        return Plain(lines, pl.DataFrame(schema=numbers))

    def in_order(self, tables: Tables) -> Plain:
        """The lines by booking date, then id, as they are to be keyed."""
        rows = pl.DataFrame({"row": in_order(tables, self.lines["row"].to_numpy())})
        return Plain(rows.join(self.lines, on="row", maintain_order="left"), self.items)

    def without(self, items: Iterable[int]) -> Plain:
        """Less the lines that pay any of these items."""
        some = np.fromiter(items, np.int64)
        taken = self.items["row"].filter(np.isin(self.items["item"].to_numpy(), some)).unique()
        return Plain(
            self.lines.filter(~pl.col("row").is_in(taken.implode())),
            self.items.filter(~pl.col("row").is_in(taken.implode())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What plain lines are looked for with."""

    tables: Tables
    numbers: Numbers
    rules: MatchingRules
    memory: Memory
    own_ibans: frozenset[str]
    today: date
    ledger: Ledger


def plain_lines(wanted: Wanted) -> tuple[Plain, Clear]:
    """Lines that name items of one debtor in full, which are open for exactly their amount; and
    what others name as clearly.

    Each would be settled so with care too, were no other line to name those items: none here
    shares one with another one here. The payer is the debtor by an account that is his only, or
    he is nobody that is known; nothing that a person decided and no code of the bank's says
    otherwise.
    """
    lines = _eligible(wanted)
    mentions, bare, debtors = _mentions(wanted, lines)
    named = _once(mentions.drop("begin", "end", "more", "only"))
    items = wanted.tables.items
    named = named.with_columns(
        items["customer"].gather(named["item"]),
        items["open_minor"].gather(named["item"]).alias("whole"),
        items["currency"].gather(named["item"]).alias("money"),
    )
    alone = ~named["row"].is_duplicated()
    paid = (
        pl.concat(
            [_with_discounts(items, named.filter(alone)), _together(named.filter(~alone))],
            how="diagonal",
        )
        .join(lines, on="row")
        .with_columns(
            pl.when(
                (pl.col("whole") != pl.col("amount_minor")) & (pl.col("valued") <= pl.col("until"))
            )
            .then("discount")
            .otherwise(0)
            .alias("discount")
        )
        .filter(
            (pl.col("whole") == pl.col("amount_minor") + pl.col("discount"))
            & (pl.col("whole") != 0)
            & (pl.col("money") == pl.col("currency"))
        )
        .select("row", "customer", "certainty", "structured", "items", "iban", "discount")
    )
    found = _known(wanted, paid.with_columns(pl.Series("said", debtors[paid["row"]])))
    shares = named.select("row", "item").join(found.select("row", "discount"), on="row")
    twice = shares.filter(pl.col("item").is_duplicated())["row"].unique()
    found = found.filter(~pl.col("row").is_in(twice.implode())).drop("discount")
    shares = shares.filter(~pl.col("row").is_in(twice.implode()))
    others = mentions.filter("only").join(found.select("row"), on="row", how="anti")
    return Plain(found, shares), Clear.of(items["number"], others, bare)


def _with_discounts(items: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Lines that name one item, and what may be deducted of it until when."""
    return named.with_columns(
        items["discount_minor"].gather(named["item"]).fill_null(0).clip(0).alias("discount"),
        items["discount_until"].gather(named["item"]).alias("until"),
        pl.lit(1, pl.UInt32).alias("items"),
    ).drop("item")


def _once(mentions: pl.DataFrame) -> pl.DataFrame:
    """Each item of a line once, as it is named best."""
    several = mentions["row"].is_duplicated()
    best = (
        mentions.filter(several)
        .group_by("row", "item")
        .agg(pl.col("certainty").max(), pl.col("structured").any())
    )
    return pl.concat([mentions.filter(~several), best])


def _together(named: pl.DataFrame) -> pl.DataFrame:
    """What lines that name several items of one debtor name of him, line by line."""
    every = named.group_by("row").agg(
        pl.col("certainty").min(),
        pl.col("structured").all(),
        pl.col("customer").n_unique().alias("debtors"),
        pl.col("customer").first(),
        pl.col("whole").sum(),
        pl.col("money").n_unique().alias("moneys"),
        pl.col("money").first(),
        (pl.col("whole") != 0).all().alias("open"),
        pl.len().alias("items"),
    )
    one = (pl.col("debtors") == 1) & (pl.col("moneys") == 1) & pl.col("open")
    return every.filter(one).drop("debtors", "moneys", "open")


def _eligible(wanted: Wanted) -> pl.DataFrame:
    """Lines of money in that no screening holds back: row, valued, amount_minor, currency, iban."""
    rules, tables, memory = wanted.rules, wanted.tables, wanted.memory
    words = {*rules.costs_codes, *rules.return_codes, *rules.transfer_codes}
    codes = "|".join(map(re.escape, sorted(words))) or "$."
    ibans = {*rules.transfer_ibans, *rules.costs_ibans, *memory.ibans, *memory.not_ours_ibans}
    decided = sorted({"".join(iban.split()).upper() for iban in {*ibans, *wanted.own_ibans}} - {""})
    iban = pl.col("payer_iban").str.replace_all(r"\s", "").str.to_uppercase()
    lines = tables.lines.lazy().with_row_index("row").with_columns(iban=iban)
    if memory.not_ours_texts:
        texts = [folded_text(text) in memory.not_ours_texts for text in tables.lines["text"]]
        lines = lines.filter(~pl.Series(texts, dtype=pl.Boolean))
    money_in = lines.filter(
        (pl.col("amount_minor") > 0)
        & (pl.col("booked") <= wanted.today)
        & ~pl.col("iban").is_in(decided)
        & (
            (pl.col("code") == "")
            | ~pl.col("code").str.contains(rf"(?:^|[\s-])(?:{codes})(?:$|[\s-])")
        )
    )
    back = lines.filter(pl.col("amount_minor") < 0)
    told = ~pl.col("end_to_end").is_in(NO_REFERENCE)
    references = back.select("end_to_end").filter(told).unique()
    amounts = back.select("iban", (-pl.col("amount_minor")).alias("amount_minor")).unique()
    named_there = _numbers_in(tables, money_in.filter(told))
    return (
        money_in.join(references, on="end_to_end", how="anti")
        .join(amounts, on=["iban", "amount_minor"], how="anti")
        .join(named_there, on="row", how="anti")
        .select(
            pl.col("row").cast(pl.Int64),
            pl.coalesce("valued", "booked").alias("valued"),
            "amount_minor",
            "currency",
            "iban",
        )
        .collect()
    )


def _numbers_in(tables: Tables, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Lines whose own reference is an item's number, or may be: row."""
    keys = tables.items.lazy().select(key_of(pl.col("number")).alias("key"))
    told = lines.select("row", key_of(pl.col("end_to_end")).alias("key"))
    return pl.concat(
        [
            told.filter(pl.col("key").is_null()).select("row"),
            told.join(keys, on="key", how="semi").select("row"),
        ]
    )


def _mentions(
    wanted: Wanted, lines: pl.DataFrame
) -> tuple[pl.DataFrame, NDArray[np.bool_], NDArray[np.bool_]]:
    """What clear texts and references name: row, item, certainty, structured, and of numbers in
    texts begin, end, more and only, as of `Named`; for each line whether its text names none; and
    whether it may have a debtor's number.
    """
    known = _known_keys(wanted)
    every = wanted.tables.lines.select("text", "structured")
    found = [pl.DataFrame(schema=_MENTIONS)]
    bare, debtors = np.zeros(len(every), bool), np.zeros(len(every), bool)
    for rows in _parts_of(lines["row"].to_numpy()):
        batch = every[rows]
        named = read_texts(batch["text"], known)
        none = named.clear & ~named.debtors
        none[named.row] = False
        bare[rows[none]] = True
        debtors[rows[named.debtors]] = True
        found.append(_of_batch(rows, batch["structured"], named, known))
    return pl.concat(found), bare, debtors


def _parts_of(rows: _Rows) -> Iterator[_Rows]:
    for at in range(0, len(rows), _BATCH):
        yield rows[at : at + _BATCH]


def _of_batch(rows: _Rows, structured: pl.Series, named: Named, known: Known) -> pl.DataFrame:
    asked = (structured != "").to_numpy()
    text = pl.DataFrame(
        {
            "row": rows[named.row],
            "item": named.key,
            "certainty": named.certainty,
            "structured": named.reference,
            "begin": named.begin,
            "end": named.end,
            "more": named.more,
            "only": named.only & ~asked[named.row],
        }
    )
    places = np.flatnonzero(asked & named.clear)
    fields = structured.gather(places).to_list()
    read = [_only_item(field, known) for field in fields]
    bad = {int(rows[place]) for place, item in zip(places, read, strict=True) if item < 0}
    bad |= set(rows[asked & ~named.clear].tolist())
    pairs = [
        (int(rows[place]), item, 3, True, 0, 0, True, False)
        for place, item in zip(places, read, strict=True)
        if item >= 0
    ]
    told = pl.DataFrame(pairs, schema=text.schema, orient="row")
    return pl.concat([text.filter(~pl.col("row").is_in(list(bad))), told])


def _only_item(field: str, known: Known) -> int:
    """The one item that a structured field stands for; -1 if none, or perhaps others too."""
    items = {i for one in structured_readings(field.strip()) for i in known.items_of(one.body)}
    return next(iter(items)) if len(items) == 1 and "," not in field else -1


def _known_keys(wanted: Wanted) -> Known:
    numbers, row_of = wanted.tables.items["number"], wanted.ledger.row_of
    keys, strange = _keys(numbers)
    people, _ = _keys(wanted.tables.debtors["number"])
    odd = (
        strange | ~keys.str.contains("[0-9]") | keys.str.contains(r"^(?:.{0,3}|(?:19|20)[0-9]{2})$")
    )
    # A number in which a debtor's is to be seen.
    end = keys.str.extract("([0-9]+)$").fill_null("")
    odd |= keys.is_in(people.implode()) | end.is_in(people.implode())
    bare = wanted.tables.items["number"].str.replace_all("[^1-9]", "").str.slice(0, 18)
    return Known(
        table=KeyTable(keys.to_list()),
        numbers=numbers,
        odd=odd.to_numpy(),
        bare=bare.cast(pl.Int64, strict=False).drop_nulls().unique().sort().to_numpy(),
        debtors=KeyTable(people.to_list()),
        heads=wanted.numbers.heads,
        letters=wanted.numbers.letters,
        foreign=_foreign(wanted.tables),
        items_of=lambda body: [row_of(item) for item in body_items(body, wanted.numbers)],
    )


def _keys(numbers: pl.Series) -> tuple[pl.Series, pl.Series]:
    """What `canonical` makes of each, and which of them have signs of other scripts."""
    keys = numbers.to_frame().select(key_of(pl.col("number"))).to_series()
    strange = keys.is_null()
    if strange.any():
        both = zip(keys, numbers, strict=True)
        keys = pl.Series([canonical(n) if key is None else key for key, n in both], dtype=pl.String)
    return keys, strange


def _foreign(tables: Tables) -> frozenset[str]:
    """Codes of currencies that make a text one to be read with care: all but the lines' own."""
    own = tables.lines["currency"].unique().to_list()
    return other_currencies(own[0] if len(own) == 1 else "")


def _known(wanted: Wanted, paid: pl.DataFrame) -> pl.DataFrame:
    """The lines whose payer is the debtor, or nobody: row, customer, certainty, rule, by.

    A debtor's number tells who pays where it is not known, or where several pay from one account.
    """
    accounts = wanted.ledger.accounts
    alone = accounts.filter(~pl.col("iban").is_duplicated())
    his = pl.concat(
        paid.filter(pl.col("said") == said).join(some, on=["iban", "customer"], how="semi")
        for said, some in ((False, accounts), (True, alone))
    )
    nobodys = paid.filter(~pl.col("said")).join(
        accounts.filter(pl.col("iban") != ""), on="iban", how="anti"
    )
    if wanted.memory.aliases:
        nobodys = nobodys.clear()
    by = pl.Series("by", list(_by_names(wanted, nobodys)), dtype=pl.String)
    every = pl.concat([his.with_columns(by=pl.lit("account")), nobodys.with_columns(by)])
    rule = (
        pl.when(pl.col("discount") > 0)
        .then(pl.lit(_DISCOUNT))
        .when(pl.col("by") == "")
        .then(pl.lit(_THIRD))
        .when(pl.col("items") > 1)
        .then(pl.lit(_LIST))
        .when(pl.col("structured"))
        .then(pl.lit(_REFERENCE))
        .otherwise(pl.lit(_NUMBER))
    )
    return (
        every.with_columns(rule=rule)
        .filter((pl.col("by") != "?") & pl.col("rule").is_in(wanted.rules.use))
        .filter((pl.col("by") != "") | (pl.col("discount") == 0))
        .select("row", "customer", "certainty", "rule", "by", "discount")
    )


def _by_names(wanted: Wanted, lines: pl.DataFrame) -> Iterator[str]:
    """How each payer of an unknown account is known: by 'name', '' not at all, '?' as another."""
    known: dict[str, frozenset[str]] = {}
    payers = wanted.tables.lines["payer"].gather(lines["row"])
    for payer, customer in zip(payers, lines["customer"], strict=True):
        if payer not in known:
            known[payer] = wanted.ledger.named(payer)
        owners = known[payer]
        yield "" if len(owners) != 1 else "name" if customer in owners else "?"
