"""Experiments in runs of reminders: who comes in, who stays in his arm, and what is told when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import back_desk
import pytest
from back_desk import open_desk
from store_cases import ACCOUNT
from test_remind import written

from clerkwork.app.experiment import (
    Laboratory,
    Told,
    laboratory_of,
    standing,
    stop_experiment,
)
from clerkwork.app.foresee import find_debtor, foresee
from clerkwork.app.observe import Habits
from clerkwork.app.office import Office
from clerkwork.app.reminders import known_of, send_reminders, walks_of
from clerkwork.app.run import Run
from clerkwork.core.experiments import Arm, Experiment, Look, drawn
from clerkwork.core.journeys import Journey, Plan, Step
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement
from clerkwork.core.segments import Rule, Segment
from clerkwork.errors import BusinessError
from clerkwork.testing import RecordingChannel

DAY = timedelta(days=1)
JOURNEY = Journey(
    name="standard",
    hand_over=10,
    fewest=1,
    steps=(
        Step(name="first", after=3, tone="friendly", channels=("mail",)),
        Step(name="second", after=20, tone="second"),
    ),
)
SEGMENTS = (
    Segment(
        name="students", persona="p", journey="standard", ground="declared",
        when=Rule(occupation=("student",)),
    ),
    Segment(name="others", persona="p", journey="standard", ground="the contract"),
)  # fmt: skip
CONTROL = Arm(name="as it is")
PLAIN = Arm(name="plain words", tone="plain")
WORDS = Experiment(
    name="plain words first",
    segment="others",
    steps=("first",),
    arms=(CONTROL, PLAIN),
    question="Do plain words bring more of them to pay?",
    expected=0.5,
    difference=0.45,
    days=3,
    looks=2,
)
"""So large a difference that few debtors are needed to find it."""
EVERYBODY = tuple(str(10000 + n) for n in range(60))


def spoken(plan: Plan) -> Message:
    """What shows of an arm in a message: its tone."""
    message = written(plan)
    tone = plan.step.tone if plan.step else ""
    return replace(message, subject=tone, text=f"{tone} {message.text}")


@dataclass
class Lab:
    desk: back_desk.Desk
    mail: RecordingChannel = field(default_factory=lambda: RecordingChannel(name="mail"))
    letter: RecordingChannel = field(default_factory=lambda: RecordingChannel(name="letter"))
    experiments: Sequence[Experiment] = (WORDS,)
    journey: Journey = JOURNEY
    tones: Sequence[str] = ("friendly", "second", "plain")
    items: dict[str, OpenItem] = field(default_factory=dict)
    """By debtor."""

    @property
    def office(self) -> Office:
        return replace(
            self.desk.office,
            journeys=(self.journey,),
            segments=SEGMENTS,
            experiments=self.experiments,
            tones=self.tones,
            channels={"mail": self.mail, "letter": self.letter},
            write_reminder=spoken,
        )

    @property
    def laboratory(self) -> Laboratory:
        return laboratory_of(self.office)

    def owe(self, *debtors: str, overdue: int = 3, **facts: Any) -> None:
        """Each owes one invoice, fetched; the bank is read to yesterday."""
        today = self.desk.clock.today()
        for number in debtors:
            self.items[number] = OpenItem(
                number=f"F{number}-{today:%m%d}", customer=number, open=Money(5000, "EUR"),
                due=today - overdue * DAY,
            )  # fmt: skip
        self.desk.store.books.replace_debtors(
            "erp",
            [
                Debtor(
                    **{
                        "number": number, "name": f"D{number}",
                        "email": f"d{number}@firm.example",
                        "address": ("Laan 1", "1000 AA Stad"), **facts,
                    }
                )
                for number in self.items
            ],
        )  # fmt: skip
        self.fetch()

    def fetch(self) -> None:
        self.desk.store.books.replace_open_items("erp", list(self.items.values()))

    def pay(self, *debtors: str) -> None:
        for number in debtors:
            del self.items[number]
        self.fetch()

    def state_bank(self) -> None:
        day, zero = self.desk.clock.today() - DAY, Money(0, "EUR")
        self.desk.store.books.book_statement(
            Statement(
                account=ACCOUNT, number=f"{day}", opened=day, closed=day, opening=zero,
                closing=zero, lines=(), source="test",
            )
        )  # fmt: skip

    def later(self, days: int) -> None:
        for _ in range(days):
            self.desk.clock.advance(DAY)
            self.state_bank()
        books = self.desk.store.books
        books.replace_debtors("erp", list(books.debtors()))
        self.fetch()

    def remind(self, *, dry: bool = False) -> Run:
        trail = self.desk.evidence.begin(f"run-{self.desk.runs}", "test")
        self.desk.runs += 1
        run = Run(self.office, id=trail.run, trail=trail, progress=lambda *_: None, dry=dry)
        send_reminders(run)
        return run

    def arms(self) -> dict[str, str]:
        """Debtor → the arm that he is kept in."""
        return {one.debtor: one.arm.name for one in self.desk.store.trials.entries()}

    def said(self) -> dict[str, str]:
        """Debtor → the tone of his last message."""
        return {m.debtor: m.subject for m in (*self.mail.sent, *self.letter.sent)}


@pytest.fixture
def lab() -> Iterator[Lab]:
    desk = open_desk()
    made = Lab(desk)
    made.state_bank()
    yield made
    desk.store.close()


def test_whoever_is_due_comes_in_by_lot_and_is_written_to_as_his_arm_has_it(lab: Lab) -> None:
    lab.owe(*EVERYBODY)
    run = lab.remind()
    assert lab.arms() == {number: drawn(WORDS, number).name for number in EVERYBODY}
    tones = {"as it is": "friendly", "plain words": "plain"}
    assert lab.said() == {number: tones[arm] for number, arm in lab.arms().items()}
    assert set(lab.said().values()) == {"friendly", "plain"}
    assert run.figures["came into experiments"] == len(EVERYBODY)
    lab.remind()
    assert len(lab.mail.sent) == len(EVERYBODY)


def test_the_arm_is_a_ground_with_the_message_that_of_the_control_too(lab: Lab) -> None:
    lab.owe(*EVERYBODY)
    lab.remind()
    for message in lab.desk.store.outbox.all():
        arm = lab.arms()[message.debtor]
        assert message.ground[0] == "the contract"
        assert f"experiment 'plain words first', arm '{arm}' (" in message.ground[1]
        assert "by lot, since 2026-03-03" in message.ground[1]


def test_a_dry_run_lets_nobody_in_and_says_what_would_go(lab: Lab) -> None:
    lab.owe(*EVERYBODY)
    run = lab.remind(dry=True)
    assert "take 60 debtors into experiments" in run.told
    assert lab.arms() == {}
    assert lab.desk.store.trials.all() == ()


def test_others_take_no_part(lab: Lab) -> None:
    lab.owe("1", "2", occupation="student")
    lab.remind()
    assert (lab.arms(), set(lab.said().values())) == ({}, {"friendly"})


def test_nobody_comes_in_who_is_not_due_for_its_step_or_is_held_back(lab: Lab) -> None:
    lab.owe(*EVERYBODY, overdue=2)
    lab.remind()
    assert lab.arms() == {}
    lab.owe(*EVERYBODY, block="blocked")
    lab.remind()
    assert lab.arms() == {}
    # Late already when the experiment begins, and past its step.
    lab.experiments = ()
    lab.owe(*EVERYBODY)
    lab.remind()
    lab.experiments = (WORDS,)
    lab.later(17)
    lab.remind()
    assert set(lab.said().values()) == {"second"}
    assert lab.arms() == {}


def test_what_a_run_may_send_does_not_choose_who_is_compared(lab: Lab) -> None:
    lab.journey = replace(JOURNEY, cap=10)
    lab.owe(*EVERYBODY)
    lab.remind()
    assert len(lab.mail.sent) == 10
    assert len(lab.arms()) == len(EVERYBODY)


@pytest.mark.parametrize("arm", [Arm(name="later", after=7), Arm(name="sooner", after=1)])
def test_where_an_arm_writes_on_another_day_both_are_counted_from_the_same(
    lab: Lab, arm: Arm
) -> None:
    """Else whoever pays without being asked would be in one arm, and not in the other."""
    moment = replace(WORDS, name="moment", arms=(CONTROL, arm))
    lab.experiments = (moment,)
    first = min(3, arm.after or 0)
    lab.owe(*EVERYBODY, overdue=first)
    lab.remind()
    came = {number: drawn(moment, number).name for number in EVERYBODY}
    assert lab.arms() == came
    assert {e.since for e in lab.desk.store.trials.entries()} == {lab.desk.clock.today()}
    at_once = arm.name if arm.after == first else "as it is"
    assert set(lab.said()) == {number for number, arm in came.items() if arm == at_once}
    lab.later(max(3, arm.after or 0) - first)
    lab.remind()
    assert set(lab.said()) == set(EVERYBODY)


def test_who_is_reached_by_one_arm_alone_is_in_none(lab: Lab) -> None:
    post = replace(WORDS, name="post", arms=(CONTROL, Arm(name="letter", channels=("letter",))))
    lab.experiments = (post,)
    lab.owe(*EVERYBODY, address=())
    lab.remind()
    assert lab.arms() == {}
    lab.items.clear()
    others = tuple(f"2{number}" for number in EVERYBODY)
    lab.owe(*others)
    lab.remind()
    arms = lab.arms()
    assert {m.debtor for m in lab.letter.sent} == {n for n, arm in arms.items() if arm == "letter"}


@pytest.mark.parametrize("how", ["changed", "removed", "stopped"])
def test_whatever_becomes_of_it_whoever_is_in_it_stays_where_he_is(lab: Lab, how: str) -> None:
    slow = Arm(name="slow", tone="plain", gap=9)
    whole = replace(WORDS, steps=("first", "second"), arms=(CONTROL, slow))
    lab.experiments = (whole,)
    lab.owe(*EVERYBODY)
    lab.remind()
    was = lab.arms()
    if how == "changed":
        lab.experiments = (replace(whole, arms=(CONTROL, replace(slow, tone="second"))),)
    elif how == "removed":
        lab.experiments = ()
    else:
        stop_experiment(lab.laboratory, lab.desk.store.trials, whole.name, by="ann")
    lab.later(17)
    lab.owe("9", "8")
    lab.remind()
    assert lab.arms() == was, "nobody new comes in"
    second = {m.debtor: m.subject for m in lab.letter.sent} | {
        m.debtor: m.subject for m in lab.mail.sent[len(EVERYBODY) :]
    }
    tones = {"as it is": "second", "slow": "plain"}
    assert second == {n: tones[arm] for n, arm in was.items()} | {"9": "friendly", "8": "friendly"}


def test_once_his_invoices_are_paid_he_takes_the_journey_as_it_is(lab: Lab) -> None:
    lab.owe(*EVERYBODY)
    lab.remind()
    lab.later(1)
    lab.pay(*EVERYBODY)
    lab.later(10)
    lab.owe(*EVERYBODY)
    lab.mail.sent.clear()
    lab.remind()
    assert set(lab.said().values()) == {"friendly"}
    assert len(lab.arms()) == len(EVERYBODY), "nobody comes into the same one twice"


def test_an_arm_whose_tone_is_gone_is_walked_as_the_journey_is(lab: Lab) -> None:
    lab.owe(*EVERYBODY)
    lab.tones = ("friendly", "second")
    lab.remind()
    assert set(lab.said().values()) == {"friendly"}


def test_who_comes_to_another_segment_leaves_his_arm(lab: Lab) -> None:
    whole = replace(WORDS, steps=("first", "second"))
    lab.experiments = (whole,)
    lab.owe(*EVERYBODY)
    lab.remind()
    lab.later(17)
    held = dict(lab.items)
    lab.owe(occupation="student")
    assert lab.items == held
    lab.remind()
    assert set(lab.said().values()) == {"second"}


def test_a_debtor_is_in_one_experiment_at_a_time_and_the_first_declared_wins(
    lab: Lab,
) -> None:
    other = replace(WORDS, name="offers", arms=(CONTROL, Arm(name="transfer", offers=())))
    lab.experiments = (other, WORDS)
    lab.owe(*EVERYBODY)
    lab.remind()
    assert {e.experiment for e in lab.desk.store.trials.entries()} == {"offers"}
    assert len(lab.arms()) == len(EVERYBODY)
    lab.later(1)
    lab.pay(*EVERYBODY)
    lab.later(5)
    lab.owe(*EVERYBODY)
    lab.remind()
    found = [e.experiment for e in lab.desk.store.trials.entries()]
    assert found.count("plain words first") == found.count("offers") == len(EVERYBODY)


def days(lab: Lab, paying: str, number: int = 60) -> None:
    """Debtors come in, and those of one arm pay."""
    began = len(lab.arms())
    lab.owe(*(f"{began + n}" for n in range(number)))
    lab.remind()
    came = {debtor: arm for debtor, arm in lab.arms().items() if debtor in lab.items}
    lab.later(2)
    lab.pay(*(debtor for debtor, arm in came.items() if arm == paying))
    lab.later(2)


def looks(lab: Lab) -> tuple[Look, ...]:
    trials = lab.desk.store.trials.all()
    return trials[0].looks if trials else ()


def test_nothing_is_told_between_looks_and_a_worse_arm_ends_it(lab: Lab) -> None:
    size = WORDS.sizes[0]
    lab.owe(*EVERYBODY[:4])
    lab.remind()
    (stand,) = standing(lab.laboratory)
    assert (stand.state, stand.came, stand.known, stand.next_look) == ("running", 4, 0, size)
    days(lab, paying="as it is")
    assert looks(lab) == ()
    run = lab.remind()
    assert [look.verdict for look in looks(lab)] == ["worse"]
    (look,) = looks(lab)
    assert look.control.of == look.arm.of == size
    assert look.interval[1] < 0
    assert run.figures["experiments over"] == 1
    assert lab.desk.questions() == [
        "Experiment 'plain words first': 'plain words' brings fewer debtors to pay"
    ]
    # Everybody new takes the journey as it is, and is counted nowhere.
    came = len(lab.arms())
    lab.mail.sent.clear()
    lab.owe(*(f"9{n}" for n in range(40)))
    lab.remind()
    assert set(lab.said().values()) == {"friendly"}
    assert len(lab.arms()) == came
    assert len(lab.desk.questions()) == 1


def test_a_look_that_was_taken_is_not_told_anew_whatever_becomes_known(lab: Lab) -> None:
    days(lab, paying="as it is")
    lab.remind()
    was = looks(lab)
    assert was
    # All of it came back.
    for one in lab.desk.store.paid_items.all():
        lab.items[one.customer] = OpenItem(
            number=one.number, customer=one.customer, open=one.amount, due=one.due
        )
    lab.fetch()
    lab.later(1)
    again = lab.laboratory
    assert again.counts(WORDS)[0].paid == 0
    lab.remind()
    assert looks(lab) == was


def test_a_dry_run_takes_no_look(lab: Lab) -> None:
    days(lab, paying="as it is")
    run = lab.remind(dry=True)
    assert any("brings fewer debtors" in told for told in run.told)
    assert (looks(lab), lab.desk.questions()) == ((), [])


def test_nothing_is_known_where_a_statement_is_missing(lab: Lab) -> None:
    days(lab, paying="as it is")
    assert lab.laboratory.due(WORDS)
    office = lab.office
    told = Told(
        books=office.books, paid_items=office.paid_items, accounts=(ACCOUNT, "NL20INGB0001234567")
    )
    other = Laboratory(office.experiments, office.trials, told, office.tones)
    assert other.due(WORDS) is None


def test_what_changed_waits_until_it_is_put_back(lab: Lab) -> None:
    days(lab, paying="as it is")
    lab.experiments = (replace(WORDS, difference=0.4),)
    lab.remind()
    assert (looks(lab), standing(lab.laboratory)[0].state) == ((), "changed")
    lab.experiments = (WORDS,)
    lab.remind()
    assert len(looks(lab)) == 1


def test_a_bandit_goes_where_it_did_best_and_keeps_the_controls_share(lab: Lab) -> None:
    bandit = replace(WORDS, name="bandit", method="bandit", control=0.25)
    lab.experiments = (bandit,)
    days(lab, paying="plain words", number=40)
    lab.remind()
    before = set(lab.arms())
    lab.owe(*(f"7{n}" for n in range(200)))
    lab.remind()
    fresh = [arm for debtor, arm in lab.arms().items() if debtor not in before]
    assert fresh.count("as it is") / len(fresh) == pytest.approx(0.25, abs=0.08)
    assert looks(lab) == ()


def test_whoever_looks_ahead_lets_nobody_in_and_sees_what_goes(lab: Lab) -> None:
    moment = replace(WORDS, name="moment", arms=(CONTROL, Arm(name="later", after=8)))
    lab.experiments = (moment,)
    lab.owe(*EVERYBODY)
    office = lab.office
    sight: dict[str, Any] = {
        "known": known_of(office),
        "outbox": office.outbox,
        "clock": office.clock,
        "accounts": tuple(office.accounts),
        "channels": frozenset(office.channels),
    }

    def walks() -> Any:
        return walks_of(office, Habits(office.paid_items, office.outbox))

    ahead = foresee(walks=walks(), days=7, **sight).ahead
    arms = [drawn(moment, number).name for number in EVERYBODY]
    # Its eighth day is a Sunday, on which nobody is written to.
    assert [(one.day - office.clock.today(), one.count) for one in ahead] == [
        (0 * DAY, arms.count("as it is")),
        (6 * DAY, arms.count("later")),
    ]
    late = EVERYBODY[arms.index("later")]
    found = find_debtor(late, walks=walks(), **sight)
    assert found.next
    assert found.next.today - office.clock.today() == 6 * DAY
    assert lab.arms() == {}
    lab.remind()
    there = find_debtor(late, walks=walks(), **sight)
    assert there.assigned
    assert "experiment 'moment', arm 'later' (on day 8)" in there.assigned.ground[-1]


class TestStopping:
    def test_a_person_stops_it_once_and_says_why(self, lab: Lab) -> None:
        trials = lab.desk.store.trials
        done = stop_experiment(lab.laboratory, trials, WORDS.name, by="ann", note="not now")
        assert (done.stopped_by, done.note) == ("ann", "not now")
        assert [one.state for one in standing(lab.laboratory)] == ["stopped"]
        with pytest.raises(BusinessError, match="was stopped already, by ann"):
            stop_experiment(lab.laboratory, trials, WORDS.name, by="ben")
        with pytest.raises(BusinessError, match="Known are: plain words first"):
            stop_experiment(lab.laboratory, trials, "other", by="ben")
        lab.owe(*EVERYBODY)
        lab.remind()
        assert (lab.arms(), set(lab.said().values())) == ({}, {"friendly"})

    def test_one_that_is_not_declared_any_more_is_still_shown(self, lab: Lab) -> None:
        lab.owe(*EVERYBODY)
        lab.remind()
        lab.experiments = ()
        assert [(one.name, one.state) for one in standing(lab.laboratory)] == [
            ("plain words first", "removed")
        ]
        stop_experiment(lab.laboratory, lab.desk.store.trials, WORDS.name, by="ann")
        assert [one.state for one in standing(lab.laboratory)] == ["stopped"]
