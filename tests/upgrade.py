"""`python -m tests.upgrade SOURCE`, on an empty database: the first schema, rows in it, then the
newest. SOURCE is the address of an empty source.

Run as a process of its own: migrations of the past do not belong into a shared database.
Ends with status 0 when all rows are what they were, the product works on them, and runs against the
source go on from them to the right rows.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import django
import psycopg2

if TYPE_CHECKING:
    from demo.servers import PostgresServer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentiment_analysis.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.test import Client  # noqa: E402

from jobs.clock import from_hour  # noqa: E402
from tests.source import SourceDatabase  # noqa: E402

FIRST = [
    ("config", "0002_first_profile"),
    ("sentiment_api", "0001_initial"),
    ("jobs", "0001_initial"),
]
START = datetime(2026, 1, 5, tzinfo=UTC)
CUSTOMERS, HOURS = 20, 100
MARKED = (7, 99)
"""Hours whose scores are owed."""
FAILED = range(60, 80)
"""The hours of a run that failed: there the source has more than is stored."""
KINDS = (
    *(("sentiment_api", name) for name in (
        "Customer", "SyncJob", "SentimentScore", "SegmentSentiment", "OverallSentiment",
    )),
    *(("jobs", name) for name in ("Window", "PipelineRun")),
    *(("config", name) for name in ("DatabaseConfig", "IndustryBaseline", "ScoringProfile")),
)  # fmt: skip

RESULTS = ("SyncJob", "SentimentScore", "SegmentSentiment", "OverallSentiment")
Rows = dict[str, list[tuple[Any, ...]]]


def first_schema() -> Any:
    """The tables as they once were; the models of then."""
    executor = MigrationExecutor(connection)
    executor.migrate([*FIRST, *_of_others(executor)])
    return MigrationExecutor(connection).loader.project_state(FIRST).apps


def _of_others(executor: MigrationExecutor) -> list[tuple[str, str]]:
    ours = {app for app, _ in FIRST}
    return [node for node in executor.loader.graph.leaf_nodes() if node[0] not in ours]


def fill(apps: Any) -> None:
    """Rows of every kind: current and superseded ones, owed ones, odd names."""

    def model(app: str, name: str) -> Any:
        return apps.get_model(app, name).objects

    profile = model("config", "ScoringProfile").get()
    model("config", "IndustryBaseline").create(industry="Bänking", baseline_score=0.61)
    model("config", "DatabaseConfig").create(
        name="source", is_active=True, username="reader", password="kept through upgrades", port=1
    )
    run = model("jobs", "PipelineRun").create(
        trigger="schedule", status="succeeded", warnings=[{"what": "odd", "count": 2}],
        range_start=START, range_end=START + timedelta(hours=HOURS),
    )  # fmt: skip
    model("jobs", "PipelineRun").create(
        trigger="schedule", status="failed", error="source: away",
        range_start=hour_of(FAILED.start), range_end=hour_of(FAILED.stop),
        started_at=hour_of(HOURS + 1), finished_at=hour_of(HOURS + 1),
    )  # fmt: skip
    customers = model("sentiment_api", "Customer").bulk_create(
        apps.get_model("sentiment_api", "Customer")(
            customer_id=number, company_name=f"Söhne {number} & Co", industry="Bänking"
        )
        for number in range(CUSTOMERS)
    )
    for hour in range(HOURS):
        over = hour_of(hour + 1)
        of_window = {"window_start": hour_of(hour), "window_end": over}
        result = of_window | {"run_id": run.run_id}
        model("jobs", "Window").create(
            **of_window, read_at=over, covered_at=over, reports=4, segments_owed=hour == 99
        )
        for name, extra in (
            ("SegmentSentiment", {"industry": "Bänking"}),
            ("OverallSentiment", {}),
        ):
            model("sentiment_api", name).create(**result, **extra, standing_sentiment_score=0.5)
        for customer in customers[: reporting(hour)]:
            counts = {"customer": customer, "fn_count": false_negatives(hour), "fp_count": 2}
            known = {"score_owed": hour in MARKED, "read_at": over}
            score = {
                "industry": "Bänking", "raw_score": 0.3, "score_low": 0.1, "score_high": 0.9,
                "evidence": 3.5, "state": "scored", "calculation_method": "simple_ratio",
                "profile": profile, "sentiment_score": 0.123456789012345,
            }  # fmt: skip
            for revision, ended in ((1, START + timedelta(days=9)), (2, None)):
                when = {"revision": revision, "superseded_at": ended}
                model("sentiment_api", "SyncJob").create(**result, **counts, **known, **when)
                model("sentiment_api", "SentimentScore").create(**result, **counts, **score, **when)


def hour_of(hour: int) -> datetime:
    """When an hour of then began."""
    return START + timedelta(hours=hour)


def reporting(hour: int) -> int:
    """How many customers reported in an hour of then."""
    return 1 + hour % CUSTOMERS


def false_negatives(hour: int) -> int:
    """How many each of them reported, beside two false positives."""
    return hour % 5 + 1


def columns(apps: Any) -> dict[str, list[str]]:
    """The columns of every kind, but for the marks, which have moved."""
    return {
        name: [
            field.attname
            for field in apps.get_model(app, name)._meta.concrete_fields
            if field.attname != "score_owed"
        ]
        for app, name in KINDS
    }


def marks_on_counts(apps: Any) -> list[tuple[int, datetime]]:
    """Whose score of which window is owed."""
    counts = apps.get_model("sentiment_api", "SyncJob").objects
    marked = counts.filter(score_owed=True, superseded_at=None)
    return sorted(marked.values_list("customer_id", "window_start"))


def marks(apps: Any) -> list[tuple[int, datetime]]:
    """The same as it is kept now."""
    keys = apps.get_model("jobs", "OwedScore").objects.values_list("key", flat=True)
    return sorted((key // 2**24, from_hour(key % 2**24)) for key in keys)


def rows(apps: Any, of: dict[str, list[str]]) -> Rows:
    """These columns of every row."""
    return {
        name: sorted(apps.get_model(app, name).objects.values_list(*of[name]), key=repr)
        for app, name in KINDS
    }


def main() -> None:
    """Fill the first schema, bring it to the newest, compare, use it."""
    old = first_schema()
    fill(old)
    known = columns(old)
    before, owed = rows(old, known), marks_on_counts(old)
    total = sum(map(len, before.values()))
    assert total > 4 * CUSTOMERS * HOURS / 2
    call_command("migrate", verbosity=0)
    call_command("migrate", check_unapplied=True, verbosity=0)
    from django.apps import apps

    after = rows(apps, known)
    for name in before:
        assert after[name] == before[name], name
    assert marks(apps) == owed
    assert owed
    _use(apps)
    _go_on(sys.argv[1])
    after = rows(apps, known)
    for name in RESULTS:
        assert _kept(known[name], before[name]) <= _kept(known[name], after[name]), name
    print(f"{total} rows are what they were")


def _kept(columns: list[str], rows: list[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Rows of results without what may change: when they were superseded."""
    kept = [n for n, name in enumerate(columns) if name != "superseded_at"]
    return {tuple(row[n] for n in kept) for row in rows}


def _go_on(address: str) -> None:
    """Hourly runs and backfills of today against a source: first what the hour and a repair ask
    for, then everything again, as what then was stored as scores was made up."""
    from config.models import DatabaseConfig
    from jobs.clock import to_hour
    from jobs.models import PipelineRun, Window
    from tests.jobs.reference import check_everything, expected_counts, stored_counts

    source = _source(address)
    config = DatabaseConfig.active()
    given = source.connection.info
    config.host, config.port = given.host, given.port
    config.database_name, config.username = source.name, given.user
    config.password = given.password
    config.save()
    span = ("--start", START.isoformat(), "--end", hour_of(HOURS).isoformat())
    for command in (("run_pipeline",), ("backfill", *span, "--reprocess", "failed")):
        call_command(*command, verbosity=0)
        assert PipelineRun.objects.latest("run_id").status == "succeeded"
    assert PipelineRun.objects.latest("run_id").windows_done == len(FAILED)
    covered = {to_hour(start) for start in Window.objects.values_list("window_start", flat=True)}
    assert len(covered) > 2 * HOURS
    assert expected_counts(source, covered) == stored_counts()
    assert not Window.objects.owing().exists()
    call_command("backfill", *span, "--reprocess", "all", verbosity=0)
    check_everything(source)


def _source(address: str) -> SourceDatabase:
    """What the rows of then were read from, with what they lack."""
    link = psycopg2.connect(address)
    link.autocommit = True
    source = SourceDatabase(cast("PostgresServer", None), link, link.info.dbname)
    for number in range(CUSTOMERS):
        source.customer(number, "Bänking", company_name=f"Söhne {number} & Co")
    source.raw_reports(
        [
            (number, kind, "{}", hour_of(hour).replace(tzinfo=None))
            for hour in range(HOURS)
            for number in range(reporting(hour))
            for kind in ["FN"] * (false_negatives(hour) + (hour in FAILED)) + ["FP"] * 2
        ]
    )
    source.reports(1, datetime.now(UTC) - timedelta(hours=5), fn=3, fp=1)
    return source


def _use(apps: Any) -> None:
    """The product of today on the rows of then."""
    from config.models import DatabaseConfig
    from jobs.explanation import explain

    assert DatabaseConfig.active().password.reveal() == "kept through upgrades"
    current = apps.get_model("sentiment_api", "SentimentScore").objects.current()
    newest = current.filter(customer__customer_id=0).latest("window_start")
    assert len(explain(newest).windows) == 10
    User.objects.create_superuser("operator")
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get())
    for place in (
        "/api/customers/", "/api/sentiment/", "/api/sentiment/overall_metrics/",
        "/api/sentiment/segment_analysis/", "/api/jobs/status/", "/metrics",
        "/admin/jobs/pipelinerun/", "/admin/config/databaseconfig/",
        "/graphql/?query={customers{edges{node{companyName}}}}",
    ):  # fmt: skip
        answer = client.get(place, headers={"accept": "*/*"})
        assert answer.status_code == 200, (place, answer.content[:500])


if __name__ == "__main__":
    main()
