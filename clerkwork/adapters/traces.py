"""Traces for OpenTelemetry: how long runs, tasks and steps took; no personal data, no secrets.

Only what is named here is sent: ids of runs, names of tasks, robots and acts, and the class of an
error. Never its message, which may hold what stood on a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from clerkwork.errors import SetupError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

__all__ = ["SENT", "Traces", "open_traces"]

SENT = ("run", "task", "worker", "attempt", "robot", "action")
"""Attributes that are sent, as 'clerkwork.run' and so on; any other is left out."""
_TIMEOUT = 5.0
"""Seconds that a collector has to take spans; a run waits so long at its end, and no longer."""


class Traces:
    """Hands out spans, and sends those that ended, in batches, from a thread of its own."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("clerkwork", version("clerkwork"))

    def span(self, name: str, about: Mapping[str, str]) -> AbstractContextManager[None]:
        """A span for as long as the block lasts, inside the one that is open around it."""
        return self._span(name, about)

    @contextmanager
    def _span(self, name: str, about: Mapping[str, str]) -> Iterator[None]:
        from opentelemetry.trace import Status, StatusCode

        attributes = {f"clerkwork.{key}": value for key, value in about.items() if key in SENT}
        # What the library would note of an exception has its message in it.
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise

    def close(self) -> None:
        """Send what is left; what a collector does not take in time is lost."""
        self._provider.shutdown()


def open_traces(address: str) -> Traces:
    """Send to a collector's OTLP/HTTP address, e.g. 'http://127.0.0.1:4318/v1/traces'.

    Raises `SetupError` if the packages for it are not installed. A collector that is down fails
    nothing: its client logs that it could not send.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SetupError(
            f"config/workspace.toml: `traces` is set, but {error.name} is not installed. Install "
            "it with `pip install 'clerkwork[otel]'`, or remove the line."
        ) from error
    own = {"service.name": "clerkwork", "service.version": version("clerkwork")}
    # Not the global one: other libraries would send spans of theirs through it. Nothing of the
    # environment goes into the resource either.
    provider = TracerProvider(resource=Resource(own), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=address, timeout=_TIMEOUT)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Traces(provider)
