"""Servers and builders that all tests share."""

import logging
from collections.abc import Iterator

import django_rq
import pytest
from pytest_django import Settings

from config.models import DatabaseConfig, ScoringProfile
from demo.servers import PostgresServer, ValkeyServer
from sentiment_api import kept
from sentiment_api.cache import outage_of
from tests.source import SourceDatabase

pytest_plugins = ["tests.browser"]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test process."""
    with PostgresServer(tmp_path_factory.mktemp("postgres"), throwaway=True) as server:
        yield server


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """A Valkey server of this test process."""
    with ValkeyServer(tmp_path_factory.mktemp("valkey"), throwaway=True) as server:
        yield server


@pytest.fixture(scope="session")
def source_database(postgres: PostgresServer) -> Iterator[SourceDatabase]:
    """The vendor's database, made once."""
    with SourceDatabase.on(postgres) as database:
        yield database


@pytest.fixture
def source(source_database: SourceDatabase, db: None) -> SourceDatabase:
    """The vendor's database, empty, and the active connection to it."""
    source_database.clear()
    DatabaseConfig.objects.create(
        name="source", is_active=True, **source_database.connection_kwargs
    )
    return source_database


@pytest.fixture
def redis_url(valkey: ValkeyServer, settings: Settings) -> str:
    """An empty Redis that the settings name."""
    url = valkey.url()
    connection = valkey.connect()
    for key in connection.scan_iter("*"):
        connection.delete(key)
    settings.REDIS_URL = url
    settings.RQ_QUEUES = {name: {**queue, "URL": url} for name, queue in settings.RQ_QUEUES.items()}
    assert django_rq.get_connection("high").ping()
    return url


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Each test has data of its own, under versions that others had before."""
    kept.forget()
    outage_of.cache_clear()


@pytest.fixture(autouse=True)
def _quiet_ledger() -> Iterator[None]:
    """Failed runs are expected here; their log lines are not of interest."""
    logger = logging.getLogger("jobs.ledger")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.fixture
def first_profile(transactional_db: None) -> None:
    """Tests that commit begin with empty tables: put back what the migrations made."""
    if not ScoringProfile.objects.exists():
        profile = ScoringProfile()
        profile.save()
        profile.activate()
