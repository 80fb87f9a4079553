"""Requests made to take the server from others, at the server as it runs: a plain one is answered
in time meanwhile."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from tests.factories import CustomerFactory
from tests.processes import web_server

SECONDS = 8.0
"""A plain request takes some milliseconds; so long only on a machine that is very busy."""
PLAIN = ("/api/customers/", "/api/health/live/", "/graphql/?query={customers{edges{cursor}}}")

WIDE = "{" + " ".join(f"a{n}: customers {{ edges {{ cursor }} }}" for n in range(2000)) + "}"
DEEP = "{ customers { edges { node " * 1 + "{ recentScores " * 400 + "}" * 403
FRAGMENTS = "{ ...f0 } " + " ".join(
    f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60)
)


@contextmanager
def slow(address: str, path: str, count: int, head: str = "") -> Iterator[list[socket.socket]]:
    """Clients that announce a body and send it byte by byte, or stop in their headers."""
    place = urlsplit(address)
    with ExitStack() as stack:
        links = []
        for _ in range(count):
            link = stack.enter_context(socket.create_connection((place.hostname, place.port)))
            link.sendall(
                (
                    f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + (head or "Content-Length: 5000\r\n\r\n{")
                ).encode()
            )
            links.append(link)
        stop = threading.Event()

        def send() -> None:
            while not stop.wait(0.2):
                for link in links:
                    try:
                        link.send(b" ")
                    except OSError:
                        continue

        sender = threading.Thread(target=send)
        if not head:
            sender.start()
        try:
            yield links
        finally:
            stop.set()
            if not head:
                sender.join()


def longest_answer(address: str) -> float:
    """The seconds that the slowest of some plain requests takes."""
    took = []
    for _ in range(3):
        for path in PLAIN:
            began = time.monotonic()
            headers = {"Accept": "application/json"}
            answer = requests.get(address + path, headers=headers, timeout=60)
            took.append(time.monotonic() - began)
            assert answer.status_code == 200, path
    return max(took)


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_profile")
def test_a_plain_request_is_answered_while_others_probe() -> None:
    for _ in range(30):
        CustomerFactory()
    with web_server() as address, ThreadPoolExecutor(4) as pool:
        longest_answer(address)  # Everything is loaded.
        stop = threading.Event()
        probes = [pool.submit(bombard, address, stop) for _ in range(4)]
        try:
            assert longest_answer(address) < SECONDS
        finally:
            stop.set()
        seen = set().union(*(probe.result() for probe in probes))
        assert {400, 413} <= seen
        assert not seen & {500, 502, 504}
        assert longest_answer(address) < SECONDS, "it has recovered"

        with slow(address, "/graphql/", 60) as links:
            time.sleep(1)
            assert longest_answer(address) < SECONDS
            first = {link.recv(40).split()[1] for link in links}
            assert first == {b"408", b"503"}, "late ones are sent away, and one too many at once"
        answer = requests.post(f"{address}/graphql/", json={"query": "{ __typename }"}, timeout=60)
        assert answer.status_code == 200

        with slow(address, "/graphql/", 20, head="X-Slow: "):
            # They are given up after 5 s, and do not close.
            until = time.monotonic() + 8
            while time.monotonic() < until:
                assert longest_answer(address) < SECONDS
                time.sleep(0.1)
