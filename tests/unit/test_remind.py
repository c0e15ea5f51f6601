"""The reminders of one run: sent once, stopped in time, settled after a crash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import inf
from typing import Any

import pytest
from store_cases import go

from clerkwork.adapters.store import Store
from clerkwork.app.deliver import ARRIVED, NOT_ARRIVED, settle_by_person
from clerkwork.app.observe import Habits
from clerkwork.app.remind import RemindFigures, remind
from clerkwork.app.remind_facts import APPLIED, Known
from clerkwork.app.walk import Walks
from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys import Claim, Journey, Law, Plan, Step
from clerkwork.core.law.nl import NL
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching.model import Candidate, Match, Outcome
from clerkwork.core.messages import Message, MessageState, message_id
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Statement, identified
from clerkwork.core.posting import Allocation, PostingState, make_posting
from clerkwork.core.segments import Segment
from clerkwork.errors import (
    ChannelDown,
    ConfigError,
    LeaseLost,
    MessageRefused,
    Undecided,
    WritesStopped,
)
from clerkwork.ports import Archive, Channel
from clerkwork.testing import FixedClock, RecordingChannel, memory_store

ACCOUNT = "NL91ABNA0417164300"
JOURNEY = Journey(
    name="business",
    kinds=("business", "consumer"),
    hand_over=10,
    fewest=1,
    steps=(
        Step(name="friendly reminder", after=3, tone="friendly"),
        Step(name="last notice", after=20, tone="last"),
    ),
)


def written(plan: Plan) -> Message:
    """A message without paper, so that this file is about the protocol alone."""
    assert plan.step
    return Message(
        key=plan.key,
        channel=plan.channel,
        to=plan.to,
        subject=plan.step.name,
        text=f"{plan.today} {plan.amounts} {[i.number for i in plan.items]}",
        html="",
        debtor=plan.debtor.number,
        step=plan.step.name,
        amount=plan.amounts[0],
        items=tuple(i.number for i in plan.items),
        on=plan.today,
        message_id=message_id(plan.key, "firm.example"),
    )


@dataclass
class Desk:
    store: Store
    clock: FixedClock
    mail: RecordingChannel = field(default_factory=lambda: RecordingChannel(name="mail"))
    letter: RecordingChannel = field(default_factory=lambda: RecordingChannel(name="letter"))
    others: dict[str, Channel] = field(default_factory=dict)
    archives: dict[str, Archive] = field(default_factory=dict)
    journey: Journey = JOURNEY
    law: Law | None = None
    segments: Sequence[Segment] = ()
    write: Callable[[Plan], Message] = written
    runs: int = 0
    silent: set[str] = field(default_factory=set)
    """Runs that were not heard of any more, and of which nobody knows that they are dead."""
    fresh_for: float = 0
    """Seconds; with 0 each message is claimed by itself."""
    printed: Collection[str] = ()

    def owe(self, *rows: tuple[str, str, int], **debtor: Any) -> None:
        """Debtor, euros and days overdue of each item; the bank's statement is of yesterday."""
        numbers = dict.fromkeys(row[0] for row in rows)
        facts = {"address": ("Laan 1", "1000 AA Stad"), **debtor}
        self.store.books.replace_debtors(
            "erp",
            [
                Debtor(**{"number": n, "name": f"D{n}", "email": f"d{n}@firm.example", **facts})
                for n in numbers
            ],
        )
        self.store.books.replace_open_items("erp", list(self.items(rows)))

    def items(self, rows: Sequence[tuple[str, str, int]]) -> Iterator[OpenItem]:
        for at, (customer, euros, overdue) in enumerate(rows):
            due = self.clock.today() - timedelta(days=overdue)
            yield OpenItem(number=f"F{at}", customer=customer, open=Money.of(euros, "EUR"), due=due)

    def state_bank(self, *amounts: str) -> tuple[BankLine, ...]:
        """Yesterday's statement with lines of these euros."""
        day = self.clock.today() - timedelta(days=1)
        lines = identified(
            BankLine(
                account=ACCOUNT, booked=day, valued=day, amount=Money.of(euros, "EUR"),
                payer_iban="NL20INGB0001234567", text=f"line {at}",
            )
            for at, euros in enumerate(amounts)
        )  # fmt: skip
        last = self.store.books.last_statement(ACCOUNT)
        opening = last.closing if last else Money(0, "EUR")
        self.store.books.book_statement(
            Statement(
                account=ACCOUNT, number=f"{day}", opened=day, closed=day, opening=opening,
                closing=opening + total((line.amount for line in lines), "EUR"), lines=lines,
                source="test",
            )
        )  # fmt: skip
        return lines

    def fetch(self) -> None:
        """The ERP once more, as it stands."""
        books = self.store.books
        if books.fetched_at("open items") is not None:
            books.replace_debtors("erp", list(books.debtors()))
            books.replace_open_items("erp", list(books.open_items()))

    def later(self, days: int) -> None:
        """So many days later, in the morning, when all was fetched again."""
        self.clock.advance(timedelta(days=days))
        self.fetch()

    def remind(self, dry_run: bool = False, progress: Any = None) -> RemindFigures:
        self.runs += 1
        channels: Mapping[str, Channel] = {
            "mail": self.mail,
            "letter": self.letter,
            **self.others,
        }
        return remind(
            known=Known(
                books=self.store.books,
                queue=self.store.queue,
                declarations=self.store.declarations,
                promises=self.store.promises,
            ),
            outbox=self.store.outbox,
            channels=channels,
            archives=self.archives,
            clock=self.clock,
            walks=Walks(
                journeys=[self.journey],
                calendar=Calendar(),
                segments=self.segments,
                law=self.law,
                habits=Habits(self.store.paid_items, self.store.outbox),
            ),
            accounts=[ACCOUNT],
            write=self.write,
            run=f"run-{self.runs}",
            progress=progress or (lambda _what, _done, _of: None),
            dry_run=dry_run,
            fresh_for=self.fresh_for,
            ended=lambda run: run not in self.silent,
            printed=self.printed,
        )

    def states(self) -> list[MessageState]:
        return [message.state for message in self.store.outbox.all()]

    def questions(self) -> list[str]:
        return [item.key for item in self.store.queue.open()]


@pytest.fixture
def desk() -> Iterator[Desk]:
    clock = FixedClock()
    store = memory_store(clock)
    made = Desk(store, clock)
    made.state_bank()
    yield made
    store.close()


def test_each_debtor_gets_one_message_and_the_next_run_sends_nothing(desk: Desk) -> None:
    desk.owe(("1", "10", 5), ("1", "20", 4), ("2", "30", 9), ("3", "40", 1))
    seen: list[int] = []
    figures = desk.remind(progress=lambda _what, done, _of: seen.append(done))
    assert figures.as_counts() == {
        "reminders due": 2, "mails sent": 2, "letters sent": 0, "reminders held back": 0,
        "messages recovered": 0, "messages refused": 0, "messages doubtful": 0,
        "asked about collection": 0,
    }  # fmt: skip
    assert {m.debtor: m.items for m in desk.mail.sent} == {"1": ("F0", "F1"), "2": ("F2",)}
    assert desk.states() == [MessageState.SENT] * 2
    assert seen == [0, 1, 2]
    again = desk.remind()
    assert (again.due, again.sent.total(), len(desk.mail.sent)) == (0, 0, 2)


def test_costs_are_asked_after_the_notice_and_its_term_and_say_how_they_were_reckoned(
    desk: Desk,
) -> None:
    first, last = JOURNEY.steps
    steps = (replace(first, notice=True), replace(last, costs=True, gap=21))
    desk.law, desk.journey = Law(pack=NL), replace(JOURNEY, steps=steps)
    asked: list[Plan] = []

    def write(due: Plan) -> Message:
        asked.append(due)
        claim = due.claim or Claim()
        return replace(written(due), note="; ".join(claim.lines), announced=claim.announced)

    desk.write = write
    desk.owe(("1", "1000", 5), kind="consumer")
    desk.remind()
    desk.later(21)
    desk.state_bank()
    desk.remind()
    claims = {due.step.name: due.claim for due in asked if due.step and due.claim}
    assert claims["friendly reminder"].announced == Money(15000, "EUR")
    assert claims["friendly reminder"].costs is None
    assert claims["last notice"].costs == Money(15000, "EUR")
    assert any("15 %" in line for line in claims["last notice"].lines)


def test_paper_goes_by_letter(desk: Desk) -> None:
    desk.owe(("1", "10", 5), paper=True)
    assert desk.remind().sent == {"letter": 1}
    assert desk.letter.sent[0].to == "D1\nLaan 1\n1000 AA Stad"


def test_a_dry_run_says_what_it_would_send_and_leaves_no_trace(desk: Desk) -> None:
    desk.owe(("1", "10", 5), ("2", "30", 9))
    desk.state_bank()
    figures = desk.remind(dry_run=True)
    assert figures.would_send == [
        "send debtor 2 the friendly reminder by mail over 30.00 EUR",
        "send debtor 1 the friendly reminder by mail over 10.00 EUR",
    ]
    assert (desk.store.outbox.all(), desk.questions(), desk.mail.sent) == ((), [], [])


def test_payment_that_comes_in_while_the_run_sends_stops_the_rest(desk: Desk) -> None:
    desk.owe(("1", "10", 9), ("2", "30", 5))
    letting_pass = desk.mail.send

    class Mail(RecordingChannel):
        def send(self, message: Message) -> str:
            desk.owe(("1", "10", 9))
            return letting_pass(message)

    desk.mail, sent = Mail(name="mail"), desk.mail.sent
    figures = desk.remind()
    assert [m.debtor for m in sent] == ["1"]
    assert figures.held == {"paid": 1}
    assert desk.states() == [MessageState.SENT, MessageState.STOPPED]


def matched(line: BankLine, outcome: Outcome, customer: str, **more: Any) -> Match:
    return Match(
        line=line, outcome=outcome, rule="test", reasons=("test",), customer=customer, **more
    )


def test_money_in_review_stops_every_debtor_it_may_be_of(desk: Desk) -> None:
    desk.owe(("1", "10", 5), ("2", "10", 5), ("3", "10", 5))
    (line,) = desk.state_bank("10")
    candidates = tuple(
        Candidate(customer=c, allocations=(), reasons=("same amount",)) for c in ("1", "2")
    )
    desk.store.books.record_matches([matched(line, Outcome.REVIEW, "", candidates=candidates)], [])
    figures = desk.remind()
    assert [m.debtor for m in desk.mail.sent] == ["3"]
    assert figures.held == {"money underway": 2}


def test_a_line_nobody_has_matched_yet_stops_the_owner_of_its_iban(desk: Desk) -> None:
    desk.owe(("1", "10", 5), ibans=("NL20INGB0001234567",))
    desk.state_bank("10")
    assert desk.remind().held == {"money underway": 1}


@pytest.mark.parametrize("state", [PostingState.PROPOSED, PostingState.KEYING])
def test_money_on_its_way_into_the_erp_stops_its_debtor(desk: Desk, state: PostingState) -> None:
    desk.owe(("1", "10", 5), ("2", "10", 5))
    key(desk, state)
    assert desk.remind().held == {"money underway": 1}
    assert [m.debtor for m in desk.mail.sent] == ["2"]


def key(desk: Desk, state: PostingState, on_account: str = "0") -> None:
    (line,) = desk.state_bank(str(4 + int(on_account)))
    part = Money.of("4", "EUR")
    allocation = Allocation(
        item="F0", amount=part, discount=Money(0, "EUR"), open_before=Money.of("10", "EUR")
    )
    posting = make_posting(
        line=line.id, customer="1", account=ACCOUNT, booked=line.booked, amount=line.amount,
        allocations=(allocation,),
    )  # fmt: skip
    books = desk.store.books
    found = matched(line, Outcome.SETTLED, "1", allocations=(allocation,))
    books.record_matches([found], [posting])
    for step in (PostingState.APPROVED, PostingState.KEYING, PostingState.KEYED):
        if state is PostingState.PROPOSED:
            break
        go(desk.store, posting.reference, step)
        if step is state:
            break


def test_after_keying_the_open_items_are_fetched_before_anyone_is_reminded(desk: Desk) -> None:
    desk.owe(("1", "10", 5), ("2", "10", 5))
    desk.clock.advance(timedelta(minutes=1))
    key(desk, PostingState.KEYED)
    assert desk.remind().held == {"stale items": 2}
    desk.clock.advance(timedelta(minutes=1))
    desk.owe(("1", "6", 5), ("2", "10", 5))
    assert desk.remind().sent == {"mail": 2}


def test_money_on_account_stops_its_debtor_until_it_is_applied(desk: Desk) -> None:
    desk.owe(("1", "10", 5))
    key(desk, PostingState.KEYED, on_account="3")
    desk.clock.advance(timedelta(minutes=1))
    desk.owe(("1", "6", 5))
    assert desk.remind().held == {"money unapplied": 1}
    # Days later the ERP shows nothing of it, and a person says what became of it there.
    desk.later(1)
    desk.state_bank()
    assert desk.remind().held == {"money unapplied": 1}
    (asked,) = desk.store.queue.open()
    assert asked.title == "3.00 EUR lies on the account of debtor 1"
    desk.store.queue.close(asked.id, decision=APPLIED, by="ann")
    assert desk.remind().sent == {"mail": 1}


def test_old_statements_stop_everyone(desk: Desk) -> None:
    desk.clock.advance(timedelta(days=7))
    desk.owe(("1", "10", 5))
    assert desk.remind().held == {"stale bank data": 1}


def test_an_erp_that_was_not_fetched_lately_stops_everyone_and_a_person_is_told(
    desk: Desk,
) -> None:
    desk.owe(("1", "10", 5), ("2", "10", 5))
    # From Tuesday to Friday, and over the weekend.
    for held in ({}, {"stale items": 2}):
        desk.clock.advance(timedelta(days=3))
        desk.state_bank()
        assert desk.remind(dry_run=not held).held == held
    assert desk.remind().held == {"stale items": 2}
    assert desk.questions() == ["stale/items/2026-03-09"]
    (told,) = desk.store.queue.open()
    assert told.facts["What happened"] == (
        "stale items: open items of erp were fetched on 2026-03-03, 4 business days ago"
    )
    # The debtors are as old, whatever is known of what they owe.
    desk.store.books.replace_open_items("erp", list(desk.store.books.open_items()))
    assert desk.remind().held == {"stale items": 2}
    desk.fetch()
    assert desk.remind().sent == {"mail": 2}


def test_of_a_robot_that_was_renamed_the_old_name_is_told(desk: Desk) -> None:
    desk.owe(("1", "10", 5))
    books = desk.store.books
    for _ in range(2):
        desk.clock.advance(timedelta(days=3))
        desk.state_bank()
        books.replace_debtors("office", list(books.debtors())[:1])
        books.replace_open_items("office", list(books.open_items())[:1])
    assert desk.remind().held == {"stale items": 1}
    (told,) = desk.store.queue.open()
    assert told.facts["What happened"].startswith("stale items: open items of erp were fetched on")
    assert "its old name is still counted as open" in told.facts["What to do"]


def test_the_hours_are_kept_to_the_minute_however_long_a_look_is_good_for(desk: Desk) -> None:
    desk.fresh_for = 3600
    desk.owe(*((f"{n}", "10", 5) for n in range(3)))

    def late(plan: Plan) -> Message:
        # While the second is written the contact hours end: it is seven in the evening, UTC.
        if plan.debtor.number == "1":
            desk.clock.advance(timedelta(hours=19) - timedelta(hours=desk.clock.now().hour))
        return written(plan)

    desk.write = late
    figures = desk.remind()
    assert [m.debtor for m in desk.mail.sent] == ["0"]
    assert figures.held == {"quiet hours": 2}


def test_a_refused_address_is_a_persons_and_is_not_tried_again(desk: Desk) -> None:
    desk.owe(("1", "10", 5), ("2", "10", 5), address=())
    desk.mail.fault = MessageRefused("550 no such user")
    assert desk.remind().failed == 2
    desk.mail.fault = None
    assert desk.remind().held == {"refused": 2}
    (first, second) = desk.store.queue.open()
    assert first.facts["What happened"] == "550 no such user"
    settle_by_person(desk.store.outbox, first, NOT_ARRIVED, "ann")
    settle_by_person(desk.store.outbox, second, "seen", "ann")
    assert desk.remind().as_counts()["mails sent"] == 1


def test_a_server_that_is_down_is_left_alone_and_nothing_is_lost(desk: Desk) -> None:
    desk.owe(*((str(n), "10", 5) for n in range(6)))
    desk.mail.fault = ChannelDown("connection refused")
    figures = desk.remind()
    assert figures.held == {"channel down": 6}
    assert figures.trouble == ["mail: connection refused"]
    assert desk.states() == [MessageState.STOPPED] * 3
    desk.mail.fault = None
    assert desk.remind().sent == {"mail": 6}
    assert len({m.message_id for m in desk.mail.sent}) == 6


def test_a_fault_of_set_up_ends_the_run_and_frees_the_message(desk: Desk) -> None:
    desk.owe(("1", "10", 5))
    desk.mail.fault = ConfigError("no such server")
    with pytest.raises(ConfigError):
        desk.remind()
    desk.mail.fault = None
    assert desk.remind().sent == {"mail": 1}


@pytest.mark.parametrize("took_it", [True, False])
def test_a_silent_server_is_never_given_the_message_twice(desk: Desk, took_it: bool) -> None:
    desk.owe(("1", "10", 5))
    desk.mail.fault, desk.mail.took_it = Undecided("silence after DATA"), took_it
    desk.archives["mail"] = desk.mail
    assert desk.remind().sent.total() == took_it
    desk.mail.fault = None
    desk.remind()
    assert len(desk.mail.sent) == 1
    assert desk.states() == [MessageState.SENT]


def test_where_nobody_can_be_asked_it_is_doubtful_and_never_resent(desk: Desk) -> None:
    desk.owe(("1", "10", 5))
    desk.mail.fault, desk.mail.took_it = Undecided("silence after DATA"), True
    assert desk.remind().doubtful == 1
    desk.mail.fault = None
    desk.later(1)
    desk.state_bank()
    desk.remind()
    assert (len(desk.mail.sent), desk.states()) == (1, [MessageState.DOUBTFUL])
    (item,) = desk.store.queue.open()
    settle_by_person(desk.store.outbox, item, ARRIVED, "ann")
    assert desk.states() == [MessageState.SENT]


class Killed(BaseException):
    """Ends the process as kill -9 does: nothing after it runs."""


@dataclass(slots=True)
class DyingMail(RecordingChannel):
    after: int = 0
    """Messages that it sends before."""

    def send(self, message: Message) -> str:
        if len(self.sent) < self.after:
            return RecordingChannel.send(self, message)
        if self.took_it:
            RecordingChannel.send(self, message)
        raise Killed


@pytest.mark.parametrize("took_it", [True, False])
def test_killed_while_sending(desk: Desk, took_it: bool) -> None:
    desk.owe(("1", "10", 5))
    alive, desk.mail = desk.mail, DyingMail(name="mail", took_it=took_it, sent=desk.mail.sent)
    with pytest.raises(Killed):
        desk.remind()
    assert desk.states() == [MessageState.SENDING]
    desk.mail, desk.archives["mail"] = alive, alive
    figures = desk.remind()
    assert (figures.recovered, figures.sent.total()) == ((1, 0) if took_it else (0, 1))
    assert [m.debtor for m in alive.sent] == ["1"]
    assert desk.states() == [MessageState.SENT]


def owe_many(desk: Desk, debtors: int = 30) -> None:
    desk.owe(*((str(n), "10", 5) for n in range(debtors)))
    desk.fresh_for = 60


def claimed(desk: Desk) -> int:
    """How many were claimed when the run died, and not settled."""
    return desk.states().count(MessageState.SENDING)


@pytest.mark.parametrize("took_it", [True, False])
def test_killed_among_several_that_were_claimed_together(desk: Desk, took_it: bool) -> None:
    owe_many(desk, 60)
    alive = desk.mail
    desk.mail = DyingMail(name="mail", took_it=took_it, sent=alive.sent, after=7)
    desk.archives["mail"] = desk.mail
    with pytest.raises(Killed):
        desk.remind()
    assert claimed(desk) == 40, "the first went by itself, and showed that the archive has it"
    desk.mail, desk.archives["mail"] = alive, alive
    figures = desk.remind()
    assert figures.recovered == 6 + took_it
    assert figures.recovered + figures.sent["mail"] == 59
    assert Counter(m.debtor for m in alive.sent) == Counter(str(n) for n in range(60))
    assert set(desk.states()) == {MessageState.SENT}


def test_where_no_archive_can_be_asked_each_is_claimed_by_itself(desk: Desk) -> None:
    owe_many(desk)
    alive, desk.mail = desk.mail, DyingMail(name="mail", sent=desk.mail.sent, after=7)
    with pytest.raises(Killed):
        desk.remind()
    assert claimed(desk) == 1
    desk.mail = alive
    assert desk.remind().doubtful == 1


@dataclass
class LaggingArchive:
    """Has what was sent a while later."""

    sent: Sequence[Message]
    behind: int
    asked: int = 0

    def holds(self, message_id: str, age: float = inf) -> bool | None:
        self.asked += 1
        there = self.sent[: -self.behind] if self.behind else self.sent
        return message_id in {m.message_id for m in there}


def test_an_archive_that_lags_behind_is_asked_seldom_and_nothing_goes_together(desk: Desk) -> None:
    owe_many(desk)
    archive = LaggingArchive(desk.mail.sent, behind=3)
    desk.archives["mail"] = archive
    assert desk.remind().sent["mail"] == 30
    assert archive.asked == 5, "after 1, 2, 4, 8 and 16"


def test_an_archive_that_begins_to_lag_gets_no_more_together(desk: Desk) -> None:
    owe_many(desk, 60)
    archive = LaggingArchive(desk.mail.sent, behind=0)
    alive = desk.mail

    class Mail(RecordingChannel):
        def send(self, message: Message) -> str:
            archive.behind = 3 if len(alive.sent) >= 20 else 0
            if len(alive.sent) == 50:
                raise Killed
            return alive.send(message)

    desk.mail, desk.archives["mail"] = Mail(name="mail"), archive
    with pytest.raises(Killed):
        desk.remind()
    assert claimed(desk) == 1, "the first 41 had gone when it was seen to lag"


def test_a_letter_that_lies_printed_is_no_contact_before_it_was_posted(desk: Desk) -> None:
    desk.printed = {"letter"}
    desk.owe(("1", "10", 5), paper=True)
    figures = desk.remind()
    assert (figures.sent["letter"], figures.as_counts()["letters printed"]) == (0, 1)
    assert desk.states() == [MessageState.PRINTED]
    assert desk.remind().due == 0, "it is not written twice"
    desk.later(20)
    desk.state_bank()
    assert desk.remind().held == {"not posted": 1}
    (lying,) = desk.store.outbox.all()
    desk.store.outbox.settle(lying.key, MessageState.SENT, note="ann: they were posted")
    assert desk.remind().due == 0, "it left the house today"
    desk.later(5)
    desk.state_bank()
    assert desk.remind().printed == 1, "the next of his journey"


def test_a_letter_that_was_not_posted_is_written_anew(desk: Desk) -> None:
    desk.printed = {"letter"}
    desk.owe(("1", "10", 5), paper=True)
    desk.remind()
    desk.later(3)
    desk.state_bank()
    (lying,) = desk.store.outbox.all()
    desk.store.outbox.settle(lying.key, MessageState.STOPPED, note="ann: they were not posted")
    desk.remind()
    assert [(m.step, m.on) for m in desk.letter.sent] == [
        ("friendly reminder", lying.on), ("friendly reminder", desk.clock.today()),
    ]  # fmt: skip


def test_a_server_that_refuses_one_for_now_gets_those_that_were_claimed_with_it(
    desk: Desk,
) -> None:
    owe_many(desk)
    desk.archives["mail"] = alive = desk.mail

    class Greylisting(RecordingChannel):
        def send(self, message: Message) -> str:
            if message.debtor in ("13", "14"):
                raise ChannelDown("450 come back later")
            return alive.send(message)

    desk.mail = Greylisting(name="mail")
    figures = desk.remind()
    assert (figures.sent["mail"], figures.held) == (28, {"channel down": 2})
    assert Counter(desk.states()) == {MessageState.SENT: 28, MessageState.STOPPED: 2}
    desk.mail = alive
    assert desk.remind().sent["mail"] == 2


def test_a_server_that_goes_down_is_left_alone_and_what_was_claimed_is_written_anew(
    desk: Desk,
) -> None:
    owe_many(desk)
    desk.archives["mail"] = alive = desk.mail

    class Failing(RecordingChannel):
        def send(self, message: Message) -> str:
            if len(alive.sent) >= 10:
                raise ChannelDown("connection refused")
            return alive.send(message)

    desk.mail = Failing(name="mail")
    figures = desk.remind()
    assert (figures.sent["mail"], figures.held) == (10, {"channel down": 20})
    assert figures.trouble == ["mail: connection refused"]
    assert not desk.store.outbox.pending()
    desk.mail = alive
    assert desk.remind().sent["mail"] == 20
    assert len({m.debtor for m in alive.sent}) == len(alive.sent) == 30


@pytest.mark.parametrize("took_it", [True, False])
def test_a_silent_run_may_still_send_so_nobody_else_does(desk: Desk, took_it: bool) -> None:
    desk.owe(("1", "10", 5))
    alive, desk.mail = desk.mail, DyingMail(name="mail", took_it=took_it, sent=desk.mail.sent)
    with pytest.raises(Killed):
        desk.remind()
    desk.mail, desk.archives["mail"] = alive, alive
    desk.silent.add("run-1")
    figures = desk.remind()
    assert figures.sent.total() == 0
    assert len(alive.sent) == took_it
    assert desk.states() == [MessageState.SENT if took_it else MessageState.DOUBTFUL]
    assert (figures.recovered, figures.doubtful) == (int(took_it), int(not took_it))
    assert desk.remind().sent.total() == 0, "it stays a person's"


def test_what_is_lost_just_before_it_was_given_away_is_left_as_claimed(desk: Desk) -> None:
    """It may be another's by now, so nothing is said of it."""
    desk.owe(("1", "10", 5))
    desk.mail.fault = LeaseLost("not held any more")
    with pytest.raises(LeaseLost):
        desk.remind()
    assert desk.states() == [MessageState.SENDING]
    assert desk.mail.sent == []


def test_a_stop_leaves_the_next_message_prepared(desk: Desk) -> None:
    desk.owe(("1", "10", 5))
    desk.store.stops.pull("writes", "ann", "the letterhead is wrong")
    with pytest.raises(WritesStopped, match="ann has stopped it"):
        desk.remind()
    assert desk.states() == [MessageState.PREPARED]
    desk.store.stops.lift("writes", "ann")
    assert desk.remind().sent == {"mail": 1}


def test_killed_while_sending_without_an_archive(desk: Desk) -> None:
    desk.owe(("1", "10", 5))
    alive, desk.mail = desk.mail, DyingMail(name="mail", took_it=True, sent=desk.mail.sent)
    with pytest.raises(Killed):
        desk.remind()
    desk.mail = alive
    assert desk.remind().doubtful == 1
    assert (len(alive.sent), desk.states()) == (1, [MessageState.DOUBTFUL])


@pytest.mark.parametrize("paid", [True, False])
def test_what_was_prepared_before_a_crash_goes_only_if_it_still_holds(
    desk: Desk, paid: bool
) -> None:
    desk.owe(("1", "10", 5))
    desk.write = lambda plan: prepared(desk, plan)
    with pytest.raises(Killed):
        desk.remind()
    desk.write = written
    assert desk.states() == [MessageState.PREPARED]
    if paid:
        desk.owe(("1", "4", 5))
    desk.remind()
    assert [m.amount for m in desk.mail.sent] == [Money.of("4" if paid else "10", "EUR")]
    stopped = [MessageState.STOPPED] if paid else []
    assert desk.states() == [*stopped, MessageState.SENT]


def test_what_was_prepared_before_a_crash_does_not_go_to_an_address_replaced_since(
    desk: Desk,
) -> None:
    desk.owe(("1", "10", 5), email="former@firm.example")
    desk.write = lambda plan: prepared(desk, plan)
    with pytest.raises(Killed):
        desk.remind()
    desk.write = written
    desk.owe(("1", "10", 5), email="new@firm.example")
    desk.remind()
    assert [m.to for m in desk.mail.sent] == ["new@firm.example"]
    assert desk.states() == [MessageState.STOPPED, MessageState.SENT]
    assert desk.store.outbox.all()[0].note == "it was overtaken"


def prepared(desk: Desk, plan: Plan) -> Message:
    desk.store.outbox.prepare(written(plan))
    raise Killed


def test_after_the_last_contact_a_person_is_asked_once(desk: Desk) -> None:
    desk.owe(("1", "10", 30))
    for _ in range(3):
        desk.remind()
        desk.later(14)
        desk.state_bank()
    assert [m.step for m in desk.mail.sent] == ["friendly reminder", "last notice"]
    assert desk.questions() == ["collection/1/2026-02-01"]
    assert desk.remind().to_collection == 0


def test_a_new_invoice_is_reminded_of_while_a_person_is_asked_about_an_old_one(desk: Desk) -> None:
    desk.owe(("1", "10", 30))
    for _ in range(2):
        desk.remind()
        desk.later(14)
        desk.state_bank()
    desk.owe(("1", "10", 58), ("1", "20", 4))
    figures = desk.remind()
    assert (figures.due, figures.to_collection, figures.sent["mail"]) == (1, 1, 1)
    assert (desk.mail.sent[-1].step, desk.mail.sent[-1].items) == ("friendly reminder", ("F1",))
    assert desk.questions() == ["collection/1/2026-02-01"]


def test_who_was_left_out_of_collection_is_asked_about_again_and_not_at_once(desk: Desk) -> None:
    desk.owe(("1", "10", 30))
    for _ in range(3):
        desk.remind()
        desk.later(14)
        desk.state_bank()
    (asked,) = desk.store.queue.open()
    desk.store.queue.close(asked.id, decision="leave", by="ann")
    assert desk.remind().held == {"left": 1}
    desk.later(9)
    desk.state_bank()
    assert desk.remind().held == {"left": 1}
    desk.later(1)
    desk.state_bank()
    assert desk.remind().to_collection == 1
    assert desk.questions() == ["collection/1/2026-02-01/2"]
    assert desk.remind().to_collection == 0


def test_who_cannot_be_reached_is_a_persons(desk: Desk) -> None:
    desk.owe(("1", "10", 30), email="nobody at home", address=())
    assert desk.remind().held == {"unreachable": 1}
    assert desk.questions() == ["reach/1"]


def test_the_cap_of_a_run_is_told_to_a_person(desk: Desk) -> None:
    desk.owe(("1", "10", 5), ("2", "10", 5), ("3", "10", 5))
    desk.journey = replace(JOURNEY, cap=2)
    figures = desk.remind()
    assert (figures.sent["mail"], figures.held) == (2, {"cap": 1})
    assert desk.questions() == [f"cap/reminders/{JOURNEY.name}/2026-03-03"]
    assert desk.remind().sent["mail"] == 1
