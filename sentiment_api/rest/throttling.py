"""How often who may ask. Counted in the cache; while that is away, everyone may, save that failed
sign-ins are then counted by each process for itself."""

import hashlib
import time
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from rest_framework.authentication import BasicAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from sentiment_api.rest.access import is_staff
from sentiment_api.rest.tallies import InParts, OfAllProcesses, OfThisProcess

PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
FAILED_SIGN_INS = "failed sign-ins"
OF_ADDRESS = "failed sign-ins of an address"


class Counter:
    """Counts what one caller does in the current period, against a rate of the settings."""

    def __init__(self, scope: str, caller: str) -> None:
        rate = settings.THROTTLE_RATES[scope]
        self.limit: int | None = None
        self.period = 1
        if rate:
            self.limit, self.period = parse_rate(rate)
        now = time.time()
        number = int(now // self.period)
        self.seconds_left = (number + 1) * self.period - now
        self._key = f"throttle:{scope.replace(' ', '-')}:{caller}:{number}"

    def add(self) -> bool:
        """Count one more; is it within the limit?"""
        if self.limit is None:
            return True
        count = self._one_more(self.limit)
        return count is None or count <= self.limit

    def _one_more(self, limit: int) -> int | None:
        return InParts(limit).add(self._key, self.period + 1)


class GuessCounter(Counter):
    """Counts failed sign-ins: they are few, and each of them counts, also while Redis is away."""

    def __init__(self, scope: str, caller: str) -> None:
        super().__init__(scope, caller)
        self._everywhere, self._here = OfAllProcesses(), OfThisProcess(caches["local"])

    def _one_more(self, _limit: int) -> int | None:
        seconds = self.period + 1
        count = self._everywhere.add(self._key, seconds)
        return self._here.add(self._key, seconds) if count is None else count

    def is_used_up(self) -> bool:
        """Has the limit been reached?"""
        if self.limit is None:
            return False
        return any(store.count(self._key) >= self.limit for store in (self._everywhere, self._here))


@cache
def parse_rate(rate: str) -> tuple[int, int]:
    """How many in how many seconds: 300/minute is (300, 60)."""
    number, _, period = rate.partition("/")
    return int(number), PERIODS[period]


def address(request: Request | HttpRequest) -> str:
    """Where a request comes from, as far as NUM_PROXIES lets it be known."""
    return BaseThrottle().get_ident(request) or ""  # type: ignore[arg-type]


def brings_token(request: Request) -> bool:
    """Does the sign-in use a token, not a password?"""
    return get_authorization_header(request).lower().split()[:1] in ([b"token"], [b"bearer"])


class Failures:
    """Failed sign-ins from one address: those with one name, and those with any."""

    def __init__(self, place: str, name: str) -> None:
        known = hashlib.sha256(name.encode()).hexdigest()[:32] if name else ""
        self._counters = [
            GuessCounter(FAILED_SIGN_INS, f"{place}:{known}"),
            GuessCounter(OF_ADDRESS, place),
        ]

    def add(self) -> None:
        """Count one more."""
        for counter in self._counters:
            counter.add()

    def seconds_to_wait(self) -> float:
        """The seconds until a password is looked at again; 0 if it is now."""
        used_up = (counter.seconds_left for counter in self._counters if counter.is_used_up())
        return max(used_up, default=0.0)


def failures_of(request: Request | HttpRequest, name: str | None = None) -> Failures:
    """The failed sign-ins that count against a request, whether they came to an API or to the
    page. The name is that in its header, if none is given."""
    return Failures(address(request), _name_in(request) if name is None else name)


class _NameAlone(BasicAuthentication):
    """Reads the header as it is read to sign in: a guess that is looked at counts by its name."""

    def authenticate_credentials(self, userid: str, _password: str, _request: Any = None) -> Any:
        """The name, whoever has it."""
        return userid


def _name_in(request: Request | HttpRequest) -> str:
    try:
        name: Any = _NameAlone().authenticate(request)  # type: ignore[arg-type]
    except AuthenticationFailed:
        return ""
    return name or ""


class ByRole(BaseThrottle):
    """One limit for guests, by address, and one for staff, by user."""

    def __init__(self) -> None:
        self._wait = 0.0

    def allow_request(self, request: Request, _view: Any) -> bool:
        """Count the request."""
        if is_staff(request):
            counter = Counter("staff", str(request.user.pk))
        else:
            counter = Counter("guest", address(request))
        self._wait = counter.seconds_left
        return counter.add()

    def wait(self) -> float:
        """Seconds until the next period."""
        return self._wait
