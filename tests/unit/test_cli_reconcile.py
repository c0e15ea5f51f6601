"""`clerkwork reconcile` on files alone: a table a controller can read, JSON for machines."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from clerkwork.cli.app import app
from clerkwork.core.matching.model import Outcome
from clerkwork.errors import ClerkworkError

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "reconcile"
STATEMENT, ITEMS, DEBTORS = (GOLDEN / name for name in ("march.xml", "items.csv", "debtors.csv"))
WORDS = [
    "reconcile", str(STATEMENT), "--items", str(ITEMS), "--debtors", str(DEBTORS),
    "--today", "2026-03-06",
]  # fmt: skip


def said(*words: str, **environment: str) -> Result:
    """What the command line says; an exit status other than 0 is the test's to look at."""
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "80", **environment})


def shown(*words: str) -> str:
    done = said(*words)
    assert done.exit_code == 0, done.output
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def refused(*words: str) -> str:
    """The one message about input that is refused, with nothing of an answer."""
    done = said(*words)
    assert isinstance(done.exception, ClerkworkError | OSError), done.output
    assert done.stdout == ""
    return str(done.exception)


def test_the_real_command_refuses_in_one_line_and_with_its_exit_status(tmp_path: Path) -> None:
    cut = tmp_path / "cut.xml"
    cut.write_bytes(STATEMENT.read_bytes()[:2_000])
    done = subprocess.run(
        [sys.executable, "-m", "clerkwork.cli", "reconcile", str(cut), "--items", str(ITEMS)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("error: cut.xml, ")


def unmeasured(text: str) -> str:
    """Without confidence, which is measured anew now and then: the rest is what is golden."""
    return re.sub(r" +\d+\.\d %|(?<=\"confidence\": )[\d.]+", "", text)


def test_the_table_is_the_golden_one() -> None:
    """Made anew with the command of docs/reconcile.md, once every line of it was looked at."""
    golden = (GOLDEN / "table.txt").read_text(encoding="utf-8")
    assert unmeasured(shown(*WORDS)) == unmeasured(golden)
    assert golden.count(" %\n") == 7, "a measure for whatever was decided"


def test_the_object_is_the_golden_one() -> None:
    golden = (GOLDEN / "result.json").read_text(encoding="utf-8")
    assert unmeasured(shown(*WORDS, "--json")) == unmeasured(golden)
    assert {0.0 <= line["confidence"] <= 1.0 for line in json.loads(golden)["lines"]} == {True}


def test_amounts_are_texts_and_what_became_of_each_line_makes_the_closing_balance() -> None:
    made = json.loads(shown(*WORDS, "--json"))
    (tie,) = made["accounts"]
    cents = {key: round(float(tie[key]) * 100) for key in tie if isinstance(tie[key], str) and
             key not in ("account", "currency")}  # fmt: skip
    outcomes = [str(outcome).replace(" ", "_") for outcome in Outcome]
    assert cents["opening"] + sum(cents[one] for one in outcomes) == cents["closing"]
    assert tie["difference"] == "0.00"
    assert sum(tie["lines"].values()) == len(made["lines"])
    assert all(isinstance(line["amount"], str) for line in made["lines"])


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_it_fits_the_terminal(columns: str) -> None:
    done = said(*WORDS, COLUMNS=columns)
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    for amount in ("1250.00 EUR", "-1250.00 EUR", "843.75 EUR"):
        assert amount in done.stdout


def test_a_line_is_explained_by_number_id_or_the_beginning_of_it() -> None:
    line = json.loads(shown(*WORDS, "--json"))["lines"][5]
    by_number = shown(*WORDS, "--explain", "6")
    assert by_number == shown(*WORDS, "--explain", line["id"])
    assert by_number == shown(*WORDS, "--explain", line["id"][:6])
    assert line["id"] in by_number
    for words in ("bedankt!", "For review", "Why not these", "2026-0450", "2026-0451"):
        assert words in by_number
    told = json.loads(shown(*WORDS, "--explain", "6", "--json"))
    assert told["line"] == line
    assert {one["item"] for one in told["why"]["others"]} == {"2026-0450", "2026-0451"}
    assert [rule["decided"] for rule in told["why"]["rules"]].count(True) == 1


@pytest.mark.parametrize("line", ["99", "-1", "zz", "\u0663"])
def test_a_line_that_is_none_is_told(line: str) -> None:
    assert "there is no line" in refused(*WORDS, f"--explain={line}")


def test_the_result_as_csv_has_a_row_a_line(tmp_path: Path) -> None:
    out = tmp_path / "result.csv"
    shown(*WORDS, "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = json.loads(shown(*WORDS, "--json"))["lines"]
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert rows[1]["items"] == "2026-0420=643.75; 2026-0421=300.00; C2026-017=-100.00"
    assert rows[3]["discount"] == "20.00"
    assert rows[6]["amount"] == "-1250.00"
    assert [path.name for path in tmp_path.iterdir()] == ["result.csv"]


def test_a_file_that_was_read_is_never_written_over(tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_bytes(ITEMS.read_bytes())
    words = ["reconcile", str(STATEMENT), "--items", str(items), "--out", str(items)]
    assert "name another" in refused(*words)
    assert items.read_bytes() == ITEMS.read_bytes()


def test_where_the_result_cannot_be_written_nothing_is_said(tmp_path: Path) -> None:
    refused(*WORDS, "--out", str(tmp_path / "missing" / "result.csv"))


def test_refused_items_are_one_message(tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text("number,customer,open,due\nA1,7,5.00,03/04/2026\n", encoding="utf-8")
    told = refused("reconcile", str(STATEMENT), "--items", str(items))
    assert "items.csv, line 2, due: '03/04/2026'" in told
    assert "--dates dd-mm-yyyy" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--dates", "dutch"), "--dates: 'dutch' is no order"),
        (("--decimal", ";"), "--decimal ';': expected , or ."),
        (("--currency", "euro"), "--currency 'euro': expected three capitals"),
        (("--columns", "nummer=A"), "Did you mean 'number'?"),
        (("--rules", "matching.toml"), "matching.toml is missing"),
    ],
)
def test_a_wrong_option_is_one_message(words: tuple[str, ...], told: str) -> None:
    assert told in refused(*WORDS, *words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("reconcile", str(STATEMENT)), "--items FILE"),
        (("reconcile", "--items", str(ITEMS)), "name the statements, too"),
        ((*WORDS[:-1], "yesterday"), "expected a day such as 2026-03-02"),
    ],
)
def test_what_is_left_out_is_told_with_the_usage(words: tuple[str, ...], told: str) -> None:
    done = said(*words)
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stdout == ""


def test_rules_that_are_declared_decide(tmp_path: Path) -> None:
    rules = tmp_path / "matching.toml"
    rules.write_text('use = ["listed numbers"]\n', encoding="utf-8")
    lines = json.loads(shown(*WORDS, "--rules", str(rules), "--json"))["lines"]
    assert [line["rule"] for line in lines if line["outcome"] == "settled"] == ["listed numbers"]


def test_known_payers_are_the_debtors_without_a_list_of_debtors(tmp_path: Path) -> None:
    known = tmp_path / "known.csv"
    known.write_text("iban,customer\nNL86TRIO0123456789,10003\n", encoding="utf-8")
    words = [*WORDS[:4], "--today", "2026-03-06", "--json"]
    third = json.loads(shown(*words))["lines"][2]
    assert third["outcome"] == "review", "a stranger's part payment"
    settled = json.loads(shown(*words, "--known", str(known)))["lines"][2]
    assert (settled["outcome"], settled["rule"]) == ("settled", "part payment")


def test_a_hostile_payer_does_not_steer_the_terminal(tmp_path: Path) -> None:
    text = STATEMENT.read_text(encoding="utf-8").replace("bedankt!", "=cmd|x [red]\u202eevil")
    hostile = tmp_path / "hostile.xml"
    hostile.write_text(text, encoding="utf-8")
    words = ["reconcile", str(hostile), "--items", str(ITEMS)]
    for more in ((), ("--json",), ("--explain", "6")):
        assert "\u202e" not in shown(*words, *more)
    out = tmp_path / "result.csv"
    shown(*words, "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert [row["text"][:5] for row in csv.DictReader(file)][5] == "'=cmd"


def test_piped_it_says_nothing_of_its_progress() -> None:
    assert said(*WORDS).stderr == ""


def test_every_command_of_the_how_to_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = GOLDEN.parents[2]
    shutil.copytree(GOLDEN, tmp_path / "tests/golden/reconcile")
    (tmp_path / "config").mkdir()
    shutil.copy(root / "config/matching.toml", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    text = (root / "docs/reconcile.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ clerkwork (reconcile \S+\.xml .*)$", text, re.MULTILINE)
    assert len(commands) == 6
    for command in commands:
        assert shown(*shlex.split(command))
    assert (tmp_path / "result.csv").exists()


def test_what_the_how_to_shows_is_what_is_printed() -> None:
    text = (GOLDEN.parents[2] / "docs/reconcile.md").read_text(encoding="utf-8")
    block = text.partition("```text\n")[2].partition("```")[0]
    printed = unmeasured((GOLDEN / "table.txt").read_text(encoding="utf-8")).splitlines()
    assert set(unmeasured(block).splitlines()) - {"..."} <= set(printed)


def test_the_how_to_names_every_key_of_the_object() -> None:
    text = (GOLDEN.parents[2] / "docs/reconcile.md").read_text(encoding="utf-8")
    made = json.loads((GOLDEN / "result.json").read_text(encoding="utf-8"))
    for key in made:
        assert f"`{key}`" in text
    for key in made["lines"][0].keys() - {"number"}:
        assert f"`.{key}`" in text


def test_a_table_of_a_bank_is_read_as_it_is_declared(tmp_path: Path) -> None:
    bank = tmp_path / "bank.csv"
    bank.write_text("Tag;Betrag;Saldo;Zweck\n02.03.2026;75,00;175,00;2026-0450\n", "utf-8")
    layouts = tmp_path / "layouts.toml"
    layouts.write_text(
        '[mine]\niban = "NL91ABNA0417164300"\nbooked = "Tag"\namount = "Betrag"\n'
        'balance = "Saldo"\ntext = ["Zweck"]\ndates = "%d.%m.%Y"\n',
        "utf-8",
    )
    words = ("reconcile", str(bank), "--items", str(ITEMS), "--today", "2026-03-06")
    assert "no format that is known" in refused(*words)
    made = json.loads(shown(*words, "--layouts", str(layouts), "--json"))
    assert [line["allocations"][0]["item"] for line in made["lines"]] == ["2026-0450"]
    assert made["accounts"][0]["opening"] == "100.00"
