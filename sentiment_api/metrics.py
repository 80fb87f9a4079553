"""How long requests take, counted in this process.

Under gunicorn each process writes its counts into files in `PROMETHEUS_MULTIPROC_DIR`, and
whichever answers adds them up. Every set of labels is bounded: names of routes, known methods,
classes of statuses; nothing a client chooses.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Protocol

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

OF_PROCESS = CollectorRegistry()
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Histogram(
    "sentiment_http_request_duration_seconds",
    "Duration of requests by the name of their route.",
    ("route", "method", "status"),
    buckets=SECONDS,
    registry=OF_PROCESS,
)
OPERATIONS = Histogram(
    "sentiment_graphql_operation_duration_seconds",
    "Duration of GraphQL operations by their type; unreadable: refused before it was known.",
    ("type",),
    buckets=SECONDS,
    registry=OF_PROCESS,
)


class _Typed(Protocol):
    operation_type: str


def of_all_processes() -> CollectorRegistry:
    """The counts of every web process, or of this one where no other is known."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return OF_PROCESS
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def request_answered(route: str, method: str | None, status: int, seconds: float) -> None:
    """Count a request."""
    known = method if method in METHODS else "other"
    REQUESTS.labels(route, known, f"{status // 100}xx").observe(seconds)


@contextmanager
def graphql_operation(operation: _Typed) -> Iterator[None]:
    """Count a GraphQL operation, whatever becomes of it."""
    began = perf_counter()
    try:
        yield
    finally:
        OPERATIONS.labels(operation.operation_type).observe(perf_counter() - began)
