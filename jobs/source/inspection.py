"""A look at a source connection, told in words: for `doctor`, the admin and the API."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from config.models import DatabaseConfig
from config.secrets import SecretUnreadableError
from jobs.findings import Finding
from jobs.source.connection import Source, SourceError, open_source

CLOCK_TOLERANCE = timedelta(minutes=5)
QUIET_AFTER = timedelta(days=2)

INDEX_SQL = """
SELECT am.amname
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am am ON am.oid = c.relam
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = to_regclass('email_samples') AND a.attname = 'reported_at' AND i.indisvalid
"""


def inspect_source(config: DatabaseConfig) -> list[Finding]:
    """Try the connection: reachable, rights, tables, columns, clock, index, newest report."""
    try:
        with open_source(config) as source:
            return [
                Finding.good("source", f"{config.address} answers, with all tables and columns"),
                *_rights(source),
                *_clock(source),
                *_index(source),
                *_newest_report(source),
            ]
    except (SourceError, SecretUnreadableError) as error:
        return [Finding.bad("source", str(error).removeprefix("source "))]


def _rights(source: Source) -> Iterator[Finding]:
    with source.snapshot(), source.connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(ARRAY['customers', 'email_samples']) AS name "
            "WHERE NOT has_table_privilege(to_regclass(name), 'SELECT')"
        )
        closed = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            "SELECT bool_or(has_table_privilege(to_regclass(name), 'INSERT, UPDATE, DELETE')) "
            "FROM unnest(ARRAY['customers', 'email_samples']) AS name"
        )
        (may_write,) = cursor.fetchone() or (False,)
    if closed:
        yield Finding.bad(
            "source rights",
            f"{source.config.username} may not read {', '.join(closed)}: grant SELECT on it",
        )
    if may_write:
        yield Finding.doubtful(
            "source rights",
            f"{source.config.username} could write there (sessions are read-only all the same): "
            "use a user with SELECT alone",
        )


def _clock(source: Source) -> Iterator[Finding]:
    with source.snapshot() as there:
        apart = abs(there - timezone.now())
    if apart > CLOCK_TOLERANCE:
        yield Finding.doubtful(
            "source clock",
            f"the source's clock is {_span(apart)} away from ours: set both by NTP",
        )


def _index(source: Source) -> Iterator[Finding]:
    with source.snapshot(), source.connection.cursor() as cursor:
        cursor.execute(INDEX_SQL)
        kinds = [kind for (kind,) in cursor.fetchall()]
    if kinds:
        yield Finding.good("source index", f"reported_at has an index ({', '.join(kinds)})")
    else:
        yield Finding.doubtful(
            "source index",
            "email_samples has no index on reported_at, so every run reads the whole table; ask "
            "its owner for: CREATE INDEX CONCURRENTLY ON email_samples USING brin (reported_at)",
        )


def _newest_report(source: Source) -> Iterator[Finding]:
    with source.snapshot() as now, source.connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max({source.utc('email_samples.reported_at')}) "  # noqa: S608
            "FROM email_samples WHERE reported_at >= '0001-01-02' AND reported_at < '9999-12-30'",
            {"zone": source.config.source_timezone},
        )
        (newest,) = cursor.fetchone() or (None,)
    if newest is None:
        yield Finding.doubtful("source reports", "there are no reports in email_samples")
        return
    yield _report_age(newest.replace(tzinfo=UTC), now)


def _report_age(newest: datetime, now: datetime) -> Finding:
    said = f"the newest report is of {newest:%Y-%m-%d %H:%M}Z"
    if newest > now:
        return Finding.doubtful(
            "source reports", f"{said}, in the future: check the connection's source_timezone"
        )
    if now - newest > QUIET_AFTER:
        return Finding.doubtful("source reports", f"{said}, {_span(now - newest)} ago")
    return Finding.good("source reports", said)


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.0f} days"
