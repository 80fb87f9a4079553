"""`python -m tests.upgrade`, on an empty database: the first schema, rows in it, then the newest.

Run as a process of its own: migrations of the past do not belong into a shared database.
Ends with status 0 when all rows are what they were and the product works on them.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentiment_analysis.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.test import Client  # noqa: E402

from jobs.clock import from_hour  # noqa: E402

FIRST = [
    ("config", "0002_first_profile"),
    ("sentiment_api", "0001_initial"),
    ("jobs", "0001_initial"),
]
START = datetime(2026, 1, 5, tzinfo=UTC)
CUSTOMERS, HOURS = 20, 100
MARKED = (7, 99)
"""Hours whose scores are owed."""
KINDS = (
    *(("sentiment_api", name) for name in (
        "Customer", "SyncJob", "SentimentScore", "SegmentSentiment", "OverallSentiment",
    )),
    *(("jobs", name) for name in ("Window", "PipelineRun")),
    *(("config", name) for name in ("DatabaseConfig", "IndustryBaseline", "ScoringProfile")),
)  # fmt: skip

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
    customers = model("sentiment_api", "Customer").bulk_create(
        apps.get_model("sentiment_api", "Customer")(
            customer_id=number, company_name=f"Söhne {number} & Co", industry="Bänking"
        )
        for number in range(CUSTOMERS)
    )
    for hour in range(HOURS):
        of_window = {
            "window_start": START + timedelta(hours=hour),
            "window_end": START + timedelta(hours=hour + 1),
        }
        result = of_window | {"run_id": run.run_id}
        model("jobs", "Window").create(
            **of_window, read_at=START, covered_at=START, reports=4, segments_owed=hour == 99
        )
        for name, extra in (
            ("SegmentSentiment", {"industry": "Bänking"}),
            ("OverallSentiment", {}),
        ):
            model("sentiment_api", name).create(**result, **extra, standing_sentiment_score=0.5)
        for customer in customers[: 1 + hour % CUSTOMERS]:
            counts = {"customer": customer, "fn_count": hour % 5 + 1, "fp_count": 2}
            known = {"score_owed": hour in MARKED, "read_at": START}
            score = {
                "industry": "Bänking", "raw_score": 0.3, "score_low": 0.1, "score_high": 0.9,
                "evidence": 3.5, "state": "scored", "calculation_method": "simple_ratio",
                "profile": profile, "sentiment_score": 0.123456789012345,
            }  # fmt: skip
            for revision, ended in ((1, START + timedelta(days=9)), (2, None)):
                when = {"revision": revision, "superseded_at": ended}
                model("sentiment_api", "SyncJob").create(**result, **counts, **known, **when)
                model("sentiment_api", "SentimentScore").create(**result, **counts, **score, **when)


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
    print(f"{total} rows are what they were")


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
