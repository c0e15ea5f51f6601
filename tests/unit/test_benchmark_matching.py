"""Matching is scored on data whose truth is known before anybody matches, and whose labels hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from stdnum import iso11649
from stdnum.be import ogm_vcs

from benchmarks import matching
from benchmarks._matching_damage import kenmerk, ogm, rf, short_kenmerk
from benchmarks._matching_labels import one_edit, readings
from benchmarks._matching_make import make_world
from benchmarks._matching_merge import answer as merge
from benchmarks._matching_rules import answer as rules
from benchmarks._matching_score import ANSWERS, score
from benchmarks._matching_style_ab import STYLES
from benchmarks._matching_style_d_text import check_digit
from benchmarks._matching_tables import SCHEMAS, read_table
from benchmarks._matching_unseen import UNSEEN
from benchmarks._matching_unseen_cases import qr_reference
from benchmarks._matching_unseen_text import check_of

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("items", "debtors", "known", "lines")
ALL = {**STYLES, "unseen": UNSEEN}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    make_world(folder, STYLES["a"], 600, seed=3)
    return folder


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Lines beside their truth, in a world large enough for the rarest case."""
    folder = tmp_path_factory.mktemp("unseen")
    make_world(folder, UNSEEN, 9000, seed=8)
    truth = read_table(folder, "truth")
    return (
        read_table(folder, "lines")
        .join(truth, left_on="id", right_on="line")
        .with_columns(numbers=pl.lit(" ".join(read_table(folder, "items")["number"])))
    )


def answered(world: Path, rows: Sequence[tuple[object, ...]]) -> Path:
    file = world / "answers.parquet"
    pl.DataFrame(rows, schema=ANSWERS, orient="row").write_parquet(file)
    return file


@pytest.mark.parametrize("style", sorted(ALL))
def test_a_world_is_made_again_from_its_seed(style: str, tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    for folder, seed in ((first, 3), (second, 3), (other, 4)):
        make_world(folder, ALL[style], 300, seed)
    for name in SCHEMAS:
        assert read_table(first, name).equals(read_table(second, name)), name
    assert not read_table(first, "lines").equals(read_table(other, "lines"))


@pytest.mark.parametrize("style", sorted(ALL))
def test_true_allocations_take_no_more_than_is_open_and_what_the_lines_bring(
    style: str, tmp_path: Path
) -> None:
    make_world(tmp_path, ALL[style], 900, seed=4)
    truth, lines = read_table(tmp_path, "truth"), read_table(tmp_path, "lines")
    amounts = dict(lines.select("id", "amount_minor").iter_rows())
    start = dict(read_table(tmp_path, "items").select("number", "open_minor").iter_rows())
    left = dict(start)
    settled = truth.filter((pl.col("decidable") == 1) & (pl.col("outcome") == "settled"))
    assert len(settled) > 300
    for line, case, allocations in settled.select("line", "case", "allocations").iter_rows():
        paid = 0
        for share in allocations.split(";"):
            number, _, given = share.partition("=")
            minor, _, discount = given.partition("/")
            left[number] -= int(minor) + int(discount or 0)
            paid += int(minor)
        assert paid < amounts[line] if case == "overpaid" else paid == amounts[line]
    assert all(0 <= left[number] / start[number] <= 1 for number in start)


def test_every_case_of_the_unseen_style_occurs(unseen: pl.DataFrame) -> None:
    assert set(UNSEEN.cases) <= set(unseen["case"])
    assert {"unknown payer", "bank costs", "own transfer", "outgoing"} <= set(unseen["case"])


def test_what_nobody_can_decide_has_review_for_its_truth(unseen: pl.DataFrame) -> None:
    assert set(unseen.filter(pl.col("decidable") == 0)["outcome"]) == {"review"}
    decided = unseen.filter(pl.col("decidable") == 1)
    assert set(decided["outcome"]) == {"settled", "unapplied", "reopens", "not ours"}
    assert "" not in set(decided.filter(pl.col("outcome") == "settled")["allocations"])
    bare = decided.filter(pl.col("outcome").is_in(["unapplied", "not ours"]))
    assert set(bare["allocations"]) == {""}


def test_a_list_that_the_bank_cut_off_names_fewer_items_than_it_pays(unseen: pl.DataFrame) -> None:
    cut = unseen.filter((pl.col("case") == "list cut off") & (pl.col("decidable") == 1))
    assert len(cut)
    for text, allocations in cut.select("text", "allocations").iter_rows():
        numbers = [share.partition("=")[0] for share in allocations.split(";")]
        named = [number.casefold() in text.casefold() for number in numbers]
        assert named[:2] == [True, True], text
        assert not named[-1], text


def test_a_return_takes_back_what_another_line_brought(unseen: pl.DataFrame) -> None:
    returns = unseen.filter(pl.col("outcome") == "reopens")
    brought = dict(unseen.select("id", "amount_minor").iter_rows())
    assert len(returns)
    for amount, reverses in returns.select("amount_minor", "reverses").iter_rows():
        assert brought[reverses] == -amount


def test_a_text_that_is_to_say_nothing_holds_no_number_of_the_book(unseen: pl.DataFrame) -> None:
    numbers = unseen["numbers"][0].split()
    digits = {re.sub("[^0-9]", "", number).lstrip("0") for number in numbers}
    silent = unseen.filter(pl.col("case").is_in(["amount alone", "sum", "name and amount"]))
    assert len(silent) > 100
    for text in silent["text"]:
        groups = re.findall("[0-9]+", text.replace("\n", ""))
        assert not digits & {group.lstrip("0") for group in groups}, text


def test_who_pays_for_two_debtors_from_one_account_is_named_as_neither(
    unseen: pl.DataFrame,
) -> None:
    shared = unseen.filter(pl.col("case") == "two debtors on one account")
    assert len(shared)
    assert shared["decidable"].sum() == 0
    assert set(shared["text"]) == {""}


def test_only_the_styles_to_tune_on_are_written(tmp_path: Path) -> None:
    made = ["--items", "200", "--make", str(tmp_path), "--style"]
    assert matching.main([*made, "d"]) == 0
    assert len(read_table(tmp_path, "lines")) > 50
    with pytest.raises(SystemExit):
        matching.main([*made, "unseen"])


def test_every_line_has_its_truth_and_numbers_occur_once(world: Path) -> None:
    lines, truth = read_table(world, "lines"), read_table(world, "truth")
    assert sorted(lines["id"]) == sorted(truth["line"])
    assert lines["id"].is_unique().all()
    assert read_table(world, "items")["number"].is_unique().all()


def test_the_label_of_equal_subscriptions_without_a_month_is_not_decidable(world: Path) -> None:
    truth = read_table(world, "truth")
    bare = truth.filter(pl.col("case") == "subscription, no month")
    assert len(bare)
    assert bare["decidable"].sum() == 0


@pytest.mark.parametrize(
    ("typed", "real", "near"),
    [
        ("20260412", "20260413", True),
        ("20260421", "20260412", True),
        ("2026412", "20260412", True),
        ("202604122", "20260412", True),
        ("20260412", "20260412", False),
        ("20260434", "20260412", False),
        ("412", "20260412", False),
    ],
)
def test_one_edit_is_a_digit_changed_swapped_left_out_or_put_in(
    typed: str, real: str, near: bool
) -> None:
    assert one_edit(typed, real) is near


def test_readings_are_counted_with_credit_notes() -> None:
    assert readings([100, 200, 300], 300) == 2
    assert readings([100, 250, -50], 50) == 1
    assert readings([100, 200], 50) == 0


def test_check_digits_are_right() -> None:
    assert kenmerk("000056789012345") == "5000056789012345"
    # 2*6 + 4*8 + 8*9 + 5*2 + 10*0 + 9*6 + 7*2 + 3*7 = 215, as in the example of sixteen digits.
    assert short_kenmerk("2602986") == "572602986"
    assert check_digit("7992739871") == "3"
    # The examples of the Swiss guidelines for QR bills and of the GS1 check digit calculator.
    assert qr_reference("21000000000313947143000901") == "210000000003139471430009017"
    assert check_of("629104150021") == "3"
    assert ogm_vcs.is_valid(ogm("20260412"))
    assert iso11649.is_valid(rf("VF260012480"))


def test_a_lucky_guess_on_an_undecidable_line_counts_as_wrong(world: Path) -> None:
    truth = read_table(world, "truth")
    doubtful = truth.filter((pl.col("decidable") == 0) & (pl.col("allocations") != "")).row(
        0, named=True
    )
    sure = truth.filter(pl.col("outcome") == "settled").row(0, named=True)
    rows = [
        (one["line"], "settled", one["customer"], one["allocations"], sureness, "guess")
        for one, sureness in ((doubtful, 0.5), (sure, 1.0))
    ]
    found = score(world, answered(world, rows))
    assert (found.settled, found.right) == (2, 1)
    assert found.precision == 0.5
    assert found.right_at_099 == 1.0


def test_peers_find_plain_numbers_and_settle_no_item_twice(world: Path) -> None:
    tables = {name: read_table(world, name) for name in TABLES}
    today = tables["lines"]["booked"].sort()[-1]
    for answer in (rules, merge):
        answers = answer(tables, today)
        file = world / "peer.parquet"
        answers.write_parquet(file)
        found = score(world, file)
        assert found.recall > 0.5
        assert found.precision > 0.8
    whole = merge(tables, today)["allocations"]
    assert whole.is_unique().all()


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "known.csv").write_text("iban,customer\nNL20INGB0001234567,D1\n")
    with pytest.raises(ValueError, match=r"known in .* has no column 'times'"):
        read_table(tmp_path, "known")
    (tmp_path / "known.csv").write_text("iban,customer,times\nNL20INGB0001234567,D1,often\n")
    with pytest.raises(ValueError, match="known in"):
        read_table(tmp_path, "known")
    with pytest.raises(ValueError, match=r"neither lines\.parquet nor lines\.csv"):
        read_table(tmp_path, "lines")


def test_the_example_of_the_document_is_scored_as_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "labelled-data.md").read_text(encoding="utf-8")
    tables = re.findall(r"`(\w+)\.csv`:\n\n```csv\n(.*?)```", text, re.DOTALL)
    assert {name for name, _ in tables} == set(SCHEMAS)
    for name, rows in tables:
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
    assert matching.main(["--data", str(tmp_path)]) == 0
    promised = text.rstrip().removesuffix("```").splitlines()[-1].strip()
    assert promised.startswith("precision")
    assert promised in capsys.readouterr().out


def test_a_folder_without_tables_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert matching.main(["--data", str(tmp_path)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "neither items.parquet nor items.csv" in told[0]
