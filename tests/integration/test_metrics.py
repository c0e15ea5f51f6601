"""`/metrics` as Prometheus reads it: what is counted, and who may see it."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from clerkwork.app.status import Standing, TaskStanding, WorkerStanding
from clerkwork.core.alerts import Alert
from clerkwork.errors import StoreError
from clerkwork.ports import RunTally, Secret, Stop, WorkerRow
from clerkwork.testing import MORNING, MemoryVault
from clerkwork.web.metrics import add_metrics

HOSTILE = 'a"task\\with\nlines{}'


def standing() -> Standing:
    worker = WorkerRow(
        id="w1", kind="worker", host="here", process=7, version="1", queues=(),
        started=MORNING, seen=MORNING,
    )  # fmt: skip
    return Standing(
        at=MORNING,
        tasks=(TaskStanding(task="daily_round", next=MORNING + dt.timedelta(days=1), last=None),),
        running=(),
        workers=(WorkerStanding(worker=worker, silent_for=2.5, silent=False),),
        stops=(Stop(scope="writes", by="Ann", why="release day", since=MORNING),),
        waiting={"clerks": 3},
        schedulers=2,
        takers={"clerks": 1, "approvals": 0},
        due={"clerks": 3, "approvals": 1},
        ever=True,
        under_way=4,
        work_items={"match": 2},
        leases=(),
        alerts=(
            Alert(
                cause="failed/x", kind="failed", text="De Vries BV owes", run="r", first=MORNING,
                last=MORNING, times=1,
            ),
        ),
        postings={"keyed": 600, "doubtful": 1},
        runs=(
            RunTally(task="daily_round", outcome="done", runs=5, seconds=1500.0),
            RunTally(task="daily_round", outcome="failed", runs=1, seconds=100.0),
            RunTally(task=HOSTILE, outcome="running", runs=1, seconds=0.0),
            RunTally(task=HOSTILE, outcome="done", runs=7, seconds=1.0),
        ),
        slots={("daily_round", "done"): 5, ("daily_round", "missed"): 1},
    )  # fmt: skip


@dataclass
class Site:
    """The page, and what stands behind it."""

    read: Callable[[], Standing] = standing
    secrets: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Secret:
        return MemoryVault(self.secrets).get(name)


@contextmanager
def served(site: Site) -> Iterator[httpx.Client]:
    app = FastAPI()
    add_metrics(app, lambda: site.read(), site)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", proxy_headers=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx.Client(base_url=address, trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="module")
def site() -> Site:
    return Site()


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[httpx.Client]:
    with served(site) as opened:
        yield opened


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """By name and the values of its labels, whose order is that of their names."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_all_that_is_counted_is_there(client: httpx.Client) -> None:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = samples(answer.text)
    assert found == {
        ("clerkwork_runs_total", ("done", "daily_round")): 5,
        ("clerkwork_runs_total", ("failed", "daily_round")): 1,
        ("clerkwork_runs_total", ("done", HOSTILE)): 7,
        ("clerkwork_run_seconds_count", ("daily_round",)): 6,
        ("clerkwork_run_seconds_sum", ("daily_round",)): 1600,
        ("clerkwork_run_seconds_count", (HOSTILE,)): 7,
        ("clerkwork_run_seconds_sum", (HOSTILE,)): 1,
        ("clerkwork_runs_running", ()): 0,
        ("clerkwork_slots", ("done", "daily_round")): 5,
        ("clerkwork_slots", ("missed", "daily_round")): 1,
        ("clerkwork_errands_waiting", ("clerks",)): 3,
        ("clerkwork_schedulers_at_work", ()): 2,
        ("clerkwork_queue_workers", ("clerks",)): 1,
        ("clerkwork_queue_workers", ("approvals",)): 0,
        ("clerkwork_errands_under_way", ()): 4,
        ("clerkwork_leases_held", ()): 0,
        ("clerkwork_stops_standing", ()): 1,
        ("clerkwork_worker_heartbeat_age_seconds", ("here", "worker", "w1")): 2.5,
        ("clerkwork_work_items_open", ("match",)): 2,
        ("clerkwork_postings", ("keyed",)): 600,
        ("clerkwork_postings", ("doubtful",)): 1,
        ("clerkwork_alerts_open", ("failed",)): 1,
    }


def test_nobody_is_named(client: httpx.Client) -> None:
    text = client.get("/metrics").text
    assert "Vries" not in text
    assert "Ann" not in text


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_without_a_token_no_proxy_lets_others_see_it(client: httpx.Client, name: str) -> None:
    answer = client.get("/metrics", headers={name: "203.0.113.9"})
    assert answer.status_code == 403
    assert "clerkwork_" not in answer.text


def test_with_a_token_it_has_to_be_shown(client: httpx.Client, site: Site) -> None:
    site.secrets["metrics.token"] = "t0ken-of-prometheus"
    try:
        assert client.get("/metrics").status_code == 403
        wrong = {"Authorization": "Bearer t0ken-of-somebody"}
        assert client.get("/metrics", headers=wrong).status_code == 403
        right = {"Authorization": "Bearer t0ken-of-prometheus", "X-Forwarded-For": "203.0.113.9"}
        assert client.get("/metrics", headers=right).status_code == 200
    finally:
        site.secrets.clear()


def test_a_store_that_is_away_is_told_without_its_address(client: httpx.Client, site: Site) -> None:
    def away() -> Standing:
        raise StoreError("postgresql://clerk@db.example/clerkwork does not answer")

    site.read = away
    try:
        answer = client.get("/metrics")
    finally:
        site.read = standing
    assert (answer.status_code, "db.example" in answer.text) == (503, False)
