"""The auditors' reports: nothing that was written, decided, due or used is left out of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import update
from store_cases import PAYER, allocation, approval, go, line, reminder, settled, statement

from clerkwork.adapters.evidence import FileEvidence, open_evidence
from clerkwork.adapters.keeping import KeptFiles
from clerkwork.adapters.store import Store, schema
from clerkwork.app.audits import AUDITS, Sources
from clerkwork.app.decided import Decisions, marked
from clerkwork.core.approvals import Decision, approval_id
from clerkwork.core.entries import entered
from clerkwork.core.evidence import SelectorUse, digest
from clerkwork.core.healing import Change, Proposal
from clerkwork.core.listing import Listing, Place, plain
from clerkwork.core.money import Money
from clerkwork.core.posting import Posting, PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.core.remembered import Lesson, Remembered
from clerkwork.ports import Picture, SlotRow, StepRecord
from clerkwork.testing import MORNING, FixedClock, memory_store

RUN, LATER = "20260303-080000-daily_round-0001", "20260304-080000-daily_round-0002"
DAY = dt.timedelta(days=1)
_NUMBERS = count()


@dataclass
class Office:
    """A store and evidence, for an auditor to ask about."""

    folder: Path
    clock: FixedClock
    store: Store
    shelf: FileEvidence
    decided: Decisions
    slots: list[SlotRow] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    one_log: bool = True

    def run(
        self,
        run: str,
        steps: Sequence[StepRecord] = (),
        *,
        versions: Mapping[str, str] | None = None,
        journal: bool = True,
    ) -> None:
        if journal:
            self.store.runs.begin(run, "daily_round", self.clock.now())
        trail = self.shelf.begin(run, "daily_round", {"operator": "els"}, versions)
        for step in steps:
            trail.record(step)
        trail.close("done", {})
        if journal:
            self.store.runs.end(run, self.clock.now(), "done", {}, "")

    def asked(
        self, name: str, since: dt.datetime | None = None, until: dt.datetime | None = None
    ) -> Listing:
        listing = AUDITS[name](
            Sources(
                shelf=self.shelf,
                books=self.store.books,
                approvals=self.store.approvals,
                outbox=self.store.outbox,
                runs=self.store.runs,
                lessons=self.store.lessons,
                stops=self.store.stops,
                errands=self.store.errands,
                history=self.store.history,
                slots=lambda: self.slots,
                proposals=self.proposals,
                removed=self.shelf.was_removed,
                text_of=KeptFiles(self.folder / "kept").text,
                log=self.shelf.leaves,
                one_log=self.one_log,
                since=since,
                until=until,
            )
        )
        assert listing.name == name
        assert all(len(row) == len(listing.columns) for row in listing.rows)
        return listing

    def told(self, name: str, *columns: str) -> list[tuple[object, ...]]:
        listing = self.asked(name)
        at = [listing.columns.index(column) for column in columns]
        return [tuple(plain(row[i]) for i in at) for row in listing.rows]

    def proposed(self, minor: int = 9369, number: str = "2026-0003", on: int = 0) -> Posting:
        opening = sum(s.closing.minor - s.opening.minor for s in self.store.books.statements())
        booked = statement([line(minor, on)], opening=opening, opened=on)
        self.store.books.book_statement(booked)
        match, posting = settled(booked.lines[0], allocation(number, minor, minor))
        self.store.books.record_matches([match], [posting])
        return posting


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = FixedClock()
    with closing(memory_store(clock)) as store:
        decided = Decisions(
            history=store.history,
            approvals=store.approvals,
            lessons=store.lessons,
            stops=store.stops,
            errands=store.errands,
        )
        shelf = open_evidence(
            tmp_path / "evidence", tmp_path / "keys", clock, decided=partial(marked, decided)
        )
        yield Office(tmp_path, clock, store, shelf, decided)


def step(action: str, subject: str = "", **more: object) -> StepRecord:
    # Equal pictures of a run are kept once.
    shown = (Picture(label=action, image=f"{next(_NUMBERS)} {action} {subject}".encode()),)
    fields = {"robot": "kantoor_erp", "outcome": "ok", "pictures": shown, **more}
    return StepRecord(action=action, subject=subject, **fields)  # type: ignore[arg-type]


def keying(reference: str) -> list[StepRecord]:
    return [
        step("find receipt", reference),
        step("fill receipt", reference),
        step("submit receipt", pictures=()),
        step("find receipt", reference),
    ]


def test_a_write_is_told_with_before_and_after(office: Office) -> None:
    posting = office.proposed()
    go(office.store, posting.reference, PostingState.APPROVED, PostingState.KEYING, run=RUN)
    office.store.books.move(posting.reference, PostingState.KEYED, run=RUN)
    office.run(RUN, keying(posting.reference))
    assert office.told("writes", "what", "about", "before", "after", "step") == [
        (
            "receipt",
            posting.reference,
            "2026-0003: 93.69 EUR open",
            "2026-0003: 0.00 EUR open; keyed",
            f"{RUN}#3",
        )
    ]
    ((before, after),) = office.told("writes", "picture before", "picture after")
    assert (before, after) == (
        f"{RUN}/pictures/0002-1-fill-receipt.jpg",
        f"{RUN}/pictures/0004-1-find-receipt.jpg",
    )
    assert office.asked("writes").findings == ()


def test_a_posting_that_was_keyed_and_that_no_evidence_shows_is_a_finding(office: Office) -> None:
    posting = office.proposed()
    go(office.store, posting.reference, PostingState.APPROVED, PostingState.KEYING, run=RUN)
    office.store.books.move(posting.reference, PostingState.KEYED, run=RUN)
    (finding,) = office.asked("writes").findings
    assert f"{posting.reference} was keyed by run {RUN}, whose evidence is not here" in finding
    office.run(RUN, [step("sign in")])
    (finding,) = office.asked("writes").findings
    assert "shows no such write" in finding


def test_a_submit_that_nobody_looked_after_is_a_finding(office: Office) -> None:
    posting = office.proposed()
    office.run(RUN, keying(posting.reference)[:3])
    (finding,) = office.asked("writes").findings
    assert f"{posting.reference} was submitted in step 3" in finding


def test_what_an_error_said_is_told_as_long_as_the_details_are_there(office: Office) -> None:
    posting = office.proposed()
    find, fill, submit, _ = keying(posting.reference)
    refused = replace(submit, outcome="EntryRefused", details={"error": "Renée is blocked"})
    office.run(RUN, [find, fill, refused])
    assert office.told("writes", "outcome") == [("EntryRefused: Renée is blocked",)]
    office.shelf.delete(RUN, "details", "by rule", "els")
    assert office.told("writes", "outcome") == [("EntryRefused",)]


def filled(posting: Posting) -> list[StepRecord]:
    """As the engine records it: what was entered stands in the details of the step."""
    first, fill, *rest = keying(posting.reference)
    return [first, replace(fill, details=entered(posting)), *rest]


def test_what_was_entered_is_told_by_the_evidence(office: Office) -> None:
    posting = office.proposed()
    go(office.store, posting.reference, PostingState.APPROVED, PostingState.KEYING, run=RUN)
    office.store.books.move(posting.reference, PostingState.KEYED, run=RUN)
    office.run(RUN, filled(posting))
    assert office.told("writes", "amount", "said by") == [("93.69 EUR", "evidence")]
    assert office.asked("writes").findings == ()


def test_books_that_were_altered_are_a_finding_and_the_evidence_is_told(office: Office) -> None:
    posting = office.proposed()
    go(office.store, posting.reference, PostingState.APPROVED, PostingState.KEYING, run=RUN)
    office.store.books.move(posting.reference, PostingState.KEYED, run=RUN)
    then = replace(posting, customer="99999", amount=Money(123456, "EUR"), allocations=())
    office.run(RUN, filled(then))
    ((debtor, amount, after, by),) = office.told("writes", "debtor", "amount", "after", "said by")
    assert str(debtor).startswith("99999")
    assert (amount, by) == ("1234.56 EUR", "evidence; the books differ")
    assert "1234.56 EUR on account" in str(after)
    told = office.asked("writes").findings
    assert len(told) == 4, told
    assert "its amount is '1234.56 EUR', and the books say '93.69 EUR'" in told[1]


def test_the_ground_of_a_message_is_told_by_the_evidence(office: Office) -> None:
    message = replace(reminder(), ground=("declared: student", "pays late"))
    office.store.outbox.prepare(message)
    sending = StepRecord(
        robot="mail", action="send", outcome="ok", subject=message.key,
        details={"to": message.to, "ground": "declared: student; pays late"},
    )  # fmt: skip
    office.run(RUN, [sending])
    assert office.told("writes", "ground") == [("declared: student; pays late",)]
    assert office.asked("writes").findings == ()
    altered = replace(sending, details={"ground": "legitimate interest"})
    office.run(LATER, [altered])
    assert office.told("writes", "ground")[1] == ("legitimate interest",)
    (finding,) = office.asked("writes").findings
    assert "its ground is 'legitimate interest', and the books say 'declared: stud" in finding


def test_what_the_books_do_not_know_is_a_finding(office: Office) -> None:
    office.run(RUN, keying("CW-AAAAAAAAAA"))
    (finding,) = office.asked("writes").findings
    assert "CW-AAAAAAAAAA: step 3 of" in finding
    assert "the books do not know it" in finding


@pytest.mark.parametrize("number", ["JANSEN", "SO 2026 7"])
def test_a_record_of_before_tells_such_a_number_in_its_details(office: Office, number: str) -> None:
    order = replace(approval().order, number=number)
    asked = replace(approval(), id=approval_id(order, 1), order=order)
    office.store.approvals.ask(asked)
    answer = Decision(verdict="release", by="els", at=MORNING, via="command line")
    office.store.approvals.decide(asked.id, answer)
    first, last = (step("find order", details={"about": number}) for _ in range(2))
    filled = step("fill decision", details={"about": number, "entry values": "release; "})
    office.run(RUN, [first, filled, step("submit decision", pictures=()), last])
    assert office.told("writes", "about", "debtor", "approved by") == [(number, "10001", "els")]
    assert office.asked("writes").findings == ()


@pytest.mark.parametrize("name", sorted(AUDITS))
def test_no_report_is_silent_on_evidence_that_does_not_verify(office: Office, name: str) -> None:
    office.run(RUN, [step("look")])
    assert office.asked(name).findings == ()
    steps = office.folder / "evidence" / RUN / "steps.jsonl"
    steps.write_bytes(steps.read_bytes().replace(b'"look"', b'"loot"'))
    (finding,) = office.asked(name).findings
    assert f"run {RUN} does not verify, so what it shows here is not proved: altered" in finding
    assert office.asked(name, since=office.clock.now() + DAY).findings == (), "another period"


@pytest.mark.parametrize("name", sorted(AUDITS))
def test_no_report_is_silent_on_keys_that_nobody_trusts(office: Office, name: str) -> None:
    office.run(RUN)
    keys = office.folder / "no-keys"
    elsewhere = open_evidence(office.folder / "evidence", keys, office.clock)
    (finding,) = replace(office, shelf=elsewhere).asked(name).findings
    assert "there is no trusted key here, so nothing that is shown is proved" in finding


@pytest.mark.parametrize("name", sorted(AUDITS.keys() - {"schedule"}))
def test_no_report_is_silent_on_evidence_that_is_gone(office: Office, name: str) -> None:
    office.run(RUN, [step("look")])
    (office.folder / "evidence" / RUN).rename(office.folder / "away")
    told = office.asked(name).findings
    assert [one for one in told if f"run {RUN} began, by the log of runs" in one]


def test_a_decision_that_was_altered_in_the_store_is_a_finding(office: Office) -> None:
    queue = office.store.queue
    queue.put(WorkItem(id="a1", key="match/x", kind="match", title="Who?", created=MORNING))
    queue.close("a1", decision="10001", by="els", note="phoned")
    office.clock.advance(DAY)
    office.run(RUN)
    office.clock.advance(DAY)
    office.run(LATER)
    assert office.asked("decisions").findings == ()
    with office.store.database.write() as connection:
        connection.execute(update(schema.work_decisions).values(by="piet"))
    added, gone = office.asked("decisions").findings
    assert "match a1: the store says that piet decided '10001'" in added
    assert "a decision about a 'match' that the log of runs holds since" in gone
    # It was told once.
    told = [leaf["made"] for leaf in office.shelf.leaves() if leaf["kind"] == "decisions"]
    assert [len(made) for made in told] == [1]


def approved(office: Office, by: str) -> str:
    """A posting that a person approved and a run keyed, behind which the log was told."""
    posting, queue = office.proposed(), office.store.queue
    reference = posting.reference
    item = WorkItem(
        id="a1", key=f"posting/{reference}", kind="posting", title="Key it?", created=MORNING
    )
    queue.put(item)
    office.store.books.move(reference, PostingState.APPROVED, note=f"decided by {by}")
    queue.close("a1", decision="approve", by=by, note="")
    go(office.store, reference, PostingState.KEYING, run=RUN)
    office.store.books.move(reference, PostingState.KEYED, run=RUN)
    office.clock.advance(DAY)
    office.run(RUN, keying(reference))
    return reference


def altered(office: Office, note: str) -> None:
    moves = schema.posting_moves
    with office.store.database.write() as connection:
        own = update(moves).where(moves.c.note.startswith("decided by"))
        connection.execute(own.values(note=note))


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("decided by piet", "piet (not borne out by the log of runs)"),
        ("", "policy: reference (not borne out by the log of runs: by that els decided it)"),
    ],
)
def test_an_approver_whom_the_log_does_not_bear_out_does_not_look_like_the_others(
    office: Office, note: str, told: str
) -> None:
    reference = approved(office, "els")
    office.store.lessons.remember(lesson("ria"))
    assert office.told("writes", "approved by") == [("els",)]
    assert office.told("duties", "approved by", "finding") == [("els", "")]
    assert office.asked("writes").findings == office.asked("duties").findings == ()
    altered(office, note)
    assert office.told("writes", "approved by") == [(told,)]
    assert office.told("duties", "approved by", "finding") == [(told, "approver not borne out")]
    (written,), (finding,) = office.asked("writes").findings, office.asked("duties").findings
    assert written.startswith(f"{reference}: the store says that {told.partition(' (')[0]} ")
    assert finding == f"{reference}: the store says that it was approved by {told}"


def test_a_decision_that_was_altered_along_with_its_posting_bears_nothing_out(
    office: Office,
) -> None:
    approved(office, "els")
    altered(office, "decided by piet")
    with office.store.database.write() as connection:
        connection.execute(update(schema.work_decisions).values(by="piet"))
    (told,) = office.told("writes", "approved by")
    assert told == ("piet (not borne out by the log of runs)",)


def test_of_an_approval_that_the_log_was_not_told_yet_nothing_is_said(office: Office) -> None:
    approved(office, "els")
    other = office.proposed(5000, "2026-0004", on=1)
    office.store.books.move(other.reference, PostingState.APPROVED, note="decided by piet")
    go(office.store, other.reference, PostingState.KEYING, run=LATER)
    office.run(LATER, keying(other.reference))
    assert sorted(office.told("writes", "approved by")) == [("els",), ("piet",)]
    office.one_log = False
    altered(office, "decided by ria")
    assert office.told("writes", "approved by") == [("ria",), ("ria",)], "another log may know"


def test_what_policy_approved_is_held_against_the_log_with_its_rule_and_version(
    office: Office,
) -> None:
    version, books = "config/matching.toml 0123456789abcdef", office.store.books
    for minor, on, run in ((9369, 0, RUN), (5000, 1, LATER)):
        reference = office.proposed(minor, f"2026-000{on}", on=on).reference
        books.move(reference, PostingState.APPROVED, note=f"policy: reference, {version}")
        office.clock.advance(DAY)
        office.run(run)
    # Of the second; the first came before the log was told of any.
    assert [len(leaf["made"]) for leaf in office.shelf.leaves() if "made" in leaf] == [1, 1]
    go(office.store, reference, PostingState.KEYING, run="run-3")
    books.move(reference, PostingState.KEYED, run="run-3")
    office.run("run-3", keying(reference))
    assert office.told("writes", "approved by") == [(f"policy: reference, {version}",)]
    assert office.asked("writes").findings == office.asked("decisions").findings == ()
    assert office.asked("decisions").rows == (), "no person did"
    moves = schema.posting_moves
    with office.store.database.write() as connection:
        own = update(moves).where(moves.c.reference == reference, moves.c.state == "approved")
        connection.execute(own.values(note=f"policy: amount, {version}"))
    told = f"policy: amount, {version} (not borne out by the log of runs)"
    assert office.told("writes", "approved by") == [(told,)]
    (written,) = office.asked("writes").findings
    assert written.startswith(f"{reference}: the store says that policy: amount, {version} ")
    added, gone = office.asked("decisions").findings
    assert added.startswith(f"policy {reference}: the store says that policy decided 'approve'")
    assert "a decision about a 'policy' that the log of runs holds since" in gone


def test_an_order_that_policy_released_is_held_against_the_log_as_well(office: Office) -> None:
    for amount, run in ((90_000, RUN), (91_000, LATER)):
        asked = replace(
            approval(amount, asked=office.clock.now()),
            facts=(("Policy", "config/approvals.toml 01234567"),),
        )
        office.store.approvals.ask(asked)
        answer = Decision(verdict="release", by="policy", at=office.clock.now(), via="policy")
        office.store.approvals.decide(asked.id, answer)
        office.clock.advance(DAY)
        office.run(run)
    assert {row[6] for row in office.asked("duties").rows} == {"nobody else"}
    with office.store.database.write() as connection:
        connection.execute(update(schema.approvals).values(reason="within the limit"))
    told = office.told("duties", "amount", "approved by", "finding")
    assert ("910.00 EUR", "approver not borne out") in [(one[0], one[2]) for one in told]
    assert len(office.asked("decisions").findings) == 3, "one was not known to be told of"


def test_marks_of_policy_are_made_of_what_came_since_the_log_was_told(office: Office) -> None:
    for on, number in enumerate(("2026-0003", "2026-0004")):
        posting = office.proposed(5000 + on, number, on=on)
        office.store.books.move(posting.reference, PostingState.APPROVED, note="policy: reference")
        office.clock.advance(3 * DAY)
    assert len([*marked(office.decided)]) == 2
    assert len([*marked(office.decided, office.clock.now() - 3 * DAY)]) == 1


def test_an_answer_about_an_order_that_was_altered_is_told_in_its_row(office: Office) -> None:
    asked = approval()
    office.store.approvals.ask(asked)
    answer = Decision(verdict="release", by="inge", at=office.clock.now(), via="mail")
    office.store.approvals.decide(asked.id, answer)
    office.clock.advance(DAY)
    office.run(RUN)
    assert office.told("duties", "approved by", "finding") == [("inge (release, by mail)", "")]
    with office.store.database.write() as connection:
        connection.execute(update(schema.approvals).values(by="piet"))
    told = "piet (release, by mail; not borne out by the log of runs)"
    assert office.told("duties", "approved by", "finding") == [(told, "approver not borne out")]


def test_writes_of_other_days_are_left_out(office: Office) -> None:
    office.run(RUN, keying("CW-AAAAAAAAAA"))
    office.clock.advance(DAY)
    border = office.clock.now()
    office.run(LATER, keying("CW-BBBBBBBBBB"))
    assert [row[2] for row in office.asked("writes", since=border).rows] == ["CW-BBBBBBBBBB"]
    assert [row[2] for row in office.asked("writes", until=border).rows] == ["CW-AAAAAAAAAA"]


def test_every_kind_of_decision_is_told_with_who_took_it(office: Office) -> None:
    queue, store = office.store.queue, office.store
    queue.put(WorkItem(id="a1", key="match/x", kind="match", title="Who?", created=MORNING))
    queue.close("a1", decision="10001", by="els", note="phoned")
    queue.reopen("a1", by="piet")
    queue.put(WorkItem(id="b2", key="trouble/y", kind="trouble", title="Down", created=MORNING))
    queue.withdraw("trouble/y", "over")
    asked = approval()
    store.approvals.ask(asked)
    answer = Decision(verdict="hold", by="inge", at=MORNING, via="mail", reason="too much")
    store.approvals.decide(asked.id, answer)
    store.stops.pull("writes", "els", "fire drill")
    store.stops.lift("writes", "piet")
    taught = lesson("els")
    store.lessons.remember(taught)
    office.proposals.append(heal("accepted", by="ria"))
    told = office.told("decisions", "by", "kind", "decision")
    assert sorted(told) == [
        ("els", "lesson", "remembered"),
        ("els", "match", "10001"),
        ("els", "stop", "stopped"),
        ("inge", "order", "hold"),
        ("piet", "match", "taken back"),
        ("piet", "stop", "let go on"),
        ("ria", "selector", "accepted"),
    ]


def lesson(by: str, line_id: str = "the-line-that-taught-it") -> Remembered:
    return Remembered(
        lesson=Lesson.IBAN, what=PAYER, customer="10001", line=line_id, item="a1", by=by, at=MORNING
    )


def heal(state: str, by: str = "") -> Proposal:
    change = Change(path=("menu", "open_items"), old="text=Posts", new="text=Open posts")
    return Proposal(
        id="3f2a91c0",
        portal="kantoor_erp",
        name="menu.open_items",
        changes=(change,),
        used=True,
        at=MORNING.isoformat(),
        state=state,  # type: ignore[arg-type]
        by=by,
        decided=MORNING.isoformat() if by else "",
    )


def test_a_heal_is_told_with_who_accepted_it_and_is_a_finding_until_then(office: Office) -> None:
    told = "text=Posts → text=Open posts"
    used = SelectorUse(name="menu.open_items", written="text=Posts", used=told, healed=True)
    plainly = SelectorUse(name="menu.debtors", written="text=Debtors")
    office.run(RUN, [step("open items", selectors=(used, plainly))])
    office.proposals.append(heal("open"))
    assert office.told("heals", "selector", "written and used", "review", "step") == [
        ("menu.open_items", told, "open", f"{RUN}#1")
    ]
    assert "nobody has accepted" in office.asked("heals").findings[0]
    office.proposals[:] = [heal("accepted", by="ria")]
    assert office.told("heals", "review", "by") == [("accepted", "ria")]
    assert office.asked("heals").findings == ()


def test_a_missed_slot_and_a_run_without_evidence_are_findings(office: Office) -> None:
    office.run(RUN)
    office.store.runs.begin(LATER, "daily_round", office.clock.now())
    office.run("20260305-080000-daily_round-0003", journal=False)
    office.slots.append(
        SlotRow(task="fetch", due=MORNING, state="missed", at=MORNING, why="nobody was there")
    )
    office.shelf.record_not_run(office.slots)
    listing = office.asked("schedule")
    assert sorted(str(row[3]) for row in listing.rows) == ["done", "missed", "running"]
    missed, gone, unknown = listing.findings
    assert "fetch, due 2026-03-03 08:00 UTC: missed: nobody was there" in missed
    assert f"run {LATER}: its evidence is not here" in gone
    assert "the journal does not know it" in unknown


def test_evidence_that_was_removed_as_declared_is_no_finding(office: Office) -> None:
    office.run(RUN)
    office.shelf.remove(RUN, office.shelf.examine(RUN), "by retention")
    assert office.told("schedule", "run", "evidence") == [(RUN, "removed as declared")]
    assert office.asked("schedule").findings == ()


def test_each_use_of_a_login_is_told_by_its_name(office: Office) -> None:
    login = {"credential": "kantoor_erp.user"}
    steps = [step("sign in", **login), step("open items", **login), step("sign in")]
    office.run(RUN, steps)
    told = office.told("credentials", "credential", "run", "for", "sign-ins", "steps")
    assert told == [("kantoor_erp.user", f"{RUN}#1", "els", 1, 2)]
    assert "step 3" in office.asked("credentials").findings[0]


def test_the_first_run_with_a_changed_file_is_told_and_how_it_changed(
    office: Office, tmp_path: Path
) -> None:
    root, kept = tmp_path / "office", KeptFiles(tmp_path / "kept", lambda t: t.replace("x9", "***"))
    (root / "config").mkdir(parents=True)
    file = root / "config" / "portals.toml"
    versions = []
    for cap in (10, 20):
        file.write_text(f'cap = {cap}\npassword = "hunter2"\nnote = "x9"\n')
        versions.append({"config/portals.toml": digest(file.read_bytes())})
        kept.keep(root, versions[-1])
    for number, version in enumerate([versions[0], versions[0], versions[1]], start=1):
        office.run(f"2026030{number}-080000-daily_round-0001", versions=version)
        office.clock.advance(DAY)
    listing = office.asked("changes")
    (row,) = listing.rows
    assert row[1] == Place("20260303-080000-daily_round-0001")
    assert row[3:5] == ("config/portals.toml", "changed")
    assert "-cap = 10\n+cap = 20" in str(row[7])
    left = b"".join(path.read_bytes() for path in (tmp_path / "kept").iterdir())
    assert b"hunter2" not in left
    assert b"x9" not in left


def test_who_made_the_rule_and_approved_its_posting_is_a_finding(office: Office) -> None:
    posting = office.proposed()
    office.store.lessons.remember(lesson("els"))
    office.clock.advance(DAY)
    assert office.told("duties", "made by", "approved by", "finding") == []
    office.store.books.move(posting.reference, PostingState.APPROVED, note="decided by els")
    assert office.told("duties", "made by", "approved by", "finding") == [
        ("els", "els", "same person")
    ]
    (finding,) = office.asked("duties").findings
    assert posting.reference in finding
    other = office.proposed(5000, "2026-0004", on=1)
    office.store.books.move(other.reference, PostingState.APPROVED, note="decided by piet")
    third = office.proposed(6000, "2026-0005", on=2)
    office.store.books.move(third.reference, PostingState.APPROVED)
    assert office.told("duties", "about", "finding")[1:] == [
        (other.reference, ""),
        (third.reference, "nobody else"),
    ]
    assert len(office.asked("duties").findings) == 1


def test_who_decided_about_an_order_is_told_with_the_policy_and_who_may_have_set_it(
    office: Office,
) -> None:
    office.run(RUN, versions={"config/approvals.toml": "a" * 64})
    office.clock.advance(DAY)
    for amount, by, via in (
        (90_000, "els", "command line"),
        (91_000, "chef@example.test", "mail"),
        (92_000, "", "policy"),
    ):
        asked = approval(amount, asked=office.clock.now())
        office.store.approvals.ask(asked)
        answer = Decision(verdict="release", by=by, at=office.clock.now(), via=via)
        office.store.approvals.decide(asked.id, answer)
    rows = office.asked("duties").rows
    orders = [row for row in rows if str(row[1]).startswith("order ")]
    assert sorted((str(row[5]), str(row[6])) for row in orders) == [
        ("chef@example.test (release, by mail)", ""),
        ("els (release, by command line)", "perhaps the same person"),
        ("policy (release, by policy)", "nobody else"),
    ]
    assert {row[4] for row in orders} == {"not known; the first run with it was begun by els"}
    assert all("over the limit, asked of chef@example.test" in str(row[3]) for row in orders)
    assert office.asked("duties").findings == ()


def test_changed_settings_are_told_with_who_began_the_first_run_with_them(office: Office) -> None:
    for number, version in enumerate(("a" * 64, "a" * 64, "b" * 64), start=1):
        files = {"config/matching.toml": version, "robots/erp.py": version}
        office.run(f"2026030{number}-080000-daily_round-0001", versions=files)
        office.clock.advance(DAY)
    (row,) = office.asked("duties").rows
    assert row[1:6] == (
        "config/matching.toml",
        None,
        f"changed, SHA-256 {'b' * 64}",
        "not known; the first run with it was begun by els",
        "",
    )
    assert row[7] == Place("20260303-080000-daily_round-0001")
    assert office.asked("duties", until=MORNING + DAY).rows == ()
