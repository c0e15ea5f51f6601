"""What follows from replies: once, with the debtor left alone while a person has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from back_desk import Desk, a_task, open_desk
from reply_cases import MemoryInbox, a_mail, a_reading
from store_cases import item, reminder

from clerkwork.app import answer_reply
from clerkwork.app.office import Office
from clerkwork.app.read_replies import read_replies
from clerkwork.app.remind_facts import look
from clerkwork.app.reminders import known_of
from clerkwork.app.review import decide, find
from clerkwork.app.run import Run
from clerkwork.core.collection import Handover
from clerkwork.core.declarations import Declaration
from clerkwork.core.journeys import Promised
from clerkwork.core.ledger import Debtor
from clerkwork.core.messages import Message, MessageEvent, MessageState
from clerkwork.core.money import Money
from clerkwork.core.promises import Promise, PromiseState
from clerkwork.core.queue import HOLDING, WorkItem
from clerkwork.core.replies.kept import Mail, ReplyState
from clerkwork.core.replies.reply import Label, Reading, Reason
from clerkwork.core.replies.rules import ReplyRules
from clerkwork.errors import BusinessError, ChannelDown, LeaseLost
from clerkwork.testing import MORNING, FixedClock

DAY = dt.timedelta(days=1)
FRIDAY = dt.date(2026, 3, 6)
SENT = replace(reminder(), to="d10001@firm.example", items=("F1",))
DOUBTED = "mx.firm.example says dmarc=fail of its sender"


@dataclass
class Post:
    """A desk with a mailbox; what a mail is taken for is told beforehand."""

    desk: Desk
    inbox: MemoryInbox
    taken_for: dict[str, Reading]

    @property
    def office(self) -> Office:
        return self.desk.office

    def came(self, uid: int, reading: Reading, text: str = "Dag.", **more: Any) -> Mail:
        mail = a_mail(uid, text, **more)
        self.inbox.there.append(mail)
        self.taken_for[mail.reply.message_id] = reading
        return mail

    def read(self, *, dry: bool = False) -> Run:
        run = self.desk.run(dry=dry)
        run.do(a_task(read_replies))
        return run

    def item(self) -> WorkItem:
        (one,) = self.desk.store.queue.open()
        return one

    def waiting(self) -> dict[str, tuple[str, ...]]:
        """Debtor → why his journey waits for a person, as a run of reminders sees it."""
        stops = look(known_of(self.office), (), self.office.clock).stops
        return dict(stops.waiting)

    def states(self) -> list[tuple[str, ReplyState]]:
        return [(one.id, one.state) for one in self.desk.store.replies.all()]

    def sent(self, message: Message = SENT) -> None:
        outbox = self.desk.store.outbox
        outbox.prepare(message)
        outbox.sending(message.key, "run-0")
        outbox.settle(message.key, MessageState.SENT, run="run-0")


@pytest.fixture
def post() -> Iterator[Post]:
    desk, inbox, taken_for = open_desk(), MemoryInbox(), dict[str, Reading]()
    debtors = [
        Debtor(number=n, name=f"D{n}", email=f"d{n}@firm.example") for n in ("10001", "10002")
    ]
    desk.store.books.replace_debtors("desk_erp", debtors)
    owed = [item("F1", 125_000), item("F2", 9_900), item("F3", 500, "10002")]
    late = [replace(one, due=MORNING.date() - 9 * DAY) for one in owed]
    desk.store.books.replace_open_items("desk_erp", late)
    desk.office = replace(
        desk.office,
        inbox=inbox,
        read_reply=lambda reply: taken_for[reply.message_id],
        reply_rules=ReplyRules(days=30, most=100),
    )
    yield Post(desk, inbox, taken_for)
    desk.store.close()


def test_without_a_mailbox_nothing_is_read(post: Post) -> None:
    post.desk.office = replace(post.desk.office, inbox=None)
    assert post.read().figures == {}


@pytest.mark.parametrize(
    ("reading", "kind", "title"),
    [
        (a_reading(Label.PAID), "reply", "Debtor 10001 says that it is paid"),
        (a_reading(Label.QUESTION), "reply", "Debtor 10001 asks something"),
        (a_reading(Label.ADDRESS_CHANGE), "reply", "Debtor 10001 has another address"),
        (a_reading(Label.ANGRY), "reply", "Debtor 10001 is angry"),
        (a_reading(Label.DISPUTE, reason=Reason.COSTS), "dispute", "Debtor 10001 does not agree"),
        (a_reading(Label.PROMISE), "reply", "Debtor 10001 promises to pay"),
        (a_reading(Label.BOUNCE), "reply", "A mail server says that nothing reaches debtor 10001"),
        *((a_reading(label, sure=False), "reply", "Read what debtor 10001 wrote") for label in (
            Label.PAID, Label.OUT_OF_OFFICE, Label.PROMISE, Label.DISPUTE, Label.ANGRY,
        )),
    ],
)  # fmt: skip
def test_his_journey_waits_until_a_person_has_answered(
    post: Post, reading: Reading, kind: str, title: str
) -> None:
    post.came(1, reading, "Een geheim verhaal.")
    assert post.read().figures == {"replies read": 1, "replies for people": 1}
    asked = post.item()
    wanted = "Read what debtor 10001 wrote" if reading.label is Label.PROMISE else title
    assert (asked.kind, asked.title, asked.debtor) == (kind, wanted, "10001")
    assert asked.kind in HOLDING
    assert post.waiting() == {"10001": (wanted,)}
    assert post.states() == [("1", ReplyState.ASKED)]
    decide(post.office, asked.id, "handled", by="ann")
    assert post.waiting() == {}
    assert post.states() == [("1", ReplyState.HANDLED)]


def test_a_person_reads_the_words_and_no_item_or_evidence_keeps_them(post: Post) -> None:
    post.came(1, a_reading(Label.ANGRY), "Een geheim verhaal.", subject="Woedend")
    post.read()
    shown = find(post.office, post.item().id)
    assert shown.facts["Wrote"] == "Een geheim verhaal."
    assert (shown.facts["From"], shown.facts["Subject"]) == ("d10001@firm.example", "Woedend")
    assert "97% of such readings were right" in shown.facts["Taken for"]
    kept = repr(post.item()) + repr(post.desk.evidence.trails[0].steps)
    for word in ("geheim", "Woedend", "d10001@firm.example"):
        assert word not in kept
    (step,) = post.desk.evidence.trails[0].steps
    assert (step.robot, step.action, step.subject) == ("inbox", "read reply", "reply 1")
    assert post.item().evidence == "run-1#1"


def test_who_is_away_is_noted_and_nothing_waits(post: Post) -> None:
    post.sent()
    post.came(1, a_reading(Label.OUT_OF_OFFICE), automatic=True, answers=(SENT.message_id,))
    assert post.read().figures == {"replies read": 1, "replies noted": 1}
    assert (post.waiting(), post.desk.questions()) == ({}, [])
    assert post.states() == [("1", ReplyState.NOTED)]
    assert [one.kind for one in post.desk.store.events.all()] == ["delivered"]


class TestAway:
    BACK = MORNING.date() + 10 * DAY

    def came(self, post: Post, back: dt.date = BACK, **more: Any) -> None:
        post.sent()
        given: dict[str, Any] = {"automatic": True, "answers": (SENT.message_id,), **more}
        post.came(1, a_reading(Label.OUT_OF_OFFICE, back=back), **given)

    def away(self, post: Post, days: int = 0) -> dict[str, dt.date]:
        """As a run of reminders sees it so many days later."""
        clock = FixedClock(MORNING + days * DAY)
        return dict(look(known_of(post.office), (), clock).stops.away)

    def test_nothing_goes_to_him_before_he_is_back(self, post: Post) -> None:
        self.came(post)
        post.read()
        (one,) = post.desk.store.replies.all()
        assert one.note == "a program answered: somebody is there again on 2026-03-13"
        assert one.reading.back == self.BACK
        assert self.away(post) == self.away(post, 9) == {"10001": self.BACK}
        assert self.away(post, 10) == {}

    def test_it_holds_him_back_for_thirty_days_and_no_longer(self, post: Post) -> None:
        self.came(post, back=MORNING.date() + 300 * DAY)
        post.read()
        assert set(self.away(post, 30)) == {"10001"}
        assert self.away(post, 31) == {}

    @pytest.mark.parametrize(
        "more", [{"answers": ()}, {"sender": "colleague@firm.example"}, {"sender": "x@y.example"}]
    )
    def test_who_may_be_anybody_holds_nothing_back(self, post: Post, more: dict[str, Any]) -> None:
        self.came(post, **more)
        post.read()
        assert self.away(post) == {}

    def test_whom_the_mail_server_doubts_holds_nothing_back(self, post: Post) -> None:
        self.came(post)
        post.inbox.there[0] = replace(post.inbox.there[0], doubted=DOUBTED)
        post.read()
        assert self.away(post) == {}
        assert post.states() == [("1", ReplyState.NOTED)]


def test_a_reply_is_an_event_of_the_message_that_it_answers(post: Post) -> None:
    post.sent()
    post.came(1, a_reading(), sender="colleague@firm.example", answers=(SENT.message_id,))
    post.read()
    assert post.item().debtor == "10001"
    assert post.item().facts["Answers"] == SENT.key
    assert [(e.message, e.kind) for e in post.desk.store.events.all()] == [(SENT.key, "answered")]


def test_what_is_nobodys_holds_nobody(post: Post) -> None:
    post.came(1, a_reading(), sender="stranger@else.example")
    post.came(2, a_reading(Label.OUT_OF_OFFICE, sure=False), sender="x@y.example", automatic=True)
    post.read()
    assert post.item().title == "Somebody says that it is paid"
    assert post.waiting() == {}
    assert [choice for choice, _ in post.item().choices] == ["handled"]


def test_of_several_with_one_address_each_waits(post: Post) -> None:
    both = [Debtor(number=n, name=n, email="ap@group.example") for n in ("10001", "10002")]
    post.desk.store.books.replace_debtors("desk_erp", both)
    post.came(1, a_reading(Label.DISPUTE), sender="ap@group.example")
    post.read()
    assert set(post.waiting()) == {"10001", "10002"}
    first, second = post.desk.store.queue.open()
    assert first.title == "Perhaps debtor 10001 does not agree"
    with pytest.raises(BusinessError, match="several questions are open about reply 1"):
        answer_reply.item_of(post.office, "1")
    decide(post.office, first.id, "handled", by="ann")
    assert post.states() == [("1", ReplyState.ASKED)]
    decide(post.office, second.id, "handled", by="ann")
    assert post.states() == [("1", ReplyState.HANDLED)]


def test_an_address_that_he_declared_is_his(post: Post) -> None:
    post.desk.store.declarations.declare(
        Declaration(
            debtor="10002", fact="email", value="new@home.example", since=MORNING.date(), by="ann",
            ground="by telephone",
        )
    )  # fmt: skip
    post.came(1, a_reading(), sender="new@home.example")
    post.read()
    assert post.item().debtor == "10002"


class TestBounce:
    def report(self, post: Post, **more: Any) -> None:
        post.came(
            1, a_reading(Label.BOUNCE), sender="", automatic=True, answers=(SENT.message_id,),
            **{"failed_to": ("d10001@firm.example",), **more},
        )  # fmt: skip

    def test_the_message_is_no_contact_and_a_person_is_told(self, post: Post) -> None:
        post.sent()
        self.report(post)
        assert post.read().figures == {"replies read": 1, "messages that came back": 1}
        (message,) = post.desk.store.outbox.all()
        assert message.state is MessageState.FAILED
        assert post.item().title == "The mail to debtor 10001 did not arrive"
        assert post.waiting() == {}, "he is reached another way meanwhile"
        assert [one.kind for one in post.desk.store.events.all()] == ["bounced"]
        assert post.states() == [("1", ReplyState.NOTED)]

    def test_the_address_may_be_tried_once_more(self, post: Post) -> None:
        post.sent()
        self.report(post)
        post.read()
        decide(post.office, post.item().id, "not-arrived", by="ann")
        assert post.desk.store.outbox.all()[0].state is MessageState.STOPPED

    def test_one_of_which_nobody_knew_is_doubtful_no_more(self, post: Post) -> None:
        outbox = post.desk.store.outbox
        outbox.prepare(SENT)
        outbox.sending(SENT.key, "run-0")
        outbox.settle(SENT.key, MessageState.DOUBTFUL, run="run-0")
        self.report(post)
        post.read()
        assert outbox.all()[0].state is MessageState.FAILED

    def test_a_report_on_another_address_is_a_persons(self, post: Post) -> None:
        post.sent()
        self.report(post, failed_to=("archive@firm.example",))
        post.read()
        assert post.desk.store.outbox.all()[0].state is MessageState.SENT
        assert post.item().kind == "reply"

    def test_a_report_on_a_message_that_is_still_being_sent_is_a_persons(self, post: Post) -> None:
        post.desk.store.outbox.prepare(SENT)
        post.desk.store.outbox.sending(SENT.key, "run-0")
        self.report(post)
        post.read()
        assert post.desk.store.outbox.all()[0].state is MessageState.SENDING
        assert post.item().kind == "reply"

    def test_a_person_may_say_that_it_did_not_arrive(self, post: Post) -> None:
        post.sent()
        post.came(1, a_reading(Label.BOUNCE, sure=False), answers=(SENT.message_id,))
        post.read()
        decide(post.office, post.item().id, "bounced", by="ann")
        assert post.desk.store.outbox.all()[0].state is MessageState.FAILED
        assert post.item().title == "The mail to debtor 10001 did not arrive"
        assert post.states() == [("1", ReplyState.HANDLED)]

    @pytest.mark.parametrize("kind", ["delivered", "read", "link opened"])
    def test_one_on_a_message_that_reached_him_is_a_persons(self, post: Post, kind: str) -> None:
        post.sent()
        post.desk.store.events.note(MessageEvent(message=SENT.key, kind=kind, at=MORNING))
        self.report(post)
        assert post.read().figures == {"replies read": 1, "replies for people": 1}
        assert post.desk.store.outbox.all()[0].state is MessageState.SENT
        assert kind in post.item().facts["Why a person"]
        decide(post.office, post.item().id, "bounced", by="ann")
        assert post.desk.store.outbox.all()[0].state is MessageState.FAILED

    def test_one_that_comes_when_every_server_has_given_up_is_a_persons(self, post: Post) -> None:
        post.sent(replace(SENT, on=MORNING.date() - 6 * DAY))
        self.report(post)
        post.read()
        assert post.desk.store.outbox.all()[0].state is MessageState.SENT
        assert "give up within 5 days" in post.item().facts["Why a person"]

    def test_a_report_that_names_no_message_is_a_persons(self, post: Post) -> None:
        self.report(post)
        post.read()
        assert (post.item().kind, post.item().debtor) == ("reply", "10001")
        post.came(2, a_reading(Label.BOUNCE), sender="", automatic=True, failed_to=("x@y.example",))
        post.read()
        assert post.desk.questions()[1] == "A mail server says that nothing reaches somebody"

    def test_a_report_of_delay_is_noted(self, post: Post) -> None:
        post.sent()
        self.report(post, failed_to=(), delayed_to=("d10001@firm.example",))
        post.taken_for["<1@home.example>"] = a_reading(Label.OUT_OF_OFFICE)
        post.read()
        assert post.desk.store.events.all() == ()
        assert post.desk.questions() == []


class TestPromise:
    def promise(self, post: Post, text: str = "Ik betaal vrijdag.", **more: Any) -> None:
        post.sent()
        reading = a_reading(Label.PROMISE, promised=more.pop("promised", FRIDAY))
        post.came(1, reading, text, **{"answers": (SENT.message_id,), **more})

    def test_a_clear_one_is_noted_and_his_reminders_wait(self, post: Post) -> None:
        self.promise(post)
        assert post.read().figures == {"replies read": 1, "promises noted": 1}
        (made,) = post.desk.store.promises.all()
        assert (made.debtor, made.until, made.items) == ("10001", FRIDAY, ("F1",))
        assert (made.amount, made.channel) == (Money(125_000, "EUR"), "mail")
        assert made.by == "the debtor himself"
        assert look(known_of(post.office), (), post.office.clock).stops.promised == {
            "10001": (Promised(until=FRIDAY, items=("F1",)),)
        }
        assert (post.desk.questions(), post.states()) == ([], [("1", ReplyState.NOTED)])

    def test_it_is_about_what_our_message_named(self, post: Post) -> None:
        self.promise(post, "Ik betaal 1250,00 euro vrijdag")
        post.read()
        (made,) = post.desk.store.promises.all()
        assert (made.items, made.amount) == (("F1",), Money(125_000, "EUR"))

    def test_the_same_promise_twice_is_one(self, post: Post) -> None:
        self.promise(post)
        post.read()
        again = a_reading(Label.PROMISE, promised=FRIDAY)
        post.came(2, again, "Zoals gezegd: vrijdag.", answers=(SENT.message_id,))
        post.read()
        assert len(post.desk.store.promises.all()) == 1
        assert post.states() == [("1", ReplyState.NOTED), ("2", ReplyState.NOTED)]

    def test_a_promise_of_the_same_day_about_something_else_is_another(self, post: Post) -> None:
        other = Promise(
            debtor="10001", items=("F2",), until=FRIDAY, amount=Money(100, "EUR"),
            owed=Money(100, "EUR"), made=post.office.clock.now(), by="the debtor himself",
            channel="call",
        )  # fmt: skip
        post.desk.store.promises.make(other)
        self.promise(post)
        post.read()
        assert [one.items for one in post.desk.store.promises.all()] == [("F2",), ("F1",)]

    def test_who_is_in_collection_promises_us_nothing(self, post: Post) -> None:
        now = post.office.clock.now()
        given = Handover(id="", debtor="10001", cycle=FRIDAY, items=("F1",), by="Inge", at=now)
        post.desk.store.handovers.approve(given)
        self.promise(post)
        post.read()
        assert post.desk.store.promises.all() == ()
        assert "given to collection" in post.item().facts["Why a person"]

    def test_one_that_is_not_clear_is_asked_and_may_be_noted_by_a_person(self, post: Post) -> None:
        self.promise(post, "Ik betaal vrijdag 100 euro")
        post.read()
        assert post.desk.store.promises.all() == ()
        asked = post.item()
        assert "not clear how much" in asked.facts["Why a person"]
        assert asked.facts["Promised by"] == "2026-03-06"
        decide(post.office, asked.id, "promised", by="ann")
        (made,) = post.desk.store.promises.all()
        assert (made.by, made.until) == ("ann", FRIDAY)
        assert (post.waiting(), post.states()) == ({}, [("1", ReplyState.HANDLED)])

    def test_one_that_answers_nothing_of_ours_may_be_anybodys(self, post: Post) -> None:
        self.promise(post, answers=())
        post.read()
        assert post.desk.store.promises.all() == ()
        assert "answers no message of ours" in post.item().facts["Why a person"]
        decide(post.office, post.item().id, "promised", by="ann")
        (made,) = post.desk.store.promises.all()
        assert (made.items, made.by) == (("F1", "F2"), "ann"), "about all that is overdue"

    def test_one_whose_sender_the_mail_server_doubts_is_a_persons(self, post: Post) -> None:
        self.promise(post)
        post.inbox.there[0] = replace(post.inbox.there[0], doubted=DOUBTED)
        post.read()
        assert post.desk.store.promises.all() == ()
        asked = post.item()
        assert "does not vouch for it" in asked.facts["Why a person"]
        assert DOUBTED in asked.facts["Because of"]
        assert asked.facts["Promised by"] == "2026-03-06", "what was read is told with it"

    def test_a_person_cannot_note_what_cannot_be_and_the_question_stays(self, post: Post) -> None:
        self.promise(post, promised=MORNING.date() + 60 * DAY)
        post.read()
        post.desk.store.books.replace_open_items("desk_erp", [])
        with pytest.raises(BusinessError, match="nothing is open any more"):
            decide(post.office, post.item().id, "promised", by="ann")
        assert (post.item().decision, post.states()) == ("", [("1", ReplyState.ASKED)])

    def test_nothing_to_note_without_a_day(self, post: Post) -> None:
        self.promise(post, "Ik betaal zo snel mogelijk", promised=None)
        post.read()
        assert "promised" not in [choice for choice, _ in post.item().choices]


def test_a_dispute_that_a_person_finds_waits_until_it_is_settled(post: Post) -> None:
    post.came(1, a_reading(Label.QUESTION, sure=False))
    post.read()
    decide(post.office, post.item().id, "disputed", by="ann")
    found = post.item()
    assert (found.kind, found.title) == ("dispute", "Debtor 10001 does not agree")
    assert set(post.waiting()) == {"10001"}
    assert post.states() == [("1", ReplyState.ASKED)]
    decide(post.office, found.id, "handled", by="ann", note="credited")
    assert (post.waiting(), post.states()) == ({}, [("1", ReplyState.HANDLED)])


def test_a_decision_that_is_none_of_them_is_refused(post: Post) -> None:
    post.came(1, a_reading())
    post.read()
    with pytest.raises(BusinessError, match="'bounced' is no decision"):
        decide(post.office, post.item().id, "bounced", by="ann")


def test_nothing_is_read_twice(post: Post) -> None:
    post.came(1, a_reading())
    post.read()
    assert post.read().figures == {}
    post.inbox.validity, post.inbox.there = 8, [replace(post.inbox.there[0], validity=8, uid=3)]
    assert post.read().figures == {}, "numbered anew, it is the same mail"
    assert len(post.desk.store.replies.all()) == 1
    first, second, third = post.inbox.asked
    assert first == (0, MORNING.date() - 30 * DAY, 100)
    assert (second[0], third[0]) == (1, 0)


def test_more_than_a_run_may_read_is_read_by_the_next(post: Post) -> None:
    post.desk.office = replace(post.desk.office, reply_rules=ReplyRules(most=2))
    for uid in (1, 2, 3):
        post.came(uid, a_reading(Label.OUT_OF_OFFICE))
    assert [post.read().figures["replies read"] for _ in range(2)] == [2, 1]


def test_a_copy_of_our_own_message_is_no_reply(post: Post) -> None:
    post.sent()
    post.came(1, a_reading(Label.ANGRY), message_id=SENT.message_id, sender="ar@creditor.example")
    post.read()
    assert (post.desk.questions(), post.states()) == ([], [("1", ReplyState.NOTED)])


def test_who_writes_under_our_own_message_id_is_heard(post: Post) -> None:
    post.sent()
    post.came(1, a_reading(Label.ANGRY), message_id=SENT.message_id)
    post.read()
    assert post.item().debtor == "10001"


@pytest.mark.parametrize("reading", [a_reading(), a_reading(Label.PROMISE, promised=FRIDAY)])
def test_a_run_that_dies_after_any_step_is_gone_on_with(post: Post, reading: Reading) -> None:
    """Each write of the first run may be its last one; the next leaves the same behind."""
    post.sent()
    post.came(1, reading, answers=(SENT.message_id,))
    store = post.desk.store
    queue, promises = store.queue, store.promises

    class Dying:
        """Does what it is asked, and dies of it."""

        def __init__(self, port: Any) -> None:
            self._port = port

        def __getattr__(self, name: str) -> Any:
            done = getattr(self._port, name)
            if name not in ("put", "make", "settle", "note"):
                return done

            def dies(*args: Any, **more: Any) -> Any:
                done(*args, **more)
                raise LeaseLost("killed")

            return dies

    office = post.desk.office
    deaths: tuple[dict[str, Any], ...] = (
        {"queue": Dying(queue), "promises": Dying(promises)},
        {"events": Dying(store.events)},
    )
    for dying in deaths:
        post.desk.office = replace(office, **dying)
        with pytest.raises(LeaseLost):
            post.read()
        assert post.states() == [("1", ReplyState.TAKEN)]
        assert "10001" in post.waiting(), "nothing goes to him meanwhile"
    post.desk.office = office
    post.read()
    asked = reading.label is Label.PAID
    assert post.states() == [("1", ReplyState.ASKED if asked else ReplyState.NOTED)]
    assert len(queue.open()) == (1 if asked else 0)
    assert len(promises.all(PromiseState.OPEN)) == (0 if asked else 1)
    assert [one.kind for one in store.events.all()] == ["answered"]


def test_a_decision_behind_which_a_process_died_is_settled_by_the_next_run(post: Post) -> None:
    post.came(1, a_reading())
    post.read()
    post.desk.store.queue.close(post.item().id, decision="handled", by="ann")
    assert post.states() == [("1", ReplyState.ASKED)]
    post.read()
    assert post.states() == [("1", ReplyState.HANDLED)]


def test_a_mailbox_that_fails_half_way_keeps_what_was_read(post: Post) -> None:
    for uid in (1, 2):
        post.came(uid, a_reading(Label.OUT_OF_OFFICE))
    post.inbox.fault, post.inbox.at = ChannelDown("mailbox: went away"), 2
    with pytest.raises(ChannelDown):
        post.read()
    assert len(post.desk.store.replies.all()) == 1
    post.inbox.fault = None
    assert post.read().figures["replies read"] == 1


def test_two_runs_do_not_read_at_once(post: Post) -> None:
    post.desk.holding.taken["inbox replies"] = "run-9"
    with pytest.raises(Exception, match="The reading of replies is in use by run-9"):
        post.read()


def test_a_dry_run_tells_what_it_takes_each_for(post: Post) -> None:
    post.came(1, a_reading())
    assert post.read(dry=True).told == ["take reply 1 of debtor 10001 for paid: a person reads it"]


def test_a_reply_is_found_by_its_id(post: Post) -> None:
    post.came(1, a_reading())
    post.came(2, a_reading(Label.OUT_OF_OFFICE))
    post.read()
    assert answer_reply.item_of(post.office, "1") == post.item()
    with pytest.raises(BusinessError, match="reply 2 waits for nobody: a program answered"):
        answer_reply.item_of(post.office, "2")
    with pytest.raises(BusinessError, match="there is no reply '9'"):
        answer_reply.item_of(post.office, "9")
