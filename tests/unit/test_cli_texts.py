"""`clerkwork texts check`, as docs/texts.md shows it: what may not go out is told, a line each."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner
from workspaces import change, fresh

from clerkwork.cli.app import app

PAGE = (Path(__file__).parents[2] / "docs" / "texts.md").read_text(encoding="utf-8")
NL = "config/texts/nl.toml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


def checked(root: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["texts", "check", *words, "--workspace", str(root)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


def told(root: Path) -> str:
    """The one finding, without its end."""
    status, said = checked(root)
    lines = said.splitlines()
    assert (status, lines[-1]) == (1, "1 to change, 0 to consider"), said
    assert len(lines) == 2
    return lines[0]


def test_the_shipped_texts_may_go_out(root: Path) -> None:
    assert checked(root) == (0, "The texts may go out as they are.\n")
    assert json.loads(checked(root, "--json")[1]) == {"findings": []}


def test_the_page_shows_what_is_said(root: Path) -> None:
    """The change that the page shows is made, and its commands are typed."""
    consoles = re.findall(r"```console\n\$ clerkwork texts check\n(.*?)```", PAGE, re.DOTALL)
    (after,) = re.findall(r"```toml\n(sms = .*?)\n```", PAGE, re.DOTALL)
    assert checked(root)[1] == consoles[0]
    text = (root / NL).read_text(encoding="utf-8")
    before = re.search(r"(?ms)^\[tones\.second\].*?^(sms = [^\n]*)", text)
    assert before
    change(root, NL, before[1], after)
    assert checked(root) == (1, consoles[1])


@pytest.mark.parametrize(
    ("was", "becomes", "finding"),
    [
        (
            'sms = "{{ total }} is nog niet betaald.',
            'sms = "{{ totaal }} is nog niet betaald.',
            r"line \d+, tones\.friendly\.sms: nothing fills in 'totaal'; known are .*total",
        ),
        (
            'sms = "{{ total }} is nog niet betaald. Misschien', 'sms = "Misschien',
            r"tones\.friendly\.sms: lacks {{ total }}, which a debtor has to be told here",
        ),
        (
            'sms = "{{ total }} is nog niet betaald.', 'sms = "{{ total } is nog niet betaald.',
            r"tones\.friendly\.sms: cannot be read: ",
        ),
        (
            "Wilt u dit binnen {{ within }} dagen betalen?\"\n", "Anders rekenen wij kosten.\"\n",
            r"tones\.second\.sms: 'kosten' speaks of costs before the law allows it: "
            r"'business', 'second reminder' asks none: \"Anders rekenen wij kosten\.\"",
        ),
        (
            'already_paid = "Hebt u', 'already_paid = "Kijk in onze webshop. Hebt u',
            r"words\.already_paid: 'webshop' advertises, which no reminder does: \"Kijk in onze",
        ),
        (
            'already_paid = "Hebt u', 'already_paid = "Er komt rente bij. Hebt u',
            r"words\.already_paid: 'rente' speaks of interest before the law allows it: every",
        ),
        (
            'closing = ["Bel ons als betalen nu niet lukt.',
            'closing = ["Kijk op https://bank.example.',
            r"tones\.last\.closing: a link of its own: only {{ link }} leads anywhere",
        ),
        (
            'pay_reference = "Zet bij uw betaling: {{ reference }}"', 'pay_reference = "Zeg het"',
            r"words\.pay_reference: lacks {{ reference }}",
        ),
        (
            "Betaal binnen {{ term }} dagen nadat",
            "Betaal voor {{ date }}, {{ term }} dagen nadat",
            r"words\.announcement: 'date' in the notice of costs: where it comes late, it is void",
        ),
        (
            "Betaal binnen {{ term }} dagen nadat",
            "Betaal voor 1 mei 2026, {{ term }} dagen nadat",
            r"words\.announcement: '1 mei 2026' in the notice of costs: where it comes late, it is",
        ),
        (
            "Wij vragen u dit nu te doen. Bent", "Doe dat voor 1-5-2026. Bent",
            r"tones\.formal\.sms: '1-5-2026' in the notice of costs: where it comes late",
        ),
        (
            "Wij stuurden u eerder een herinnering. Er staat nog {{ total }} open. Wilt",
            "Niettegenstaande betalingsherinneringen constateren wij dat {{ total }} wilt",
            r"tones\.second\.opening: reads at -?\d+; B1 is taken for 60 or more\. .*Niettegen",
        ),
        (
            'sms = "{{ total }} is nog niet betaald.',
            f'sms = "{"Bel ons. " * 50}{{{{ total }}}} is nog niet betaald.',
            r"tones\.friendly\.sms: takes 5 parts, each paid for as a message; at most 3 may go",
        ),
        (
            "[tones.third]", "[tones.derde]",
            r"nl\.toml, tones\.third: there is no such tone, which 'business', 'third reminder'",
        ),
    ],
)  # fmt: skip
def test_what_may_not_go_out_is_told_with_its_place(
    root: Path, was: str, becomes: str, finding: str
) -> None:
    change(root, NL, was, becomes)
    assert re.search(finding, told(root)), told(root)


def test_a_tone_without_a_wording_that_a_journey_goes_by(root: Path) -> None:
    text = (root / NL).read_text(encoding="utf-8")
    found = re.search(r"(?ms)^\[tones\.second\].*?^(sms = [^\n]*\n)", text)
    assert found
    change(root, NL, found[1], "")
    assert "tones.second.sms: is missing, and 'students', 'second reminder' goes by sms" in told(
        root
    )


def test_a_payment_page_that_says_nothing_to_who_was_handed_over(root: Path) -> None:
    (said,) = re.findall(r"(?m)^collection = [^\n]*\n", (root / NL).read_text(encoding="utf-8"))
    change(root, NL, said, "")
    assert "page.collection: is missing: who was handed over is not told on his page" in told(root)


def test_what_is_worth_a_thought_alone_is_no_error(root: Path) -> None:
    change(root, NL, "Misschien bent u het vergeten: dat", "Dat is " + "nu en dan " * 9 + "zo: dat")
    status, said = checked(root)
    assert status == 0
    assert "tones.friendly.opening: a sentence of more than 25 words" in said
    assert said.splitlines()[-1] == "0 to change, 1 to consider"


def test_days_that_a_text_counts_itself_may_not_be_those_of_the_journey(root: Path) -> None:
    change(root, NL, "Betaal binnen {{ within }} dagen", "Betaal binnen veertien dagen")
    status, said = checked(root)
    assert status == 0
    assert re.match(
        r"advice: config/texts/nl\.toml, line \d+, tones\.third\.opening: 'veertien dagen' may be",
        said,
    )


def test_a_letter_that_gsm_lacks_is_named(root: Path) -> None:
    change(root, NL, 'Misschien bent u het vergeten."\n', 'Dat is reëel."\n')
    status, said = checked(root)
    assert status == 0
    assert re.match(
        r"advice: config/texts/nl\.toml, line \d+, tones\.friendly\.sms: 'ë' is not of GSM's", said
    )


def test_a_language_that_is_missing_is_told(root: Path) -> None:
    (root / NL).unlink()
    assert told(root).startswith("config/texts/nl.toml: is missing: it is the language of whoever")


def test_a_file_that_is_no_toml_is_told_and_the_others_are_read(root: Path) -> None:
    change(root, NL, "[words]", "[words")
    assert "config/texts/nl.toml" in told(root)
