"""A look at a source connection, told in words: for `doctor`, the admin and the API."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from config.models import DatabaseConfig
from config.models.database import validate_timezone
from config.secrets import SecretUnreadableError
from jobs.clock import CLOCK_TOLERANCE
from jobs.findings import Finding
from jobs.source.connection import NEEDED, Source, SourceError, Stage, open_source

QUIET_AFTER = timedelta(days=2)

INDEX_SQL = """
SELECT am.amname
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am am ON am.oid = c.relam
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = to_regclass('email_samples') AND a.attname = 'reported_at' AND i.indisvalid
    AND i.indpred IS NULL
"""


def inspect_source(config: DatabaseConfig, patience: int | None = None) -> list[Finding]:
    """Try the connection: reachable, credentials, tables, columns, rights, clock, index, newest
    report. Ends with what does not work. `patience` bounds each wait, in seconds."""
    hurried = copy(config)
    if patience is not None:
        hurried.connect_timeout = min(config.connect_timeout, patience)
        hurried.statement_timeout = min(config.statement_timeout, patience)
    findings: list[Finding] = []
    looking_at = ""
    try:
        with open_source(hurried) as source:
            findings += _good(config)
            for looking_at, look in LOOKS.items():  # noqa: B007 - named where it fails
                findings += look(source)
    except SecretUnreadableError as error:
        findings.append(Finding.bad("source credentials", str(error)))
    except SourceError as error:
        said = str(error).removeprefix("source ")
        if error.stage is Stage.READING:
            return [*findings, Finding.bad(looking_at or "source", said)]
        passed = list(Stage)[: list(Stage).index(error.stage)]
        findings += [one for one in _good(config) if one.subject.split()[-1] in passed]
        findings.append(Finding.bad(f"source {error.stage}", said))
    return findings


def _good(config: DatabaseConfig) -> list[Finding]:
    """What is said of the first stages when they are passed."""
    columns = sum(map(len, NEEDED.values()))
    return [
        Finding.good("source reachable", f"{config.address} answers"),
        Finding.good("source credentials", f"{config.username} may sign in"),
        Finding.good("source tables", f"{' and '.join(NEEDED)} are there"),
        Finding.good("source columns", f"all {columns} that are read are there"),
    ]


def _rights(source: Source) -> Iterator[Finding]:
    needed = [(table, column) for table, columns in NEEDED.items() for column in columns]
    with source.snapshot(), source.connection.cursor() as cursor:
        cursor.execute(
            "SELECT t, c FROM unnest(%s, %s) AS needed(t, c) "
            "WHERE NOT has_column_privilege(to_regclass(t), c, 'SELECT')",
            [list(column) for column in zip(*needed, strict=True)],
        )
        closed = [f"{table}.{column}" for table, column in cursor.fetchall()]
        cursor.execute(
            "SELECT bool_or(has_table_privilege(to_regclass(name), 'INSERT, UPDATE, DELETE')) "
            "FROM unnest(ARRAY['customers', 'email_samples']) AS name"
        )
        (may_write,) = cursor.fetchone() or (False,)
    if closed:
        yield Finding.bad(
            "source rights",
            f"{source.config.username} may not read {', '.join(closed)}: grant SELECT on them",
        )
    if may_write:
        yield Finding.doubtful(
            "source rights",
            f"{source.config.username} could write there (sessions are read-only all the same): "
            "use a user with SELECT alone",
        )


def _timezone(source: Source) -> Iterator[Finding]:
    try:
        validate_timezone(source.config.source_timezone)
    except ValidationError as error:
        yield Finding.bad("source timezone", error.messages[0])


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


LOOKS: dict[str, Callable[[Source], Iterable[Finding]]] = {
    "source rights": _rights,
    "source timezone": _timezone,
    "source clock": _clock,
    "source index": _index,
    "source reports": _newest_report,
}


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
