"""What can be wrong with a source: one clear line, a failed run, nothing half written."""

from collections.abc import Callable

import pytest

from config.models import DatabaseConfig
from jobs.health import SOURCE_SECONDS, Level, look_at_source
from jobs.models import PipelineRun, Reprocess, RunStatus, Window
from jobs.pipeline import backfill_run, execute
from jobs.source.connection import Source, SourceError, open_source
from sentiment_api.models import SyncJob
from tests.jobs.conftest import at
from tests.source import SourceDatabase


def change(**values: object) -> Callable[[SourceDatabase], None]:
    def apply(_: SourceDatabase) -> None:
        config = DatabaseConfig.active()
        for name, value in values.items():
            setattr(config, name, value)
        config.save()

    return apply


def run_sql(statement: str) -> Callable[[SourceDatabase], None]:
    def apply(source: SourceDatabase) -> None:
        source.sql(statement)

    return apply


BREAKAGES = [
    (change(port=1), None, "127.0.0.1:1/email_security", "check host and port"),
    (change(password="wrong"), None, "password authentication failed", "check user name"),
    (change(database_name="elsewhere"), None, '"elsewhere" does not exist', "check the database"),
    (change(sslmode="require"), None, "SSL", "check the sslmode"),
    (
        run_sql("ALTER TABLE email_samples RENAME TO hidden"),
        "ALTER TABLE hidden RENAME TO email_samples",
        "there is no table email_samples",
        "check that the connection names the right database",
    ),
    (
        run_sql("ALTER TABLE email_samples RENAME sample_type TO kind"),
        "ALTER TABLE email_samples RENAME kind TO sample_type",
        "table email_samples has no column sample_type",
        "check that",
    ),
]


@pytest.mark.parametrize(("break_it", "mend", "what", "advice"), BREAKAGES)
def test_one_line_names_the_thing_and_what_to_do(
    source: SourceDatabase,
    break_it: Callable[[SourceDatabase], None],
    mend: str | None,
    what: str,
    advice: str,
) -> None:
    source.customer(1)
    source.reports(1, at(0), fn=3)
    break_it(source)
    run = backfill_run(at(0), at(3), Reprocess.NONE)
    run.save()
    try:
        with pytest.raises(SourceError) as caught:
            execute(run)
    finally:
        if mend:
            source.sql(mend)
    message = str(caught.value)
    assert what in message
    assert advice in message
    assert "\n" not in message
    assert source.server.password not in message
    stored = PipelineRun.objects.get(pk=run.pk)
    assert (stored.status, stored.error) == (RunStatus.FAILED, message)
    assert not Window.objects.exists()
    assert not SyncJob.objects.exists()


def test_missing_rights_are_named(source: SourceDatabase) -> None:
    source.sql("CREATE ROLE nobody_special LOGIN PASSWORD 'pw'")
    try:
        change(username="nobody_special", password="pw")(source)
        with (
            pytest.raises(SourceError, match=r"permission denied.*grant SELECT"),
            open_source(DatabaseConfig.active()) as opened,
            opened.snapshot(),
            opened.connection.cursor() as cursor,
        ):
            cursor.execute("SELECT 1 FROM customers")
        assert look_at_source().status is Level.DEGRADED, "it can be reached, not read"
    finally:
        source.sql("DROP ROLE nobody_special")


def test_a_slow_statement_is_ended(source: SourceDatabase) -> None:
    change(statement_timeout=1)(source)
    with (
        pytest.raises(SourceError, match="statement timeout"),
        open_source(DatabaseConfig.active()) as opened,
        opened.snapshot(),
        opened.connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(30)")


def test_whoever_looks_whether_it_is_well_waits_for_no_slow_statement(
    source: SourceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str]] = []

    def ask(opened: Source) -> None:
        with opened.connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            told.extend(cursor.fetchall())

    assert source.name
    monkeypatch.setattr(Source, "try_reading", ask)
    assert look_at_source().status is Level.HEALTHY
    assert told == [(f"{SOURCE_SECONDS}s",)]


def test_the_session_cannot_write(source: SourceDatabase) -> None:
    with (
        pytest.raises(SourceError, match="read-only transaction"),
        open_source(DatabaseConfig.active()) as opened,
        opened.connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM email_samples")


def test_the_session_says_who_it_is(source: SourceDatabase) -> None:
    with open_source(DatabaseConfig.active()):
        names = source.sql("SELECT application_name FROM pg_stat_activity")
    assert ("customer-sentiment-analysis",) in names
