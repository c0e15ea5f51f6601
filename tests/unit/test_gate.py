"""No claim of a write gets past the gate: nothing is stopped, and all of the run's is held."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from store_cases import Stores, allocation, approval, line, reminder, settled, statement

from clerkwork.adapters.store import Store
from clerkwork.core.approvals import Decision
from clerkwork.core.messages import MessageState
from clerkwork.core.posting import PostingState
from clerkwork.errors import LeaseLost, WritesStopped
from clerkwork.testing import MORNING, FixedClock

pytest_plugins = ["store_fixtures"]

ROOT = Path(__file__).resolve().parents[2]
RUN, LOGIN = "run r1", "login 1f3a"
SECONDS = 30.0


@dataclass
class Books:
    """A store with one of each thing that can be claimed, and a run that holds what it has to."""

    store: Store
    ticks: FixedClock
    held: dict[str, int]
    reference: str = ""

    def take(self, *names: str) -> None:
        for name in names:
            epoch = self.store.leases.take(
                name, shown=name, holder="run r1", worker="", seconds=SECONDS
            )
            assert epoch is not None
            self.held[name] = epoch

    def state(self) -> object:
        books, outbox = self.store.books, self.store.outbox
        rows = [(row.state, row.run, row.submitted) for row in books.postings()]
        messages = [message.state for message in outbox.all()]
        return rows, messages, self.store.approvals.all()


@pytest.fixture
def books(stores: Stores) -> Books:
    ticks, held = FixedClock(), dict[str, int]()
    made = Books(stores(FixedClock(), ticks, held), ticks, held)
    store = made.store
    store.books.book_statement(statement([line(500)]))
    (found,) = store.books.unmatched()
    match, posting = settled(found, allocation("1", 500, 500))
    store.books.record_matches([match], [posting])
    store.books.move(posting.reference, PostingState.APPROVED)
    store.outbox.prepare(reminder())
    store.approvals.ask(approval())
    store.approvals.decide(
        approval().id, Decision(verdict="release", by="ann", at=MORNING, via="mail")
    )
    made.reference = posting.reference
    made.take(RUN, LOGIN)
    return made


def claim(books: Books) -> None:
    books.store.books.claim(books.reference, run="r1", robot="erp")


def submit(books: Books) -> None:
    books.store.books.submitting(books.reference, run="r1", robot="erp")


def send(books: Books) -> None:
    books.store.outbox.sending(reminder().key, "r1")


def submit_decision(books: Books) -> None:
    books.store.approvals.submitting(approval().id, run="r1", robot="erp")


Claim = Callable[[Books], None]
CLAIMS: dict[str, tuple[tuple[Claim, ...], Claim]] = {
    "a posting": ((), claim),
    "its submit": ((claim,), submit),
    "a message": ((), send),
    "the submit of a decision": ((), submit_decision),
}
"""What comes before each of them, and the claim itself."""


@pytest.fixture(params=CLAIMS)
def claimed(request: pytest.FixtureRequest, books: Books) -> Callable[[], None]:
    before, last = CLAIMS[request.param]
    for one in before:
        one(books)
    return lambda: last(books)


def robots(request: pytest.FixtureRequest) -> bool:
    return "message" not in str(request.node.callspec.params["claimed"])


def test_while_all_is_held_and_nothing_stopped_it_is_claimed(
    books: Books, claimed: Callable[[], None]
) -> None:
    was = books.state()
    claimed()
    assert books.state() != was


def expire(books: Books, name: str) -> None:
    books.ticks.advance(dt.timedelta(seconds=SECONDS))
    for other in books.held:
        if other != name:
            assert books.store.leases.renew(other, books.held[other], SECONDS)


def release(books: Books, name: str) -> None:
    assert books.store.leases.release(name, books.held[name])


def lose(books: Books, name: str) -> None:
    release(books, name)
    taken = books.store.leases.take(name, shown=name, holder="run r2", worker="", seconds=SECONDS)
    assert taken is not None


def seize(books: Books, name: str) -> None:
    assert books.store.leases.seize(name, books.held[name], dead=True)


def forget(books: Books, name: str) -> None:
    """By its own clock the process has lost it, whatever the store says."""
    books.held[name] = -1


@pytest.mark.parametrize("name", [RUN, LOGIN])
@pytest.mark.parametrize("how", [expire, release, lose, seize, forget])
def test_what_is_not_held_any_more_claims_nothing(
    books: Books,
    claimed: Callable[[], None],
    name: str,
    how: Callable[[Books, str], None],
) -> None:
    was = books.state()
    how(books, name)
    with pytest.raises(LeaseLost, match=f"{name} is not held any more"):
        claimed()
    assert books.state() == was


def test_a_run_without_a_lease_of_its_own_claims_nothing(
    books: Books, claimed: Callable[[], None]
) -> None:
    was = books.state()
    del books.held[RUN]
    with pytest.raises(LeaseLost, match="run r1 holds no lease"):
        claimed()
    assert books.state() == was


def test_a_stop_of_all_writes_lets_nothing_pass_until_it_is_lifted(
    books: Books, claimed: Callable[[], None]
) -> None:
    was = books.state()
    books.store.stops.pull("writes", "ann", "the bank called")
    with pytest.raises(WritesStopped, match=r"ann has stopped it: .*'the bank called'.*resume$"):
        claimed()
    assert books.state() == was
    books.store.stops.lift("writes", "bob")
    claimed()
    assert books.state() != was


def test_a_stop_of_a_robot_is_for_its_writes_alone(
    books: Books, claimed: Callable[[], None], request: pytest.FixtureRequest
) -> None:
    was = books.state()
    books.store.stops.pull("robot bank", "ann", "another robot")
    books.store.stops.pull("task keys", "ann", "a task")
    books.store.stops.pull("robot erp", "ann", "release day")
    if not robots(request):
        claimed()
        return
    with pytest.raises(WritesStopped, match=r"robot erp are .*release day.*resume --robot erp"):
        claimed()
    assert books.state() == was


def test_what_a_run_says_afterwards_counts_only_while_it_holds(books: Books) -> None:
    """Its claim may be another's by now; a person may say it at any time."""
    claim(books)
    send(books)
    books.store.stops.pull("writes", "ann", "a stop does not keep it from telling the truth")
    lose(books, LOGIN)
    was = books.state()
    key, reference = reminder().key, books.reference
    with pytest.raises(LeaseLost):
        books.store.books.move(reference, PostingState.VOID, run="r1")
    with pytest.raises(LeaseLost):
        books.store.outbox.settle(key, MessageState.STOPPED, run="r1")
    with pytest.raises(LeaseLost):
        books.store.books.record_matches([], [], run="r1")
    assert books.state() == was
    books.store.books.move(reference, PostingState.DOUBTFUL, note="ann looked")
    books.store.outbox.settle(key, MessageState.SENT, note="ann looked")


def test_nothing_is_moved_into_keying_past_the_gate(books: Books) -> None:
    with pytest.raises(ValueError, match="it is claimed"):
        books.store.books.move(books.reference, PostingState.KEYING, run="r1")


def test_a_write_is_claimed_by_a_run(books: Books) -> None:
    with pytest.raises(ValueError, match="claimed by a run"):
        books.store.books.claim(books.reference, run="", robot="erp")


def test_another_run_submits_nothing_that_it_did_not_claim(books: Books) -> None:
    claim(books)
    books.take("run r2")
    with pytest.raises(ValueError, match="not in keying by run r2"):
        books.store.books.submitting(books.reference, run="r2", robot="erp")


def functions(folder: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.stem}.{node.name}", node


def calls(node: ast.FunctionDef) -> dict[str, int]:
    """Methods that a function calls → the first line."""
    found: dict[str, int] = {}
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            found.setdefault(one.func.attr, one.lineno)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
            found.setdefault(one.func.id, one.lineno)
    return found


def test_no_use_case_submits_or_sends_what_it_did_not_claim_before() -> None:
    """Read off the source: a new write without a claim fails here."""
    acting = {}
    for name, node in functions("clerkwork/app"):
        made = calls(node)
        for act in made:
            if act.startswith("submit_") or (act == "send" and node.name != "send"):
                claims = [made[c] for c in ("submitting", "_submitting", "sending") if c in made]
                assert claims, f"{name} calls {act} and claims nothing"
                assert min(claims) < made[act], f"{name} claims after {act}"
                acting[name] = act
    assert sorted(acting) == [
        "deliver.deliver_all",
        "hand_over._blocked",
        "key._key",
        "orders._key",
    ]


def test_every_claim_in_the_store_passes_the_gate() -> None:
    """Whatever writes 'keying', 'sending' or `submitted` is reached through a claim alone."""
    claiming = {name for name, node in functions("clerkwork/adapters/store") if _claims(node)}
    assert claiming == {
        "books.claim",
        "books.submitting",
        "outbox.handing",
        "outbox.sending",
        "approvals.submitting",
        "handovers.submitting",
    }
    writing = {
        name
        for name, node in functions("clerkwork/adapters/store")
        for one in ast.walk(node)
        if isinstance(one, ast.keyword)
        and one.arg == "submitted"
        and not (isinstance(one.value, ast.Constant) and one.value.value is None)
        and not _reads(one.value)
    }
    assert writing == {
        "postings.note_submit",
        "approvals.submitting",
        "handovers.submitting",
    }


def _claims(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(one, ast.Call) and ast.unparse(one.func) == "self.gate.claim"
        for one in ast.walk(node)
    )


def _reads(value: ast.expr) -> bool:
    return ast.unparse(value) == "row['submitted']"
