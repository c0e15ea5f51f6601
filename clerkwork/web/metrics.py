"""`/metrics` for Prometheus: counts and times, no personal data, for those who may see them."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from loguru import logger
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool

from clerkwork.app.status import Standing
from clerkwork.errors import ClerkworkError, SecretMissing
from clerkwork.ports import Vault

__all__ = ["TOKEN", "add_metrics"]

TOKEN = "metrics.token"  # noqa: S105 - the name of the secret, not the secret
"""With this secret in the vault, whoever reads the metrics has to show it."""
_HERE = ("127.0.0.1", "::1")
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def add_metrics(app: FastAPI, read: Callable[[], Standing], vault: Vault) -> None:
    """Add `GET /metrics` in the text format of Prometheus.

    With the secret `metrics.token` it is for those who send it as bearer; without, for this
    machine alone, and not through a proxy on it.
    """

    @app.get("/metrics")
    async def metrics(request: Request) -> Response:
        try:
            refusal = await run_in_threadpool(_refusal, request, vault)
            if refusal:
                return PlainTextResponse(f"{refusal}\n", status_code=403)
            found = await run_in_threadpool(read)
        except ClerkworkError as error:
            logger.error("the metrics cannot be read: {}", error)
            return PlainTextResponse("the store or the vault does not answer\n", status_code=503)
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(_Read(found)), media_type=kind)


def _refusal(request: Request, vault: Vault) -> str:
    """Why whoever asks may not see them; empty if he may."""
    try:
        wanted = vault.get(TOKEN).value
    except SecretMissing:
        host = request.client.host if request.client else ""
        if host in _HERE and not any(name in request.headers for name in _PASSED_ON):
            return ""
        return f"for this machine alone: set {TOKEN} in the vault, and send it as bearer"
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    right = hmac.compare_digest(given.encode(), wanted.encode())
    return "" if right else "the bearer token is missing or wrong"


@dataclass(frozen=True, slots=True)
class _Read(Collector):
    found: Standing

    def collect(self) -> Iterator[Metric]:
        found = self.found
        yield from _runs(found)
        yield _gauge(
            "slots",
            "Due moments, by what became of them.",
            ("task", "state"),
            {(task, state): number for (task, state), number in found.slots.items()},
        )
        yield _gauge(
            "errands_waiting",
            "Runs that were asked for and wait, by queue.",
            ("queue",),
            {(queue,): number for queue, number in found.waiting.items()},
        )
        yield _one("schedulers_at_work", "Processes that ask for what is due.", found.schedulers)
        yield _gauge(
            "queue_workers",
            "Processes that take from a queue; 0 where something waits and none does.",
            ("queue",),
            {(queue,): number for queue, number in found.takers.items()},
        )
        yield _one("errands_under_way", "Runs that wait or are carried out.", found.under_way)
        yield _one("leases_held", "Leases that are held, over all machines.", len(found.leases))
        yield _one("stops_standing", "Stops that stand.", len(found.stops))
        yield _gauge(
            "worker_heartbeat_age_seconds",
            "Seconds since a process was heard of.",
            ("worker", "kind", "host"),
            {
                (each.worker.id, each.worker.kind, each.worker.host): each.silent_for
                for each in found.workers
            },
        )
        yield _gauge(
            "work_items_open",
            "Work items that wait for a person.",
            ("kind",),
            {(kind,): number for kind, number in found.work_items.items()},
        )
        yield _gauge(
            "postings",
            "Postings, by where they stand.",
            ("state",),
            {(state,): number for state, number in found.postings.items()},
        )
        kinds: dict[tuple[str, ...], float] = defaultdict(float)
        for alert in found.alerts:
            kinds[alert.kind,] += 1
        yield _gauge("alerts_open", "Alerts that are open.", ("kind",), kinds)


def _runs(found: Standing) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "clerkwork_runs", "Runs that ended, by how.", labels=("task", "outcome")
    )
    took = SummaryMetricFamily("clerkwork_run_seconds", "How long runs took.", labels=("task",))
    count: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for tally in found.runs:
        if tally.outcome == "running":
            continue
        ended.add_metric((tally.task, tally.outcome), tally.runs)
        count[tally.task] += tally.runs
        seconds[tally.task] += tally.seconds
    for task, number in count.items():
        took.add_metric((task,), count_value=number, sum_value=seconds[task])
    yield ended
    yield took
    yield _one("runs_running", "Runs that have not ended.", len(found.running))


def _gauge(
    name: str, told: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]
) -> Metric:
    metric = GaugeMetricFamily(f"clerkwork_{name}", told, labels=labels)
    for of, value in values.items():
        metric.add_metric(of, value)
    return metric


def _one(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"clerkwork_{name}", told, value=value)
