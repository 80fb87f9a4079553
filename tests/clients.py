"""Who asks: a guest, a user without rights, one of the staff."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from pytest_django import Settings
from rest_framework.test import APIClient

from demo.servers import ValkeyServer


@pytest.fixture(autouse=True)
def not_throttled(settings: Settings) -> Iterator[None]:
    """Tests are not throttled by accident, nor do they see what another one cached."""
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES)
    settings.HEALTH_SECONDS = settings.HEALTH_SOURCE_SECONDS = 0
    yield
    caches["local"].clear()


@pytest.fixture
def counted(valkey: ValkeyServer, settings: Settings, redis_url: str) -> Iterator[None]:
    """Callers are counted, on a real server."""
    settings.CACHES = {
        **settings.CACHES,
        "default": {**settings.CACHES["default"], "LOCATION": redis_url},
    }
    yield
    caches["default"].client.get_client().close()  # type: ignore[attr-defined]


@pytest.fixture
def guest() -> APIClient:
    """Nobody in particular."""
    return APIClient()


@pytest.fixture
def user_without_rights(db: None) -> APIClient:
    """Signed in, but not staff."""
    client = APIClient()
    client.force_authenticate(User.objects.create_user("visitor"))
    return client


@pytest.fixture
def staff(db: None) -> APIClient:
    """One of the operators."""
    client = APIClient()
    client.force_authenticate(User.objects.create_user("operator", is_staff=True))
    return client
