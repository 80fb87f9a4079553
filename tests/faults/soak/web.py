"""The web server of the month. It lives through all that happens, or is started again."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self

import requests

from sentiment_api.models import Customer, OverallSentiment
from tests.demo.waiting import wait_for
from tests.processes import answers, kill_family, starting_web_server


class Web:
    """One process that answers, and its supervisor."""

    _server: subprocess.Popen[bytes]
    _address: str

    def __init__(self, redis_url: str, ends: ExitStack) -> None:
        self._redis_url = redis_url
        self._ends = ends
        self._start()

    @classmethod
    @contextmanager
    def opened(cls, redis_url: str) -> Iterator[Self]:
        """Until the end of the month."""
        with ExitStack() as ends:
            yield cls(redis_url, ends)

    def is_killed(self) -> None:
        """kill -9, and its supervisor starts another one."""
        kill_family(self._server)
        self._ends.close()
        self._start()

    def check(self) -> None:
        """It answers, and with what is there now."""
        assert wait_for(lambda: answers(self._address), 60)
        said = self._ask("/api/customers/?page_size=500")["results"]
        stored = Customer.objects.values_list("customer_id", "current_sentiment")
        assert {one["customer_id"]: one["current_sentiment"] for one in said} == dict(stored)
        hours = self._ask("/api/sentiment/overall_metrics/?page_size=1")["count"]
        assert hours == OverallSentiment.objects.current().count()

    def _ask(self, path: str) -> dict[str, Any]:
        answer = requests.get(self._address + path, timeout=30)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _start(self) -> None:
        starting = starting_web_server(
            REDIS_URL=self._redis_url, WEB_CONCURRENCY="1", LOG_LEVEL="ERROR"
        )
        self._server, self._address = self._ends.enter_context(starting)
