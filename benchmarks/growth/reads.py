"""How each read grows with the rows behind it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from benchmarks.growth import rows
from benchmarks.growth.asked import body, changed, product, taken_by, unchanged
from benchmarks.growth.curve import Curve, Point
from benchmarks.load import Request
from benchmarks.processes import Taken
from benchmarks.servers import Server, environment, manage
from benchmarks.stage import Stage

TIMES = (1, 10, 100)
PAGE, DEEP = 50, 1_000
Say = Callable[[str], None]


def rest(path: str, **parameters: object) -> Request:
    """A GET of REST."""
    asked = f"?{urlencode(parameters)}" if parameters else ""
    return Request(f"/api/{path}/{asked}", headers={"Accept": "application/json"})


def graphql(document: str) -> Request:
    """A POST of a GraphQL query."""
    body = orjson.dumps({"query": document}).decode()
    return Request(
        "/graphql/", body, {"Content-Type": "application/json", "Accept": "application/json"}
    )


def _newest(windows: int) -> str:
    start, end = (
        f"{datetime.fromtimestamp(hour * 3600, UTC):%Y-%m-%dT%H:00:00Z}"
        for hour in (rows.LAST_HOUR - windows, rows.LAST_HOUR)
    )
    return f'timeRange: {{startDate: "{start}", endDate: "{end}"}}'


_CUSTOMER = "customerId companyName industry currentSentiment scoreState"
_SCORE = "sentimentScore scoreLow scoreHigh windowStart windowEnd fnCount fpCount"
_MEANS = "avgSentimentScore totalCustomers totalFnCount totalFpCount windowStart"


def customers(arguments: str = "first: 50", more: str = "") -> Request:
    """A page of customers, by cursor."""
    return graphql(f"{{ customers({arguments}) {{ edges {{ node {{ {_CUSTOMER} }} }} {more} }} }}")


READS: Mapping[str, Request] = {
    "REST, customers": rest("customers"),
    "REST, scores of a customer": rest("customers/1/sentiment_history"),
    "REST, industries": rest("sentiment/segment_analysis"),
    "REST, the product": rest("sentiment/overall_metrics"),
    "REST, scores": rest("sentiment"),
    "GraphQL, customers": customers(),
    "GraphQL, scores of a customer": graphql(
        f'{{ customerSentimentHistory(customerId: "1", {_newest(50)}) {{ {_SCORE} }} }}'
    ),
    "GraphQL, industries": graphql(
        f"{{ industrySentimentComparison({_newest(5)}) {{ industry {_MEANS} }} }}"
    ),
    "GraphQL, the product": graphql(f"{{ sentimentTrends({_newest(50)}) {{ {_MEANS} }} }}"),
    "GraphQL, scores": graphql(
        f"{{ sentimentScores(first: 50) {{ edges {{ node {{ {_SCORE} }} }} }} }}"
    ),
}
"""Fifty rows each, of however many there are."""


def reads(stage: Stage, say: Say) -> tuple[list[Curve], list[dict[str, Any]]]:
    """Curves of all reads, after a change of the data and without one; and what a page far behind
    takes, at the largest size."""
    found: dict[str, list[Point]] = {}
    for times in TIMES:
        with _filled(stage, times) as (file, server):
            for work, request in READS.items():
                for when, before in (("after a run", changed(file)), ("again", unchanged)):
                    taken = taken_by(server, request, before)
                    found.setdefault(f"{work}, {when}", []).append(Point.of(times, [taken]))
                    say(f"    {times} times, {work}, {when}: {taken.processor * 1000:.2f} ms")
            if times == TIMES[-1]:
                far = list(_pages(server, say))
    return [Curve(work, points) for work, points in found.items()], far


@contextmanager
def _filled(stage: Stage, times: int) -> Iterator[tuple[Path, Server]]:
    file = stage.folder / f"rows-{times}.sqlite3"
    settings = environment(stage, f"sqlite:///{file}")
    manage(settings, "django", "migrate", "--noinput", "--verbosity", "0")
    manage(settings, "benchmarks.growth.rows", str(times))
    try:
        with product(settings, stage.folder) as server:
            yield file, server
    finally:
        file.unlink()


def _pages(server: Server, say: Say) -> Iterator[dict[str, Any]]:
    """Page 1 and page 1,000 of customers, by number and by cursor."""
    behind = cursor_of(server, (DEEP - 1) * PAGE)
    for work, request in {
        "REST, page 1": rest("customers"),
        "REST, page 1,000": rest("customers", page=DEEP),
        "GraphQL by cursor, page 1": customers(f"first: {PAGE}"),
        "GraphQL by cursor, page 1,000": customers(f'first: {PAGE}, after: "{behind}"'),
    }.items():
        taken = taken_by(server, request, unchanged)
        say(f"    {work}: {taken.processor * 1000:.2f} ms")
        yield shown(work, taken)


def shown(work: str, taken: Taken) -> dict[str, Any]:
    """What one kind of work took, for a table."""
    return {
        "work": work,
        "processor": taken.processor,
        "wall": taken.wall,
        "memory": taken.memory,
    }


def cursor_of(server: Server, place: int) -> str:
    """The cursor of the customer at a place, counted from 1: by walking there in large pages."""
    cursor, left = "", place
    while left:
        size = min(left, 500)
        after = f', after: "{cursor}"' if cursor else ""
        request = graphql(f"{{ customers(first: {size}{after}) {{ pageInfo {{ endCursor }} }} }}")
        said = orjson.loads(body(server, request))
        cursor, left = said["data"]["customers"]["pageInfo"]["endCursor"], left - size
    return cursor
