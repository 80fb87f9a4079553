"""Requests made to take the server from others, at the server as it runs: plain ones are answered
in time meanwhile."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import cycle, islice
from statistics import median
from urllib.parse import urlsplit

import pytest
import requests
from django.utils import timezone

from jobs import bulk
from jobs.clock import to_hour
from sentiment_analysis.web_worker import HEAD_SECONDS
from sentiment_api.identifiers import time_ordered_keys
from sentiment_api.models import Customer, SentimentScore
from tests.factories import CustomerFactory, SentimentScoreFactory
from tests.processes import web_server

IN_TIME = 1.0
"""Seconds for most of several plain requests; alone each takes some milliseconds."""
AT_MOST = 5.0
"""Seconds for any of them, on a machine that others keep busy, too."""
PLAIN = ("/api/customers/", "/api/health/live/", "/graphql/?query={customers{edges{cursor}}}")

WIDE = "{" + " ".join(f"a{n}: customers {{ edges {{ cursor }} }}" for n in range(2000)) + "}"
DEEP = "{ customers { edges { node " * 1 + "{ recentScores " * 400 + "}" * 403
FRAGMENTS = "{ ...f0 } " + " ".join(
    f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60)
)


CUSTOMERS, SCORES = 475, 100
TAKING = ("/graphql/", "/api/config/database/", "/admin/login/")
"""What takes bodies: GraphQL, REST, the admin."""


def largest(customers: int = CUSTOMERS) -> str:
    """The query with the most rows that the limits let through, as a body."""
    scores = f"recentScores(last: {SCORES}) {{ sentimentScore windowStart state }}"
    query = f"{{ customers(first: {customers}) {{ edges {{ node {{ {scores} }} }} }} }}"
    return json.dumps({"query": query})


HEAD = "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = HEAD + "Content-Length: 5000\r\n\r\n{{"


@contextmanager
def slow(address: str, count: int, begin: str, drip: bytes = b"") -> Iterator[list[socket.socket]]:
    """Clients that begin a request, each at the next place in turn, and then stop, or go on byte by
    byte."""
    place = urlsplit(address)
    stop = threading.Event()

    def send() -> None:
        while not stop.wait(0.2):
            for link in links:
                with suppress(OSError):
                    link.send(drip)

    with ExitStack() as stack:
        links = []
        for path in islice(cycle(TAKING), count):
            link = stack.enter_context(socket.create_connection((place.hostname, place.port)))
            link.sendall(begin.format(path=path).encode())
            links.append(link)
        sender = threading.Thread(target=send)
        sender.start()
        try:
            yield links
        finally:
            stop.set()
            sender.join()


def plain_requests_are_answered_in_time(
    address: str, rounds: int = 3, at_most: float = AT_MOST
) -> None:
    """Several of them, one after the other, with a pause after each round."""
    took = []
    for _ in range(rounds):
        time.sleep(0.1)
        for path in PLAIN:
            began = time.monotonic()
            headers = {"Accept": "application/json"}
            answer = requests.get(address + path, headers=headers, timeout=60)
            took.append(time.monotonic() - began)
            assert answer.status_code == 200, path
    assert median(took) < IN_TIME, took
    assert max(took) < at_most, took


def requests_in_one_piece_are_answered(address: str) -> None:
    """Also those that the server has read together with the first."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=30) as link:
        link.sendall(b"GET /api/health/live/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
        answers = b""
        while answers.count(b"HTTP/1.1 200") < 3:
            more = link.recv(10_000)
            assert more, answers
            answers += more


def bombard(address: str, stop: threading.Event) -> set[int]:
    """All probes, one after the other, until it is enough; the statuses that came."""
    seen = set()
    session = requests.Session()
    operations = [WIDE, DEEP, FRAGMENTS, "{" * 100_000, "query " + "#" * 500_000]
    bodies = [json.dumps({"query": text}) for text in operations]
    bodies += [json.dumps([{"query": "{ __typename }"}] * 5000), "[" * 200_000, '{"a":' * 50_000]
    while not stop.is_set():
        for body in bodies:
            headers = {"Content-Type": "application/json"}
            answer = session.post(f"{address}/graphql/", body, headers=headers, timeout=60)
            seen.add(answer.status_code)
        for path in (
            "/api/customers/?page_size=999999999",
            f"/api/customers/?search={'x' * 3500}",
            "/api/sentiment/?page=99999999999999999999",
            f"/api/customers/?{'a=1&' * 900}",
        ):
            seen.add(session.get(address + path, timeout=60).status_code)
        seen.add(session.post(f"{address}/graphql/", b"x" * 11_000_000, timeout=60).status_code)
    return seen


def ask_for_everything(address: str, stop: threading.Event) -> set[int]:
    """The largest query, again and again; the statuses that came."""
    seen = set()
    headers = {"Content-Type": "application/json"}
    while not stop.is_set():
        answer = requests.post(f"{address}/graphql/", largest(), headers=headers, timeout=60)
        seen.add(answer.status_code)
        assert answer.text.count("sentimentScore") == CUSTOMERS * SCORES
    return seen


@contextmanager
def at_once(
    count: int, probe: Callable[[str, threading.Event], set[int]], address: str
) -> Iterator[set[int]]:
    """So many clients that probe meanwhile; the statuses that they saw, at the end."""
    seen: set[int] = set()
    stop = threading.Event()
    with ThreadPoolExecutor(count) as pool:
        probes = [pool.submit(probe, address, stop) for _ in range(count)]
        try:
            yield seen
        finally:
            stop.set()
        seen.update(*(one.result() for one in probes))


def add_rows() -> None:
    """As many as the largest query reads."""
    customers = Customer.objects.bulk_create(CustomerFactory.build() for _ in range(CUSTOMERS))
    one = SentimentScoreFactory.build(customer=customers[0])
    newest, count = to_hour(timezone.now()), CUSTOMERS * SCORES
    hours = [newest - age for age in range(SCORES)] * CUSTOMERS
    alike = ("industry", "raw_score", "score_low", "score_high", "evidence", "state", "fn_count")
    bulk.insert(
        SentimentScore,
        count,
        {
            **{name: getattr(one, name) for name in (*alike, "calculation_method", "fp_count")},
            "sentiment_score": 0.8,
            "job_id": time_ordered_keys(count),
            "customer_id": [customer.pk for customer in customers for _ in range(SCORES)],
            "window_start": bulk.hour_values(hours),
            "window_end": bulk.hour_values(hours, later=1),
            "created_at": bulk.hour_values(hours, later=1),
            "revision": 1,
            "profile_id": one.profile.pk,
        },
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_profile")
def test_plain_requests_are_answered_while_others_probe() -> None:
    add_rows()
    with web_server(KEPT_ANSWERS_MB="0") as address:
        plain_requests_are_answered_in_time(address)  # Everything is loaded.
        beside_probes(address)
        beside_the_largest_query(address)
        beside_slow_bodies(address)
        beside_heads_that_do_not_come(address)


def beside_probes(address: str) -> None:
    """What is refused."""
    with at_once(4, bombard, address) as seen:
        plain_requests_are_answered_in_time(address, rounds=15)
    assert {400, 413} <= seen
    assert not seen & {500, 502, 504}
    refused = requests.post(f"{address}/graphql/", b"x" * 11_000_000, timeout=60)
    assert (refused.status_code, refused.headers["Connection"]) == (413, "close"), "it is closed"
    plain_requests_are_answered_in_time(address)


def beside_the_largest_query(address: str) -> None:
    """What is just not refused: as many as there are processes."""
    headers = {"Content-Type": "application/json"}
    larger = largest(CUSTOMERS + 10)
    refused = requests.post(f"{address}/graphql/", larger, headers=headers, timeout=60)
    assert refused.status_code == 400, "there is no larger one"
    with at_once(2, ask_for_everything, address) as seen:
        plain_requests_are_answered_in_time(address, rounds=15)
    assert seen == {200}


def beside_slow_bodies(address: str) -> None:
    """Wherever bodies are taken."""
    with slow(address, 60, BODY, drip=b" ") as links:
        time.sleep(1)
        plain_requests_are_answered_in_time(address)
        first = {link.recv(40).split()[1] for link in links}
        assert first == {b"408", b"503"}, "late ones are sent away, and one too many at once"
    answer = requests.post(f"{address}/graphql/", json={"query": "{ __typename }"}, timeout=60)
    assert answer.status_code == 200


def beside_heads_that_do_not_come(address: str) -> None:
    """Clients that say nothing, that stop in their head, or send it byte by byte. None of them
    closes, so the server has to."""
    with (
        slow(address, 20, "") as silent,
        slow(address, 20, f"{HEAD}X-Slow: ") as stopped,
        slow(address, 20, f"{HEAD}X-Slow: ", drip=b"x") as dripping,
    ):
        # Sooner than the first of them are given up: there are threads that none of them takes.
        plain_requests_are_answered_in_time(address, at_most=HEAD_SECONDS / 2)
        requests_in_one_piece_are_answered(address)
        for link in (*silent, *stopped, *dripping):
            link.settimeout(30)
            assert link.recv(1) == b""
    plain_requests_are_answered_in_time(address)
