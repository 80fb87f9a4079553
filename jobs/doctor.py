"""What a person on call would look at, looked at in one go."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import django_rq
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import checks
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.utils import timezone
from redis.exceptions import RedisError

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from config.models.database import NoActiveConnectionError
from config.outage import in_words
from config.secrets import decrypt, encrypt
from config.stored_secrets import outdated, unreadable
from jobs import disk, owed, schedules, status, words
from jobs.advice import NEXT_RUN, told
from jobs.findings import Finding, Level
from jobs.gaps import gaps
from jobs.health import redis_connection
from jobs.models import PipelineRun, RunStatus, Window
from jobs.queue import HOURLY_QUEUE, QUEUE_NAMES, START_A_WORKER, workers_by_queue
from jobs.schema import not_migrated
from jobs.source.inspection import inspect_source
from sentiment_api.freshness import data_freshness, early_windows

CLOCK_SECONDS = 60


def examine() -> Iterator[Finding]:
    """Everything, one after the other; what cannot be looked at is a finding too."""
    yield from _settings()
    database = _local_database()
    yield database
    if database.level == Level.GOOD:
        yield from _secrets()
    yield disk.room()
    yield from _files()
    yield from disk.copies()
    yield from _source()
    yield from _redis()
    if database.level == Level.GOOD:
        yield from _pipeline()


def _settings() -> Iterator[Finding]:
    said = checks.run_checks(include_deployment_checks=settings.TLS)
    for message in said:
        make = Finding.bad if message.level >= checks.ERROR else Finding.doubtful
        yield make("settings", f"{message.id}: {' '.join(message.msg.split())}")
    if settings.DEBUG:
        yield Finding.doubtful("settings", "DEBUG is on: never in production")
    if not settings.TLS:
        yield Finding.doubtful(
            "settings", "TLS is off, so cookies travel in clear: set TLS=1 behind HTTPS"
        )
    if settings.TLS and not settings.NUM_PROXIES:
        yield Finding.doubtful(
            "settings",
            "TLS is on and NUM_PROXIES is 0: behind a proxy all callers share one address and so "
            "one limit; set NUM_PROXIES to the number of proxies",
        )
    if decrypt(encrypt("a word")) == "a word" and not said:
        yield Finding.good("settings", "the system checks pass and secrets can be encrypted")


def _local_database() -> Finding:
    try:
        if said := not_migrated():
            return Finding.bad("local database", said)
        with transaction.atomic():
            Window.objects.filter(reports=-1).update(reports=0)
            transaction.set_rollback(True)
        return Finding.good("local database", f"{connection.vendor}, migrated and writable")
    except DatabaseError as error:
        return Finding.bad("local database", told(error, NEXT_RUN).removeprefix("local database: "))


def _secrets() -> Iterator[Finding]:
    for stored in unreadable():
        yield Finding.bad(
            "secrets",
            f"no key of FIELD_ENCRYPTION_KEY opens the {stored}: put the key it was encrypted with "
            "behind the others, after a comma, or enter the password again in the admin",
        )
    if old := outdated():
        yield Finding.doubtful(
            "secrets",
            f"{words.count(old, 'secret')} encrypted with an older key: `manage.py rotate_keys`",
        )


def _files() -> Iterator[Finding]:
    if finders.find("dashboard/manifest.json") is None:
        yield Finding.doubtful(
            "pages", "the front end is not built: `.venv/bin/python -m dashboard.build`"
        )
    if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "admin").is_dir():
        yield Finding.doubtful(
            "pages",
            "static files are not collected, so the admin has no styles: "
            "`manage.py collectstatic --noinput`",
        )


def _source() -> Iterator[Finding]:
    try:
        config = DatabaseConfig.active()
        yield from inspect_source(config)
        named = DatabaseConfig(**settings.SOURCE_DB)
        if "SOURCE_DB_HOST" in os.environ and named.address != config.address:
            yield Finding.doubtful(
                "source",
                f"SOURCE_DB_* names {named.address}, the active connection is {config.address}, "
                "which counts: `manage.py use_source` changes it",
            )
    except NoActiveConnectionError as error:
        yield Finding.bad("source", str(error))
    except DatabaseError:
        yield Finding.doubtful("source", "not known: its connection is in the local database")


def _redis() -> Iterator[Finding]:
    try:
        with redis_connection() as link:
            seconds, _ = link.time()
    except RedisError as error:
        advice = "check REDIS_URL, and that the server runs"
        yield Finding.bad("redis", f"{in_words(error)}: {advice}")
        return
    yield Finding.good("redis", "answers")
    apart = abs(timezone.now().timestamp() - seconds)
    if apart > CLOCK_SECONDS:
        yield Finding.doubtful(
            "redis clock",
            f"Redis' clock is {apart:,.0f} seconds away from ours: set both by NTP, as schedules "
            "and signs of life go by them",
        )
    yield from _workers()
    if not schedules.schedulers_alive():
        yield Finding.bad(
            "scheduler", "none runs, so no run starts by itself: `manage.py rqscheduler`"
        )
    missing = schedules.missing()
    if missing:
        yield Finding.bad(
            "schedules", f"not registered: {', '.join(missing)}; `manage.py setup_schedules`"
        )
    for schedule in schedules.registered():
        yield Finding.good("schedules", f"{schedule.name} next at {schedule.next_time:%H:%M}Z")


def _workers() -> Iterator[Finding]:
    serving = workers_by_queue(django_rq.get_connection(HOURLY_QUEUE))
    for name in QUEUE_NAMES:
        waiting = words.count(django_rq.get_queue(name).count, "job")
        said = f"{words.count(serving[name], 'worker')}, {waiting} waiting"
        if serving[name]:
            yield Finding.good(f"queue {name}", said)
        else:
            yield Finding.bad(f"queue {name}", f"{said}: start {START_A_WORKER}")


def _pipeline() -> Iterator[Finding]:
    yield from _data()
    for look in (_debts, _baselines, _runs):
        yield from look()


def _data() -> Iterator[Finding]:
    early = early_windows()
    if early:
        yield Finding.doubtful(
            "windows",
            f"{words.count(len(early), 'covered window')} not over yet, the first at "
            f"{early[0]:%Y-%m-%d %H:%M}Z: a clock was ahead. Set clocks by NTP; runs read them "
            "again when they are over",
        )
    freshness = data_freshness()
    if freshness.newest_covered_window is None:
        yield Finding.bad("data", "no window is covered yet: run `manage.py run_pipeline`")
        return
    said = f"covered up to {freshness.newest_covered_window:%Y-%m-%d %H:%M}Z"
    if freshness.met:
        yield Finding.good("data", said)
    else:
        yield Finding.bad(
            "data",
            f"{said}, older than {freshness.objective}: see the runs below, or run "
            "`manage.py run_pipeline`",
        )
    yield from _gaps()


def _gaps() -> Iterator[Finding]:
    missing = gaps()
    for gap in missing:
        start, end = f"{gap.start:%Y-%m-%dT%H:00}", f"{gap.end:%Y-%m-%dT%H:00}"
        said = f"{start} to {end} is not covered"
        if gap.is_caught_up:
            yield Finding.doubtful("windows", f"{said}; the next run reads it")
        else:
            yield Finding.doubtful(
                "windows",
                f"{said}, too old for catch-up; if it is wanted: `manage.py backfill "
                f"--start {start} --end {end}`",
            )
    if not missing:
        yield Finding.good("windows", "no gap")


def _debts() -> Iterator[Finding]:
    scores, windows = owed.owed_scores(), Window.objects.owing().count()
    if scores or windows:
        yield Finding.doubtful(
            "owed",
            f"{words.count(scores, 'score')} and {words.count(windows, 'window')}; the next run "
            "computes them",
        )


def _baselines() -> Iterator[Finding]:
    if ScoringProfile.active().industry_normalized and not IndustryBaseline.objects.exists():
        yield Finding.doubtful(
            "baselines",
            "no industry has one, so no score is set against what is normal in its industry: add "
            "them in the admin, or `manage.py loaddata initial_industry_baselines`",
        )


def _runs() -> Iterator[Finding]:
    runs = status.recent_runs()
    for state in (RunStatus.FAILED, RunStatus.LOST, RunStatus.INTERRUPTED):
        of_state = [run for run in runs if run.state == state]
        if of_state:
            newest = of_state[0]
            since = _succeeded(runs[: runs.index(newest)])
            yield Finding.doubtful(
                "runs",
                f"{len(of_state)} {state} in the last 24 hours, the newest at "
                f"{newest.created_at:%H:%M}Z{f' (since then {since} succeeded)' if since else ''}"
                f"{': ' + newest.what_went_wrong if newest.what_went_wrong else ''}",
            )
    yield Finding.good("runs", f"{_succeeded(runs)} succeeded in the last 24 hours")


def _succeeded(runs: Sequence[PipelineRun]) -> int:
    return sum(1 for run in runs if run.status == RunStatus.SUCCEEDED)
