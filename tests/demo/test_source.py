"""The invented source database: loaded whole, fed exactly, read by a role that may not write."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest

from demo import source
from demo.reports import HISTORY, Reports
from demo.servers import PostgresServer

NOW = datetime(2026, 3, 18, 14, 23, 45, tzinfo=UTC)
START = (NOW - HISTORY).replace(minute=0, second=0)


def ask(connection: Any, question: str) -> Any:
    with connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def test_first_load_holds_a_month(source_connection: Any, reports: Reports) -> None:
    assert not source.is_loaded(source_connection)

    brought = source.load(source_connection, reports, NOW)

    assert source.is_loaded(source_connection)
    assert source.fed_until(source_connection) == NOW
    assert source.first_hour(source_connection) == START
    [(count, first, last)] = ask(
        source_connection, "SELECT count(*), min(reported_at), max(reported_at) FROM email_samples"
    )
    assert count == brought > 60_000
    assert START.replace(tzinfo=None) <= first
    assert last <= NOW.replace(tzinfo=None)
    assert ask(source_connection, "SELECT count(*), max(customer_id) FROM customers") == [
        (200, 200)
    ]
    assert ask(source_connection, "SELECT nextval('customers_customer_id_seq')") == [(201,)]


def test_feeding_in_steps_is_loading_at_once(
    source_server: PostgresServer, reports: Reports
) -> None:
    """A gap of a night and ticks of some seconds end in the very reports of one later load."""
    earlier = NOW - timedelta(hours=9)
    stepwise, whole = _two_sources(source_server)
    try:
        source.load(stepwise, reports, earlier)
        source.feed(stepwise, reports, NOW - timedelta(minutes=1))
        for second in range(0, 61, 3):
            source.feed(stepwise, reports, NOW - timedelta(seconds=60 - second))
        source.load(whole, reports, NOW)
        rows = f"""SELECT customer_id, sample_type, reported_at, email_data FROM email_samples
                   WHERE reported_at >= '{START.replace(tzinfo=None)}' ORDER BY 3, 1, 4"""
        assert ask(stepwise, rows) == ask(whole, rows)
    finally:
        stepwise.close()
        whole.close()


def test_feeding_twice_brings_nothing(source_connection: Any, reports: Reports) -> None:
    source.load(source_connection, reports, NOW)
    later = NOW + timedelta(hours=3)
    assert source.feed(source_connection, reports, later) > 100
    assert source.feed(source_connection, reports, later) == 0
    assert source.feed(source_connection, reports, NOW) == 0


def test_some_reports_lie_hours_back(source_connection: Any, reports: Reports) -> None:
    source.load(source_connection, reports, NOW)
    [(last,)] = ask(source_connection, "SELECT max(id) FROM email_samples")
    source.feed(source_connection, reports, NOW + timedelta(hours=1))
    back = NOW.replace(tzinfo=None) - timedelta(hours=1)
    late = f"SELECT count(*) FROM email_samples WHERE id > {last} AND reported_at < '{back}'"
    assert ask(source_connection, late)[0][0] > 0


def test_interrupted_load_leaves_nothing(source_connection: Any) -> None:
    class Broken(Reports):
        def arriving(self, *_: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        source.load(source_connection, Broken(), NOW)
    assert not source.is_loaded(source_connection)


def test_reader_reads_and_does_not_write(
    source_server: PostgresServer, source_connection: Any, reports: Reports
) -> None:
    source.load(source_connection, reports, NOW)
    source.allow_reader(source_connection, "first")
    source.allow_reader(source_connection, "second")
    reader = psycopg2.connect(
        host=source_server.host,
        port=source_server.port,
        dbname=source_connection.info.dbname,
        user=source.READER,
        password="second",
    )
    try:
        assert ask(reader, "SELECT count(*) FROM customers") == [(200,)]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(reader, "DELETE FROM email_samples RETURNING id")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(reader, "SELECT fed_until FROM feeder.progress")
    finally:
        reader.close()


def _two_sources(server: PostgresServer) -> tuple[Any, Any]:
    for name in ("stepwise", "whole"):
        server.drop_database(name)
        server.create_database(name)
    return server.connect("stepwise"), server.connect("whole")
