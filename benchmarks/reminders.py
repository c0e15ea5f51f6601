"""Reminders rendered and sent, beside bare smtplib; killed on the way, none twice and none lost.

Every debtor of a workspace is due a reminder by mail. `remind_debtors` runs as the worker carries
it out, with the store on the disk, leases, evidence and the archive's Maildir, until nobody is due
any more; the server is a process of its own, and writes down each message before it answers.
After a run bare smtplib sends the very same mails, finished, to the same server over one
connection, with as many recipients. Sending is all of a run from the first debtor it sees to until
the last, but for the writing of the messages: that the books are looked at again, stops asked,
rows committed, evidence signed, the mail's parts put together. The ratio is the median over the
runs that were not killed, without what a killed one had left, which the next sends before.

On the way runs are killed with -9 at random moments, and started again as often. What came twice,
or never, is counted in the server's own record. In full it is 20,000 debtors, 2,000 a run, and
five kills; `--quick` is 1,200, 300 a run, and one.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks._reminders_server import RECORD
from benchmarks.frame import Figure, bench
from benchmarks.runs import opened, settled
from clerkwork.adapters.channels.mime import mail_bytes
from clerkwork.adapters.clock import SystemClock
from clerkwork.adapters.store import Store, open_store
from clerkwork.app.office import Office
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement
from clerkwork.demo.mailroom import ARCHIVE
from clerkwork.workspace import Workspace, open_workspace

LANGUAGES = ("nl", "nl", "nl", "en", "de", "fr")
BARE, BARE_ARCHIVE = "bare@waterland.example", "bare-archive@waterland.example"
AT_MOST = 40
"""Runs after which something is wrong."""
CLOCK = SystemClock(ZoneInfo("Europe/Amsterdam"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A run that was not killed, and bare smtplib with what it sent."""

    messages: int
    planned: float
    """Seconds until the first debtor was seen to."""
    rendered: float
    sending: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.bare / self.sending


ANY_HOUR = """[countries.nl]
source = "none"
confirmed_by = "a benchmark"
confirmed_on = 2026-01-01
hours = { start = 00:00:00, end = 23:59:59, sundays = true, holidays = true }
"""


@dataclass(slots=True)
class Record:
    """What the server wrote down, read on from where it was read last."""

    path: Path
    read: int = 0
    ours: list[tuple[str, str]] = field(default_factory=list)
    """Debtor's address and Message-ID, in the order in which they were taken from the clerks."""

    def __len__(self) -> int:
        with self.path.open("rb") as file:
            file.seek(self.read)
            told = file.read()
        told = told[: told.rfind(b"\n") + 1]
        self.read += len(told)
        for line in told.decode().splitlines():
            sender, to, message = line.split(" ")
            if sender != BARE and to != ARCHIVE:
                self.ours.append((to, message))
        return len(self.ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    turns: Sequence[Turn]
    kills: int
    recovered: int
    """Messages of killed runs that the archive was found to hold."""
    record: Record
    states: Mapping[MessageState, int]


def measure(quick: bool) -> list[Figure]:
    debtors, a_run, kills = (1_200, 300, 1) if quick else (20_000, 2_000, 5)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="clerkwork-bench-") as made:
        place, places, env = settled(Path(made))
        declare(place.root / "config", a_run)
        place = open_workspace(place.root)
        with opened(place, env) as office:
            book(office, debtors)
        mail = place.root / "output" / "demo" / "mail"
        with serving(mail, places.mail):
            sent = send_all(place, env, mail, places.mail, debtors, kills)
    turns, record = sent.turns, sent.record
    arrived = Counter(to for to, _ in record.ours)
    lost = debtors - len(arrived)
    told = (
        ("rate_vs_smtplib", median(t.ratio for t in turns), "times", "Sending, beside smtplib's"),
        ("twice", arrived.total() - len(arrived), "", "Messages that came twice"),
        ("lost", lost, "", f"Of {debtors} debtors, who never got his"),
        ("doubtful", sent.states[MessageState.DOUBTFUL], "", "Messages left to a person"),
        ("kills", sent.kills, "", "Runs killed with -9 on the way"),
        ("recovered", sent.recovered, "", "Of killed runs, found in the archive"),
        (
            "sent_per_s",
            median(t.messages / t.sending for t in turns),
            "1/s",
            "Sent in a second, without their rendering",
        ),
        (
            "smtplib_per_s",
            median(t.messages / t.bare for t in turns),
            "1/s",
            "The same mails by bare smtplib",
        ),
        (
            "rendering_ms",
            median(1000 * t.rendered / t.messages for t in turns),
            "ms",
            "Rendering a message, with its QR code",
        ),
        ("planning_s", median(t.planned for t in turns), "s", "Planning everybody, each run"),
        ("turns", len(turns), "", "Runs that were compared"),
        ("load_before", load, "", "Load of the machine"),
    )
    return [
        Figure(name=name, value=round(value, 3), unit=unit, meaning=meaning)
        for name, value, unit, meaning in told
    ]


def declare(config: Path, a_run: int) -> None:
    """As many messages a run, at any hour of any day: a benchmark is run on Sundays, too.

    The law closes hours that a journey opens, so it is declared to be another one; what is sent
    goes to a server of the benchmark's own.
    """
    journeys, law = config / "journeys.toml", config / "law.toml"
    told = re.sub(r"(?m)^cap = \d+", f"cap = {a_run}", journeys.read_text(encoding="utf-8"))
    told = re.sub(r"(?m)^start = .*", "start = 00:00:00", told)
    told = re.sub(r"(?m)^end = .*", "end = 23:59:59\nsundays = true\nholidays = true", told)
    journeys.write_text(told, encoding="utf-8")
    with law.open("a", encoding="utf-8") as file:
        file.write(f"\n{ANY_HOUR}")


def book(office: Office, debtors: int) -> None:
    """Debtors with an item or two overdue, and statements up to yesterday."""
    today = CLOCK.today()
    office.books.replace_debtors("kantoor_erp", [_debtor(n) for n in range(debtors)])
    office.books.replace_open_items(
        "kantoor_erp",
        [
            OpenItem(
                number=f"2026-{n:06}-{part}",
                customer=f"{n:06}",
                open=Money(2_000 + 37 * n % 900_000 + part, "EUR"),
                due=today - timedelta(days=5 + part),
            )
            for n in range(debtors)
            for part in range(1 + n % 2)
        ],
    )
    yesterday, nothing = today - timedelta(days=1), Money(0, "EUR")
    for account in office.accounts:
        office.books.book_statement(
            Statement(
                account=account,
                number="1",
                opened=yesterday,
                closed=yesterday,
                opening=nothing,
                closing=nothing,
                lines=(),
                source="benchmark",
            )
        )


def _debtor(n: int) -> Debtor:
    return Debtor(
        number=f"{n:06}",
        name=f"Debiteur {n:06} B.V." if n % 3 else f"Fam. Van der Zee-{n:06}",
        kind="business" if n % 3 else "consumer",
        address=(f"Dorpsstraat {n}", "1131 EP Volendam"),
        language=LANGUAGES[n % len(LANGUAGES)],
        email=_address(n),
        ibans=(f"NL00BENC{n:010}",),
    )


def _address(n: int) -> str:
    return f"d{n:06}@debtors.example"


@contextmanager
def serving(folder: Path, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks._reminders_server", str(folder), str(port)]
    process = subprocess.Popen(
        [*command, ARCHIVE, BARE_ARCHIVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if process.stdout is None or process.stdout.readline() != b"ready\n":
        raise RuntimeError("the benchmark's mail server did not start")
    try:
        yield
    finally:
        process.communicate(timeout=60)


def send_all(
    place: Workspace, env: dict[str, str], mail: Path, port: int, debtors: int, kills: int
) -> Sent:
    """Run after run until nobody is due any more; at so many random moments one is killed."""
    draw = random.Random(2026)  # noqa: S311
    moments = sorted(draw.sample(range(debtors // 50, debtors * 9 // 10), kills))
    record, turns, killed, recovered = Record(mail / RECORD), list[Turn](), 0, 0
    url = f"sqlite:///{place.root / 'output' / 'clerkwork.db'}"
    with closing(open_store(url, CLOCK)) as store:
        for _ in range(AT_MOST):
            before = len(record)
            told = _run(place, env, record, moments, draw)
            if told is None:
                killed += 1
                _meanwhile(f"killed after {len(record)} messages")
                continue
            recovered += int(told["recovered"])
            mails = _mails(place, store, record.ours[before : len(record)])
            if not mails:
                break
            own = mails[int(told["before"]) :]
            bare = _bare(port, own)
            # The last run may have a few left, and says nothing of a rate.
            if told["sent"] == len(mails) and len(own) > debtors // 100:
                turn = Turn(
                    messages=len(own),
                    planned=told["planned"],
                    rendered=told["rendered"],
                    sending=told["sending"],
                    bare=bare,
                )
                turns.append(turn)
                _meanwhile(
                    f"{len(record)} sent; {turn.messages / turn.sending:.0f} a second, smtplib "
                    f"{turn.messages / turn.bare:.0f}: {turn.ratio:.2f} of it; rendering "
                    f"{1000 * turn.rendered / turn.messages:.1f} ms each, planning "
                    f"{turn.planned:.1f} s; load {os.getloadavg()[0]:.1f}"
                )
        else:
            raise RuntimeError(f"after {AT_MOST} runs somebody is still due: {len(record)} sent")
        states = Counter(
            message.state for had in store.outbox.histories().values() for message in had
        )
    return Sent(turns=turns, kills=killed, recovered=recovered, record=record, states=states)


def _run(
    place: Workspace,
    env: dict[str, str],
    record: Record,
    moments: list[int],
    draw: random.Random,
) -> dict[str, float] | None:
    """The figures of a run; None if it was killed, which takes away the moment."""
    command = [sys.executable, "-m", "benchmarks._reminders_run", str(place.root)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    while process.poll() is None:
        if moments and len(record) >= moments[0]:
            # Somewhere in writing, claiming, sending or settling, not just after an answer.
            time.sleep(draw.uniform(0, 0.3))
            moments.pop(0)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            if process.returncode == -signal.SIGKILL:
                return None
            break
        time.sleep(0.01)
    said, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"a run ended with exit status {process.returncode}")
    told: dict[str, float] = json.loads(said.splitlines()[-1])
    return told


def _mails(
    place: Workspace, store: Store, taken: Sequence[tuple[str, str]]
) -> list[tuple[str, bytes]]:
    """Debtor's address → the finished mail, as our channel makes it."""
    settings, at = place.config.channels.mail, datetime.now(UTC)
    found = []
    for to, message_id in taken:
        message = _message(store, to, message_id)
        content = mail_bytes(
            message, sender=settings.sender, sender_name=settings.sender_name, at=at
        )
        found.append((to, content))
    return found


def _message(store: Store, to: str, message_id: str) -> Message:
    number = to.partition("@")[0].removeprefix("d")
    return next(m for m in store.outbox.history(number) if m.message_id == message_id)


def _bare(port: int, mails: Sequence[tuple[str, bytes]]) -> float:
    """Seconds that bare smtplib takes for these."""
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for to, content in mails:
            smtp.sendmail(BARE, [BARE_ARCHIVE, to], content)
    return time.perf_counter() - began


def _meanwhile(text: str) -> None:
    """What is known before the end, of a benchmark that takes minutes."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(bench(__doc__, measure))
