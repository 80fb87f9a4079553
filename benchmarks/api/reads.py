"""The reads, as every side wants to be asked, and their answers in one form."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from benchmarks.api.fields import CUSTOMER, SCORE, SEGMENT, TIMES
from benchmarks.load import Request

HISTORY = (*SCORE, "customer_id", "company_name")
COLUMNS = (
    *("industry", "window_start", "total_customers", "avg_sentiment_score", "total_fn_count"),
    *("total_fp_count", "standing_sentiment_score", "standing_low", "standing_high"),
)
PAGES = 5
"""2,400 rows of industries; a page of REST has at most 500."""


@dataclass(frozen=True)
class Read:
    """Requests that together make one read, and how rows are found in their answers."""

    requests: Sequence[Request]
    fields: Sequence[str]
    rows: Callable[[Any], Iterable[Mapping[str, Any]]]

    def normal(self, answers: Iterable[bytes]) -> list[tuple[Any, ...]]:
        """The rows of all answers, without the spelling of each side."""
        return [
            tuple(_normal(name, row[name]) for name in self.fields)
            for answer in answers
            for row in self.rows(orjson.loads(answer))
        ]


def _normal(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in TIMES:
        return datetime.fromisoformat(value)
    if name == "customer_id":
        return int(value)
    return value.lower() if name == "state" else value


def _rest(path: str) -> Request:
    return Request(path, headers={"Accept": "application/json"})


def _results(answer: Any) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = answer["results"]
    return rows


REST_PAGE = Read([_rest("/api/customers/")], CUSTOMER, _results)
REST_HISTORY = Read([_rest("/api/customers/1/sentiment_history/?page_size=240")], HISTORY, _results)
REST_SEGMENTS = Read(
    [
        _rest(f"/api/sentiment/segment_analysis/?page_size={2400 // PAGES}&page={number + 1}")
        for number in range(PAGES)
    ],
    SEGMENT,
    _results,
)
BARE_PAGE = Read([_rest("/customers/")], CUSTOMER, _results)
BARE_HISTORY = Read([_rest("/history/1/")], HISTORY, _results)
BARE_SEGMENTS = Read([_rest("/segments/")], SEGMENT, _results)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _graphql(document: str) -> Request:
    body = orjson.dumps({"query": document}).decode()
    return Request(
        "/graphql/", body, {"Content-Type": "application/json", "Accept": "application/json"}
    )


def _selection(names: Iterable[str], **others: str) -> str:
    """The fields, with the names of REST as aliases; `others` are called otherwise there."""
    return " ".join(f"{name}: {others.get(name, _camel(name))}" for name in names)


def _nodes(answer: Any) -> Iterator[Mapping[str, Any]]:
    """The rows of the only field, whatever shape lists have; objects within are laid flat."""
    (found,) = answer["data"].values()
    if isinstance(found, dict):
        found = found.get("nodes") or [edge["node"] for edge in found["edges"]]
    for node in found:
        flat = dict(node)
        for inner in [value for value in node.values() if isinstance(value, dict)]:
            flat |= inner
        yield flat


_OF_SCORE = ("current_score", "fn_count", "fp_count")
_OWN = [name for name in CUSTOMER if name not in _OF_SCORE]
_INNER = _selection(_OF_SCORE, current_score="jobId")
GRAPHQL_PAGE = Read(
    [
        _graphql(
            "{ customers(first: 50) { edges { node { "
            + _selection(_OWN, location_state="state", state="scoreState")
            + f" currentScore {{ {_INNER} }} }} }} }} }}"
        )
    ],
    CUSTOMER,
    _nodes,
)
GRAPHQL_HISTORY = Read(
    [_graphql(f'{{ customerSentimentHistory(customerId: "1") {{ {_selection(HISTORY)} }} }}')],
    HISTORY,
    _nodes,
)
GRAPHQL_SEGMENTS = Read(
    [_graphql(f"{{ industrySentimentComparison {{ {_selection(SEGMENT)} }} }}")], SEGMENT, _nodes
)


GRAPHQL_SEGMENTS_BY_GET = Read(
    [
        _rest(f"/graphql/?{urlencode({'query': orjson.loads(one.body)['query']})}")
        for one in GRAPHQL_SEGMENTS.requests
    ],
    SEGMENT,
    _nodes,
)


def _columns(answer: Any) -> Iterator[Mapping[str, Any]]:
    """The rows that columns stand for, oldest first, as lists have them."""
    (found,) = answer["data"].values()
    rows: list[Mapping[str, Any]] = []
    for series in found:
        lists = {name: value for name, value in series.items() if isinstance(value, list)}
        rows += [
            {"industry": series["industry"], **dict(zip(lists, values, strict=True))}
            for values in zip(*lists.values(), strict=True)
        ]
    return iter(sorted(rows, key=lambda row: (row["window_start"], row["industry"])))


GRAPHQL_SERIES = Read(
    [_graphql(f"{{ segmentSeries {{ {_selection(COLUMNS)} }} }}")], COLUMNS, _columns
)


def _postgraphile(arguments: str, selection: str) -> Request:
    return _graphql(f"{{ {arguments} {{ nodes {{ {selection} }} }} }}")


_THEIR_CUSTOMER = (
    _selection(_OWN, location_state="state", state="currentState")
    + f" sentimentApiSentimentscoreByCurrentScoreId {{ {_INNER} }}"
)
_THEIR_SCORE = (
    _selection(SCORE)
    + f" sentimentApiCustomerByCustomerId {{ {_selection(('customer_id', 'company_name'))} }}"
)
POSTGRAPHILE_PAGE = Read(
    [
        _postgraphile(
            "allSentimentApiCustomers(first: 50, orderBy: [COMPANY_NAME_ASC, CUSTOMER_ID_ASC])",
            _THEIR_CUSTOMER,
        )
    ],
    CUSTOMER,
    _nodes,
)


def _their_history(direction: str) -> Read:
    order = f"[WINDOW_START_{direction}, JOB_ID_{direction}]"
    field = f'allSentimentApiSentimentscores(condition: {{customerId: "1"}}, orderBy: {order})'
    return Read([_postgraphile(field, _THEIR_SCORE)], HISTORY, _nodes)


def _their_segments(direction: str, names: Sequence[str]) -> Read:
    order = f"[WINDOW_START_{direction}, INDUSTRY_ASC]"
    field = f"allSentimentApiSegmentsentiments(orderBy: {order})"
    return Read([_postgraphile(field, _selection(names))], names, _nodes)


POSTGRAPHILE_HISTORY_DOWN, POSTGRAPHILE_HISTORY_UP = map(_their_history, ("DESC", "ASC"))
POSTGRAPHILE_SEGMENTS_DOWN = _their_segments("DESC", SEGMENT)
POSTGRAPHILE_SEGMENTS_UP = _their_segments("ASC", SEGMENT)
POSTGRAPHILE_COLUMNS = _their_segments("ASC", COLUMNS)
