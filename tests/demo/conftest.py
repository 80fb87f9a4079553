"""One PostgreSQL for the tests of the demo, and a source of its own for each test that asks."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.reports import Reports
from demo.servers import PostgresServer


@pytest.fixture(scope="session")
def source_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    folder: Path = tmp_path_factory.mktemp("source") / "server"
    with PostgresServer(folder, throwaway=True) as server:
        yield server


@pytest.fixture
def source_url(source_server: PostgresServer) -> Iterator[str]:
    name = f"source_{uuid.uuid4().hex}"
    source_server.create_database(name)
    yield source_server.url(name)
    source_server.drop_database(name)


@pytest.fixture
def source_connection(source_url: str) -> Iterator[Any]:
    import psycopg2

    connection = psycopg2.connect(source_url)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def reports() -> Reports:
    return Reports()
