"""Traces as a collector gets them: nested as the work was, and without what was read or typed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from vault_servers import Answer, Asked, answering

from clerkwork.adapters.traces import open_traces
from clerkwork.demo.places import free_ports
from clerkwork.errors import BusinessError


@dataclass
class Collector:
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return Answer(200, b"")

    @property
    def spans(self) -> dict[str, Span]:
        requests = [ExportTraceServiceRequest.FromString(one.body) for one in self.asked]
        return {
            span.name: span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        }

    @property
    def resource(self) -> dict[str, str]:
        (request, *_) = [ExportTraceServiceRequest.FromString(one.body) for one in self.asked]
        return attributes(request.resource_spans[0].resource)


def attributes(of: object) -> dict[str, str]:
    return {one.key: one.value.string_value for one in of.attributes}  # type: ignore[attr-defined]


@pytest.fixture
def collector() -> Collector:
    return Collector()


@pytest.fixture
def address(collector: Collector) -> Iterator[str]:
    with answering(collector) as opened:
        yield f"{opened}/v1/traces"


def test_spans_lie_in_each_other_as_the_work_did(collector: Collector, address: str) -> None:
    traces = open_traces(address)
    with (
        traces.span("run", {"run": "r-1", "task": "daily_round", "worker": "w-1"}),
        traces.span("task", {"run": "r-1", "task": "remind"}),
        traces.span("step", {"run": "r-1", "robot": "kantoor_erp", "action": "fill receipt"}),
    ):
        pass
    traces.close()
    assert collector.asked[0].path == "/v1/traces"
    spans = collector.spans
    assert spans["run"].parent_span_id == b""
    assert spans["task"].parent_span_id == spans["run"].span_id
    assert spans["step"].parent_span_id == spans["task"].span_id
    assert len({span.trace_id for span in spans.values()}) == 1
    assert attributes(spans["step"]) == {
        "clerkwork.run": "r-1",
        "clerkwork.robot": "kantoor_erp",
        "clerkwork.action": "fill receipt",
    }
    assert collector.resource.keys() == {"service.name", "service.version"}


def test_an_error_is_told_by_its_class_and_nothing_personal_is_sent(
    collector: Collector, address: str
) -> None:
    traces = open_traces(address)

    def fail() -> None:
        with traces.span("step", {"action": "read", "subject": "De Vries BV"}):
            raise BusinessError("De Vries BV owes 1,200.00; the password is geheim")

    with pytest.raises(BusinessError):
        fail()
    traces.close()
    span = collector.spans["step"]
    assert attributes(span) == {"clerkwork.action": "read", "error.type": "BusinessError"}
    assert span.status.code == 2
    assert list(span.events) == []
    everything = b"".join(one.body for one in collector.asked)
    assert b"Vries" not in everything
    assert b"geheim" not in everything


def test_a_collector_that_is_down_fails_nothing() -> None:
    (port,) = free_ports(1)
    traces = open_traces(f"http://127.0.0.1:{port}/v1/traces")
    with traces.span("run", {"run": "r-1"}):
        pass
    traces.close()


def test_without_the_packages_it_says_what_to_install() -> None:
    program = (
        "import sys\n"
        "sys.modules['opentelemetry.sdk'] = None\n"
        "from clerkwork.adapters.traces import open_traces\n"
        "from clerkwork.errors import SetupError\n"
        "try:\n    open_traces('http://127.0.0.1:4318/v1/traces')\n"
        "except SetupError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "`pip install 'clerkwork[otel]'`" in done.stdout
