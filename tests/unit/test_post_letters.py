"""Letters that lie printed: none counts before it left the house, and each leaves it once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from back_desk import Desk, a_task, open_desk

from clerkwork.adapters.channels import FolderPrintHouse, LetterChannel, PrintPlan
from clerkwork.app.deliver import Post, deliver, interrupted
from clerkwork.app.post_letters import NOT_POSTED, POSTED, post_letters
from clerkwork.app.review import decide
from clerkwork.core.messages import Message, MessageState, message_id
from clerkwork.core.queue import WorkItem
from clerkwork.errors import ChannelDown
from clerkwork.ports import ProvingArchive
from clerkwork.testing import MORNING

DAY = MORNING.date()
PRINTED, HANDING = MessageState.PRINTED, MessageState.HANDING
SENT, STOPPED = MessageState.SENT, MessageState.STOPPED


class Killed(BaseException):
    """Ends the process as kill -9 does: nothing after it runs."""


def letter(number: int) -> Message:
    key = f"1000{number}/consumer/14-day letter/2026-02-01/letter/1"
    return Message(
        key=key, channel="letter", to="Noor Jansen\nLaan 1\n1000 AA Stad", subject="", text="",
        html="<p>Beste", debtor=f"1000{number}", step="14-day letter", on=DAY,
        message_id=message_id(key, "waterland.example"),
    )  # fmt: skip


def print_pdf(html: str, to: Path) -> None:
    to.write_bytes(f"%PDF-1.7 {html} %%EOF".encode())


@dataclass
class Machine:
    """One of an office's machines, with a disk of its own."""

    desk: Desk
    root: Path
    carry: Callable[[Path, bool, Callable[[], None]], None] | None = None

    @property
    def channel(self) -> LetterChannel:
        return LetterChannel(print_pdf, self.root / "letters")

    @property
    def house(self) -> FolderPrintHouse:
        return FolderPrintHouse(
            plan=PrintPlan(since=DAY), letters=self.root / "letters", folder=self.root / "print",
            today=self.desk.clock.today, print=self.channel.send, carry=self.carry,
        )  # fmt: skip

    def post(self) -> Post:
        letters = {"letter": self.channel}
        return Post(
            outbox=self.desk.store.outbox, queue=self.desk.store.queue, channels=letters,
            archives=letters, clock=self.desk.clock, run="run", printed={"letter"},
        )  # fmt: skip

    def print(self, *numbers: int) -> None:
        for number in numbers:
            self.desk.store.outbox.prepare(letter(number))
            deliver(letter(number), self.post())

    def killed_while_printing(self, number: int) -> None:
        self.desk.store.outbox.prepare(letter(number))
        self.desk.store.outbox.sending(letter(number).key, "run")
        self.channel.send(letter(number))

    def run(self, *, house: bool = True) -> dict[str, int]:
        """A run that posts; its figures."""
        office = self.desk.office
        self.desk.office = replace(
            office, printed={"letter"}, print_house=self.house if house else None
        )
        run = self.desk.run()
        try:
            run.do(a_task(post_letters))
        finally:
            run.close()
        return dict(run.figures)

    def handed(self) -> list[str]:
        """What the print house sees, by its folders."""
        seen = (self.root / "print").glob("[!.]*/*.pdf")
        return sorted(f"{path.parent.name}/{path.name}" for path in seen)

    def had(self, number: int) -> tuple[Message, ...]:
        """What planning reads of a debtor."""
        return self.desk.store.outbox.histories(letter(number).debtor)[letter(number).debtor]

    def states(self) -> list[MessageState]:
        return [message.state for message in self.desk.store.outbox.all()]

    def asked(self) -> list[WorkItem]:
        return [item for item in self.desk.store.queue.open() if item.kind == "letters"]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    desk = open_desk()
    yield Machine(desk, tmp_path / "here")
    desk.store.close()


def test_the_print_house_gets_it_and_then_it_counts(machine: Machine) -> None:
    machine.print(1, 2)
    assert machine.states() == [PRINTED, PRINTED]
    assert machine.run()["letters to the print house"] == 2
    assert machine.states() == [SENT, SENT]
    assert len(machine.handed()) == 2
    assert "letters to the print house" not in machine.run()
    assert len(machine.handed()) == 2
    assert machine.asked() == []


def test_a_letter_that_was_printed_when_its_run_was_killed_is_handed_over_once(
    machine: Machine,
) -> None:
    machine.killed_while_printing(1)
    interrupted(machine.post(), lambda _: True)
    (found,) = machine.desk.store.outbox.all()
    assert (found.state, found.proof) == (PRINTED, machine.channel.file_name(letter(1)))
    for _ in range(2):
        machine.run()
    assert machine.handed() == [f"{DAY}/{found.proof}"]
    assert machine.states() == [SENT]


def test_what_a_machine_printed_before_it_died_another_hands_over_and_nobody_again(
    machine: Machine, tmp_path: Path
) -> None:
    other = Machine(machine.desk, tmp_path / "there")
    machine.killed_while_printing(1)
    interrupted(other.post(), lambda _: True)
    deliver(letter(1), other.post())
    other.run()
    machine.run()
    assert len(other.handed()) == 1
    assert machine.handed() == []
    assert machine.states() == [SENT]


def test_when_a_letter_left_the_house_is_known_to_who_plans(machine: Machine) -> None:
    machine.print(1)
    assert [one.left for one in machine.had(1)] == [None]
    machine.desk.clock.advance(dt.timedelta(days=2))
    machine.run()
    assert [one.left for one in machine.had(1)] == [machine.desk.clock.now()]


def test_a_letter_that_lay_too_long_is_written_anew_and_not_handed_over(machine: Machine) -> None:
    machine.print(1)
    machine.desk.clock.advance(dt.timedelta(days=5))
    machine.print(2)
    machine.desk.clock.advance(dt.timedelta(days=1))
    assert machine.run()["letters to be written anew"] == 2, "both bear the day of the first"
    assert (machine.states(), machine.handed()) == ([STOPPED, STOPPED], [])


def test_what_a_person_was_asked_to_post_stays_his_however_long_it_lies(machine: Machine) -> None:
    machine.print(1)
    machine.run(house=False)
    machine.desk.clock.advance(dt.timedelta(days=9))
    assert "letters to be written anew" not in machine.run()


def test_what_the_print_house_does_not_take_does_not_count(machine: Machine) -> None:
    def down(_folder: Path, _again: bool, _about_to: Callable[[], None]) -> None:
        raise ChannelDown("no answer")

    machine.carry = down
    machine.print(1)
    with pytest.raises(ChannelDown):
        machine.run()
    assert machine.states() == [HANDING]
    machine.carry = lambda _folder, _again, about_to: about_to()
    assert machine.run()["letters to the print house"] == 1
    assert machine.states() == [SENT]


def test_what_another_machine_claimed_and_never_brought_is_a_persons_after_a_day(
    machine: Machine, tmp_path: Path
) -> None:
    def die(_folder: Path, _again: bool, _about_to: Callable[[], None]) -> None:
        raise Killed

    dying = Machine(machine.desk, tmp_path / "dying", carry=die)
    dying.print(1)
    with pytest.raises(Killed):
        dying.run()
    machine.run()
    assert (machine.states(), machine.asked(), machine.handed()) == ([HANDING], [], [])
    machine.desk.clock.advance(dt.timedelta(days=2))
    machine.run()
    (item,) = machine.asked()
    assert "find out" in item.title
    decide(machine.desk.office, item.id, NOT_POSTED, by="ann")
    assert machine.states() == [STOPPED]


@pytest.mark.parametrize(("said", "state"), [(POSTED, SENT), (NOT_POSTED, STOPPED)])
def test_without_a_print_house_a_person_says_what_became_of_a_stack(
    machine: Machine, said: str, state: MessageState
) -> None:
    machine.print(1, 2)
    assert machine.run(house=False)["letters to be posted"] == 2
    machine.print(3)
    machine.run(house=False)
    machine.run(house=False)
    first, second = machine.asked()
    assert first.title == "Letters that lie printed (2): post them"
    assert first.facts["Letters"] == ", ".join(machine.channel.file_name(letter(n)) for n in (1, 2))
    decide(machine.desk.office, first.id, said, by="ann")
    assert machine.states() == [state, state, PRINTED]
    assert [item.id for item in machine.asked()] == [second.id]


def test_the_folder_of_letters_knows_what_printing_gave(machine: Machine) -> None:
    channel = machine.channel
    assert isinstance(channel, ProvingArchive)
    assert channel.send(letter(1)) == channel.proof(letter(1))
