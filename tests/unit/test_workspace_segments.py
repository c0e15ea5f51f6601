"""Segments and journeys as the back office sets them: what comes along, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from workspaces import change, fresh

from clerkwork.adapters.letters import ReminderWriter
from clerkwork.core.journeys import FEWEST, Law, Plan, as_sent, due_on, with_claim
from clerkwork.core.law.costs import Vat
from clerkwork.core.law.interest import interest
from clerkwork.core.law.nl import NL
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message
from clerkwork.core.money import Money
from clerkwork.core.segments import Assignment, Facts, assign
from clerkwork.core.wording.claims import asks_costs, asks_interest
from clerkwork.errors import ConfigError
from clerkwork.workspace.checks_journeys import not_set_up
from clerkwork.workspace.config import Config, read_config

DUTCH = Law(pack=NL)
CONSUMER = Facts(kind="consumer", reachable=("mail",))
BUSINESS = Facts(kind="business", reachable=("mail",))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return read_config(fresh(tmp_path_factory.mktemp("shipped")))


def refusal(root: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_config(root)
    return str(caught.value)


def found(config: Config, facts: Facts) -> Assignment:
    assigned = assign(facts, config.segments.segments)
    assert assigned is not None
    return assigned


@pytest.mark.parametrize(
    ("facts", "segment", "journey"),
    [
        (replace(CONSUMER, occupation="student"), "students", "students"),
        (replace(CONSUMER, needs=("paper",)), "not at ease with computers", "plain letters"),
        (replace(BUSINESS, needs=("plain language",)), "not at ease with computers", None),
        (replace(CONSUMER, preferred="whatsapp"), "mobile first", "mobile first"),
        (replace(BUSINESS, owed=(Money(5_000_000, "EUR"),)), "key accounts", "key accounts"),
        (replace(BUSINESS, owed=(Money(4_999_999, "EUR"),)), "businesses", "business"),
        (replace(BUSINESS, behaviour="worsening"), "late payers", "short steps"),
        (replace(CONSUMER, behaviour="worsening"), "risk group", "more time"),
        (replace(CONSUMER, behaviour="erratic", preferred="sms"), "risk group", "more time"),
        (replace(CONSUMER, needs=("more time",)), "asked for time", "more time"),
        (replace(CONSUMER, behaviour="erratic", occupation="student"), "students", "students"),
        (replace(CONSUMER, behaviour="late"), "everybody else", "consumer"),
        (replace(BUSINESS, behaviour="erratic"), "late payers", "short steps"),
        (BUSINESS, "businesses", "business"),
        (CONSUMER, "everybody else", "consumer"),
    ],
)
def test_who_is_in_which_of_the_segments_that_come_along(
    shipped: Config, facts: Facts, segment: str, journey: str | None
) -> None:
    assigned = found(shipped, facts)
    assert assigned.segment == segment
    assert journey in (None, assigned.journey)
    assert assigned.ground[-1]


def test_facts_that_nobody_declared_tell_nobody_apart(shipped: Config) -> None:
    """Language, country and the ways to reach somebody are known of everybody, and count as none
    of the grounds that come along."""
    told = {
        found(
            shipped, replace(CONSUMER, language=language, country=country, reachable=ways)
        ).segment
        for language in ("nl", "tr", "")
        for country in ("NL", "PL")
        for ways in ((), ("mail",), ("sms", "whatsapp"))
    }
    assert told == {"everybody else"}


def test_who_may_be_in_trouble_is_told_by_his_words_and_payments_and_gets_more_time(
    shipped: Config,
) -> None:
    """Told apart by nothing else, and in nothing worse off than everybody else."""
    risky = [one for one in shipped.segments.segments if one.persona == "Mr Visser"]
    for segment in risky:
        told = {field.name for field in fields(segment.when) if getattr(segment.when, field.name)}
        assert told <= {"kind", "needs", "behaviour"}
        assert "time" in segment.ground
    journeys = {one.name: one for one in shipped.journeys}
    gentle, usual = journeys["more time"], journeys["consumer"]
    assert {one.journey for one in risky} == {gentle.name}
    for one, other in zip(gentle.reminders, usual.reminders, strict=True):
        assert one.after > other.after
        assert one.gap >= other.gap
        assert (one.notice, one.costs, one.interest) == (other.notice, other.costs, other.interest)
    assert gentle.hand_over > usual.hand_over
    assert gentle.week == 1
    formal = next(step for step in gentle.reminders if step.notice)
    assert any("call" in step.channels for step in gentle.reminders if step.after < formal.after)


def walked(
    shipped: Config,
    due: date,
    language: str,
    name: str = "short steps",
    kind: str = "business",
    law: Law = DUTCH,
) -> Iterator[tuple[Plan, Message]]:
    """The steps of a late payer who owes 1,000.00 to the end, each on its day with its message."""
    journey = next(one for one in shipped.journeys if one.name == name)
    debtor = Debtor(
        number="10005", name="Van Dam Bouw BV", kind=kind, language=language,
        email="ap@vandam.example", address=("Kade 1", "1000 AA Stad"),
    )  # fmt: skip
    item = OpenItem(number="2026-7", customer="10005", open=Money(100_000, "EUR"), due=due)
    write = ReminderWriter(creditor=shipped.creditor, texts=shipped.texts)
    had: list[Message] = []
    for step in journey.steps:
        today = step.day(due, shipped.calendar, {})
        plan = due_on(debtor, [item], had, journey, today, shipped.calendar).first
        assert plan is not None
        plan = with_claim(plan, had, law)
        assert plan.step == step
        had.append(as_sent(plan))
        yield plan, write(plan)


@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
def test_who_pays_late_is_asked_interest_and_costs_at_the_end_and_told_so(
    shipped: Config, language: str
) -> None:
    due = date(2024, 2, 1)
    *before, (formal, notice), (last, end) = walked(shipped, due, language)
    for plan, message in before:
        assert plan.claim is None
        assert message.amount == Money(100_000, "EUR")
        assert not asks_interest(message.text, language)
        assert not asks_costs(message.text, language)
    for plan, message in ((formal, notice), (last, end)):
        grown = interest(
            NL, "business", Money(100_000, "EUR"), due + timedelta(days=1), plan.today
        ).amount
        assert plan.claim is not None
        assert plan.claim.interest == grown == message.interest
        told = grown.for_people(shipped.texts[language].locale)
        # Not where it ends the total.
        found = re.findall(rf"(?<![\d.\u202f\xa0]){re.escape(told)}", message.text)
        assert len(found) == 2, "in a sentence, and as a line of its own"
        assert asks_interest(message.text, language)
    assert (notice.costs, end.costs) == (None, Money(15_000, "EUR"))
    assert not asks_costs(notice.text, language), "of a business the law asks no notice of them"
    assert asks_costs(end.text, language)
    assert end.interest is not None
    assert end.amount == Money(115_000, "EUR") + end.interest


@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
@pytest.mark.parametrize("exempt", [False, True])
def test_where_vat_is_added_to_costs_the_notice_and_who_asks_them_say_so(
    shipped: Config, language: str, exempt: bool
) -> None:
    vat = Vat(cannot_deduct=exempt, percent=Decimal(21))
    law = replace(DUTCH, vat=vat)
    *before, (_, notice), (_, end) = walked(
        shipped, date(2024, 2, 1), language, "consumer", "consumer", law
    )
    # Twenty-one per cent of 150.00.
    told = Money(3150, "EUR").for_people(shipped.texts[language].locale)
    due = Money(18150 if exempt else 15000, "EUR")
    assert (notice.announced, end.costs) == (due, due)
    assert [told in message.text for message in (notice, end)] == [exempt, exempt]
    assert not any(told in message.text for _, message in before)


def test_costs_with_vat_are_refused_in_a_language_that_does_not_say_so(root: Path) -> None:
    said = 'vat = "Ces frais comprennent {{ vat }} de TVA. Nous ne pouvons pas la déduire."\n'
    change(root, "config/texts/fr.toml", said, "")
    assert read_config(root).texts["fr"].words.vat == ""
    change(root, "config/law.toml", "cannot_deduct = false", "cannot_deduct = true\npercent = 21")
    with pytest.raises(ConfigError, match=r"texts/fr\.toml has no 'vat' in its \[words\]"):
        read_config(root)


@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
def test_where_a_rate_is_not_known_nobody_is_told_of_interest(
    shipped: Config, language: str
) -> None:
    *_, (_, notice), (_, end) = walked(shipped, date(2030, 2, 1), language)
    for message in (notice, end):
        assert message.interest is None
        assert not asks_interest(message.text, language)
        assert "\n\n\n\n" not in message.text
    assert (notice.amount, end.amount) == (Money(100_000, "EUR"), Money(115_000, "EUR"))


def test_what_a_message_gives_is_over_before_the_next_one_comes(
    shipped: Config, root: Path
) -> None:
    assert {s.within for j in shipped.journeys if j.name == "short steps" for s in j.steps} == {
        0, 5, 7, 10,
    }  # fmt: skip
    for journey in shipped.journeys:
        gaps = (*(step.gap for step in journey.steps[1:]), journey.hand_over)
        for step, gap in zip(journey.steps, gaps, strict=True):
            assert gap > step.within, (journey.name, step.name)
    change(root, "config/journeys.toml", "within = 5", "within = 6")
    assert (
        "short steps, second reminder: its message gives 6 days (`within`), and third reminder may "
        "come 6 days after it (`gap`); expected 7 or more there, or fewer days here"
    ) in refusal(root)


@pytest.mark.parametrize("channel", ["call", "sms"])
def test_a_notice_of_costs_goes_by_no_call_and_by_no_text(root: Path, channel: str) -> None:
    found = 'tone = "plain_formal"\nwithin = 7\nchannels = ["letter"'
    change(root, "config/journeys.toml", f"{found},", f'{found}, "whatsapp",')
    read_config(root)
    change(root, "config/journeys.toml", f"{found},", f'{found}, "{channel}",')
    assert (
        "more time, formal notice: the notice that the law asks before costs has to say the "
        f"costs and the term, and does not go by {channel}; take that out of its `channels`: "
        "expected of letter, mail, whatsapp"
    ) in refusal(root)


@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
def test_a_message_says_how_many_days_its_step_gives(shipped: Config, language: str) -> None:
    for plan, message in walked(shipped, date(2024, 2, 1), language):
        assert plan.step is not None
        within = plan.step.within
        assert bool(re.search(rf"\b{within} (?:dagen|days|Tagen|jours)\b", message.text)) is (
            within > 0
        ), message.text


def test_a_step_whose_text_gives_days_says_how_many(root: Path) -> None:
    change(root, "config/journeys.toml", "within = 7\n", "")
    refused = refusal(root)
    assert refused.startswith("config/journeys.toml")
    assert "says within how many days: 'second reminder' needs `within`" in refused


def test_every_journey_that_comes_along_holds_out(shipped: Config) -> None:
    for journey in shipped.journeys:
        there = {c for step in journey.reminders for c in step.channels} & shipped.ways
        assert len(journey.reminders) >= FEWEST
        assert len(there) > 1, journey.name
        assert all(set(step.channels) & shipped.ways for step in journey.steps)
    assert set(not_set_up(shipped)) == {"sms", "whatsapp"}
    taken = {segment.journey for segment in shipped.segments.segments}
    assert taken == {journey.name for journey in shipped.journeys}


def test_the_journeys_of_a_kind_are_those_of_everybody_else(shipped: Config) -> None:
    """A workspace without segments goes on as it did."""
    assert {j.kinds: j.name for j in shipped.journeys if j.kinds} == {
        ("business",): "business",
        ("consumer",): "consumer",
    }
    assert shipped.journeys[-1].name == "consumer", "of an unknown kind the gentlest"


def test_every_persona_is_somebody(shipped: Config) -> None:
    named = {segment.persona for segment in shipped.segments.segments}
    assert named == {persona.name for persona in shipped.segments.personas}


def test_a_workspace_of_before_has_no_segments(root: Path) -> None:
    (root / "config" / "segments.toml").unlink()
    assert read_config(root).segments.segments == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("segments", 'journey = "students"', 'journey = "studnets"', "Did you mean 'students'?"),
        ("segments", 'kind = ["consumer"]', 'kind = ["person"]', "Known are business, consumer"),
        ("segments", 'preferred = ["sms",', 'preferred = ["smss",', "Did you mean 'sms'?"),
        ("segments", 'behaviour = ["late",', 'behaviour = ["lat",', "Did you mean 'late'?"),
        ("segments", 'persona = "Noor"', 'persona = "Nora"', "there is no persona 'Nora'"),
        ("segments", 'ground = "declared by', 'ground = "" #', "ground must say why"),
        ("segments", '"50000.00 EUR"', "50000", 'expected an amount such as "1250.00 EUR"'),
        ("journeys", 'payday = "student fin', 'payday = "students fin', "is not declared"),
        ("journeys", "day = 24", "day = 42", "a day of the month, 1 to 31"),
        ("journeys", 'tone = "notice"', 'tone = "notices"', "Did you mean 'notice'?"),
        ("journeys", 'channels = ["letter"]', 'channels = ["sms"]', "sets up none; set one up"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    root: Path, file: str, old: str, new: str, said: str
) -> None:
    change(root, f"config/{file}.toml", old, new)
    refused = refusal(root)
    assert refused.startswith(f"config/{file}.toml")
    assert said in refused


def test_a_journey_over_one_channel_that_is_set_up_is_refused(root: Path) -> None:
    """Plain letters have a call as their other channel."""
    change(root, "config/channels.toml", "people_call = true", "people_call = false")
    assert "whose contacts all go by letter: nothing else of it is set up" in refusal(root)
