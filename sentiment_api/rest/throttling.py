"""How often who may ask. Counted in the cache; while that is away, everyone may."""

import base64
import hashlib
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from sentiment_api.rest.access import is_staff

PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


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
        if cache.add(self._key, 0, self.period + 1) is None:  # The cache is away.
            return True
        try:
            count = cache.incr(self._key)
        except ValueError:  # The period ended in between: the next one begins with this.
            return True
        return count is None or count <= self.limit

    def is_used_up(self) -> bool:
        """Has the limit been reached?"""
        return self.limit is not None and (cache.get(self._key) or 0) >= self.limit


def parse_rate(rate: str) -> tuple[int, int]:
    """How many in how many seconds: 300/minute is (300, 60)."""
    number, _, period = rate.partition("/")
    return int(number), PERIODS[period]


def address(request: Request) -> str:
    """Where a request comes from, as far as NUM_PROXIES lets it be known."""
    return BaseThrottle().get_ident(request) or ""


def brings_token(request: Request) -> bool:
    """Does the sign-in use a token, not a password?"""
    return request.headers.get("Authorization", "").lower().startswith(("token ", "bearer "))


def who_signs_in(request: Request) -> str:
    """Whose failures are counted together: those from an address, with the same name where there
    is one."""
    return f"{address(request)}:{_name_hash(request.headers.get('Authorization', ''))}"


def _name_hash(header: str) -> str:
    scheme, _, content = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        name = base64.b64decode(content, validate=True).partition(b":")[0]
    except ValueError:
        return ""
    return hashlib.sha256(name).hexdigest()[:32]


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
