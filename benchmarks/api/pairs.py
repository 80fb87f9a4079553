"""Which reads are set against which."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from benchmarks.api import reads
from benchmarks.api.reads import Read
from benchmarks.api.servers import bare, ours_cold, ours_warm, postgraphile
from benchmarks.benchmark import Benchmark, Ratio, Side
from benchmarks.load import LoadError, Request, answer, rate
from benchmarks.servers import Server
from benchmarks.stage import Stage

Maker = Callable[[Stage], AbstractContextManager[Server]]
_SIDES = {"cold": ours_cold, "warm": ours_warm}
_WORKED_OUT = {"cold": "worked out", "warm": "kept from before"}


def asking(stage: Stage, maker: Maker, read: Read) -> Side:
    """Reads a second from a server."""
    server = stage.have(maker)
    return Side(
        server.name,
        lambda: rate(server, read.requests, stage.folder) / len(read.requests),
        lambda: read.normal(body for _, _, body in _answers(server, read.requests)),
    )


def asking_again(stage: Stage, maker: Maker, read: Read) -> Side:
    """Reads a second by somebody who has the answers: 304 for each request."""
    server = stage.have(maker)

    def again() -> list[Request]:
        tags = [headers["ETag"] for _, headers, _ in _answers(server, read.requests)]
        return [
            replace(request, headers={**request.headers, "If-None-Match": tag})
            for request, tag in zip(read.requests, tags, strict=True)
        ]

    def kept() -> list[tuple[object, ...]]:
        for request in again():
            status, _, body = answer(server, request)
            if (status, body) != (304, b""):
                raise LoadError(f"{server.name} answered {status} instead of 304")
        return read.normal(body for _, _, body in _answers(server, read.requests))

    return Side(
        f"{server.name}, 304",
        lambda: rate(server, again(), stage.folder) / len(read.requests),
        kept,
    )


def _answers(
    server: Server, requests: Sequence[Request]
) -> list[tuple[int, dict[str, str], bytes]]:
    found = [answer(server, request) for request in requests]
    for status, _, body in found:
        if status != 200:
            raise LoadError(f"{server.name} answered {status}: {body[:300]!r}")
    return [(status, dict(headers), body) for status, headers, body in found]


def _two(mine: Maker, read: Read, theirs: Maker, other: Read, stage: Stage) -> tuple[Side, Side]:
    return asking(stage, mine, read), asking(stage, theirs, other)


def _pair(
    name: str,
    work: str,
    how: str,
    read: Read,
    theirs: Maker,
    other: Read,
    must: float | None = None,
    aim: float | None = None,
) -> Benchmark:
    return Benchmark(
        f"{name}-{how}",
        f"{work}, {_WORKED_OUT[how]}",
        Ratio.RATE,
        partial(_two, _SIDES[how], read, theirs, other),
        must,
        aim,
    )


_PAGE = "50 customers with current score"
_HISTORY = "240 windows of a customer"
_SEGMENTS = "2,400 rows of industries"


def _rest(how: str) -> list[Benchmark]:
    """Against a bare Django and against PostGraphile."""
    r = reads
    return [
        _pair("rest-page", f"REST, {_PAGE}", how, r.REST_PAGE, bare, r.BARE_PAGE, 0.8, 0.95),
        _pair(
            *("rest-history", f"REST, {_HISTORY}", how, r.REST_HISTORY),
            *(bare, r.BARE_HISTORY, 1.0, 1.3),
        ),
        _pair(
            *("rest-segments", f"REST, {_SEGMENTS}", how, r.REST_SEGMENTS),
            *(bare, r.BARE_SEGMENTS, 1.0, 1.7),
        ),
        _pair(
            *("rest-postgraphile-page", f"REST, {_PAGE}", how, r.REST_PAGE),
            *(postgraphile, r.POSTGRAPHILE_PAGE),
        ),
        _pair(
            *("rest-postgraphile-history", f"REST, {_HISTORY}", how, r.REST_HISTORY),
            *(postgraphile, r.POSTGRAPHILE_HISTORY_DOWN, 1.0, 1.1),
        ),
        _pair(
            *("rest-postgraphile-segments", f"REST, {_SEGMENTS}", how, r.REST_SEGMENTS),
            *(postgraphile, r.POSTGRAPHILE_SEGMENTS_DOWN, 1.0, 1.7),
        ),
    ]


def _graphql(how: str, page: tuple[float, float], others: tuple[float, float]) -> list[Benchmark]:
    """Against PostGraphile, node by node."""
    r = reads
    return [
        _pair(
            *("graphql-page", f"GraphQL, {_PAGE}", how, r.GRAPHQL_PAGE),
            *(postgraphile, r.POSTGRAPHILE_PAGE, *page),
        ),
        _pair(
            *("graphql-history", f"GraphQL, {_HISTORY}", how, r.GRAPHQL_HISTORY),
            *(postgraphile, r.POSTGRAPHILE_HISTORY_UP, *others),
        ),
        _pair(
            *("graphql-segments", f"GraphQL, {_SEGMENTS}", how, r.GRAPHQL_SEGMENTS),
            *(postgraphile, r.POSTGRAPHILE_SEGMENTS_UP, *others),
        ),
    ]


def _not_modified(read: Read, stage: Stage) -> tuple[Side, Side]:
    return asking_again(stage, ours_warm, read), asking(stage, ours_cold, read)


PAIRS = (
    *_rest("cold"),
    *_rest("warm"),
    *_graphql("cold", (0.15, 0.25), (0.15, 0.25)),
    _pair(
        *("graphql-series", f"GraphQL, {_SEGMENTS} as columns", "cold", reads.GRAPHQL_SERIES),
        *(postgraphile, reads.POSTGRAPHILE_COLUMNS, 1.0, 1.7),
    ),
    *_graphql("warm", (1.0, 1.25), (1.0, 2.0)),
    Benchmark(
        "graphql-304",
        f"GraphQL by GET, {_SEGMENTS}: 304 against the full answer, worked out",
        Ratio.RATE,
        partial(_not_modified, reads.GRAPHQL_SEGMENTS_BY_GET),
        8,
        10,
    ),
    Benchmark(
        "rest-304",
        f"REST, {_SEGMENTS}: 304 for each of five pages against full ones, worked out",
        Ratio.RATE,
        partial(_not_modified, reads.REST_SEGMENTS),
    ),
)
