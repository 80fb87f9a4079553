"""The commands, as a stranger at a terminal meets them."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from config.models import DatabaseConfig
from demo.servers import PostgresServer
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger, Window
from jobs.pipeline import COMPUTING
from sentiment_api.models import OverallSentiment, SentimentScore, SyncJob
from tests.factories import CustomerFactory, PipelineRunFactory, WindowFactory
from tests.jobs.conftest import at
from tests.processes import ROOT, environment
from tests.source import SourceDatabase

NEW_KEY = "YW5vdGhlci1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGU="


def run(name: str, *arguments: str) -> str:
    """What a command prints."""
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_backfill_prints_progress_and_a_summary(source: SourceDatabase) -> None:
    source.customer(1)
    source.reports(1, at(2), fn=2, fp=1)
    said = run("backfill", "--start", "2026-01-05", "--end", "2026-01-16").splitlines()
    assert said[0].startswith("240 of 264 windows, ")
    assert said[1].startswith("264 of 264 windows, ")
    assert "succeeded: 264 of 264 windows" in said[2]
    assert "4 rows read" in said[2]
    assert Window.objects.complete().count() == 264


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("1969-12-31", "2026-01-01", "--start 1969-12-31T00:00: windows begin with 1970"),
        ("2026-02-01", "2026-01-01", "--start 2026-02-01T00:00 is not before --end 2026-01-01"),
        ("2026-01-01", "2026-01-01", "is not before"),
        ("2026-01-01T00:30", "2026-01-02", "--start '2026-01-01T00:30' is not on the hour"),
        ("2026-01-01", "2026-01-02T00:00:01", "--end '2026-01-02T00:00:01' is not on the hour"),
        ("yesterday", "2026-01-02", "--start 'yesterday' is no ISO 8601 time"),
        ("2026-01-01T00:30+00:15", "2026-01-02", "is not on the hour"),
        ("0001-01-01T00:00+14:00", "2026-01-02", "lies outside the years 1 to 9999"),
    ],
)
@pytest.mark.django_db
def test_wrong_times_are_named_and_kept_in_the_ledger(start: str, end: str, message: str) -> None:
    with pytest.raises(CommandError) as caught:
        run("backfill", "--start", start, "--end", end)
    assert message in str(caught.value)
    failed = PipelineRun.objects.get()
    assert (failed.status, failed.trigger) == (RunStatus.FAILED, Trigger.BACKFILL)
    assert failed.error == str(caught.value)
    assert not PipelineRun.objects.of_pipeline().exists(), "no run failed: no alert, no figure"
    assert not Window.objects.exists()


@pytest.mark.django_db
def test_unknown_customers_are_named() -> None:
    with pytest.raises(CommandError, match="--customer 99999999999999999999: no such customer"):
        run("backfill", "--start", "2026-01-01", "--end", "2026-01-02", "--customer", "9" * 20)
    with pytest.raises(CommandError, match="--customer 5, 7: no such customer"):
        run("backfill", "--start", "2026-01-01", "--end", "2026-01-02", "--customer", "7",
            "--customer", "5")  # fmt: skip


@pytest.mark.django_db
def test_what_a_backfill_of_customers_leaves_out_is_said_where_there_is_any() -> None:
    CustomerFactory(customer_id=7)
    WindowFactory(window_start=at(0))
    arguments = ("--start", "2026-01-05", "--customer", "7", "--dry-run", "--end")
    assert run("backfill", *arguments, "2026-01-05T01:00").splitlines() == [
        "Would read 1 window; nothing is written.",
        "  2026-01-05 00:00Z to 2026-01-05 01:00Z",
    ]
    said = run("backfill", *arguments, "2026-01-05T02:00")
    assert "Windows that are not covered are left out: --customer covers none." in said


def test_times_may_have_a_zone(source: SourceDatabase) -> None:
    run("backfill", "--start", "2026-01-05T01:00+01:00", "--end", "2026-01-05T07:30+05:30")
    assert sorted(Window.objects.values_list("window_start", flat=True)) == [at(0), at(1)]


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(source: SourceDatabase) -> None:
    WindowFactory(window_start=at(1))
    said = run("backfill", "--start", "2026-01-05", "--end", "2026-01-06", "--dry-run")
    assert said.splitlines() == [
        "Would read 23 windows; nothing is written.",
        "  2026-01-05 00:00Z to 2026-01-05 01:00Z",
        "  2026-01-05 02:00Z to 2026-01-06 00:00Z",
    ]
    with pytest.raises(CommandError):
        run("backfill", "--start", "x", "--end", "2026-01-06", "--dry-run")
    assert not PipelineRun.objects.exists()
    assert Window.objects.count() == 1


def test_windows_that_are_not_over_are_left_to_their_hour(source: SourceDatabase) -> None:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    start, end = now - timedelta(hours=2), now + timedelta(hours=3)
    said = run("backfill", "--start", start.isoformat(), "--end", end.isoformat())
    assert f"Windows from {now:%Y-%m-%d %H:%M}Z on are not over yet" in said
    assert Window.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_enqueue_hands_the_work_to_the_workers(source: SourceDatabase, redis_url: str) -> None:
    said = run("backfill", "--start", "2026-01-05", "--end", "2026-01-06", "--enqueue")
    assert "is in the queue 'default'" in said
    waiting = PipelineRun.objects.get()
    assert waiting.status == RunStatus.QUEUED
    assert not Window.objects.exists()
    with pytest.raises(CommandError, match=f"waiting in the queue already: run {waiting.run_id}"):
        run("backfill", "--start", "2026-01-05", "--end", "2026-01-06", "--enqueue")
    assert PipelineRun.objects.get() == waiting


@pytest.mark.django_db(transaction=True)
def test_enqueue_without_redis_is_one_line_and_asks_for_nothing(source: SourceDatabase) -> None:
    with pytest.raises(CommandError, match=r"refused; nothing was asked for; check REDIS_URL"):
        run("backfill", "--start", "2026-01-05", "--end", "2026-01-06", "--enqueue")
    assert not PipelineRun.objects.exists()


def test_run_pipeline_needs_no_redis(source: SourceDatabase) -> None:
    source.customer(1)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
    source.reports(1, hour, fn=9, fp=1)
    said = run("run_pipeline")
    assert "succeeded: 240 of 240 windows" in said
    assert SentimentScore.objects.get().sentiment_score == pytest.approx(0.9)
    assert OverallSentiment.objects.count() == 240
    again = run("run_pipeline")
    assert "0 written" in again
    assert SyncJob.objects.count() == 1


def test_a_failing_run_is_one_line(source: SourceDatabase) -> None:
    DatabaseConfig.objects.update(port=1)
    with pytest.raises(CommandError, match="check host and port"):
        run("run_pipeline")


def test_use_source_keeps_two_sources_apart(
    source: SourceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DB_HOST", raising=False)
    with pytest.raises(CommandError, match="SOURCE_DB_HOST is not set"):
        run("use_source")
    monkeypatch.setenv("SOURCE_DB_HOST", "localhost")
    WindowFactory()
    with pytest.raises(CommandError, match="--same-data"):
        run("use_source")
    before = DatabaseConfig.active().address
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^stored, but it cannot be read: source rea"):
        call_command("use_source", "--same-data", stdout=out)
    assert out.getvalue() == "Reading from localhost:9876/email_security.\n"
    assert DatabaseConfig.active().address != before
    assert DatabaseConfig.objects.count() == 1


def test_setup_schedules_twice(redis_url: str) -> None:
    assert "added hourly-pipeline" in run("setup_schedules")
    assert run("setup_schedules") == "Nothing to change.\n"


def test_setup_schedules_without_redis_is_one_line() -> None:
    with pytest.raises(CommandError, match=r"^Redis: .*[^.]; check REDIS_URL$"):
        run("setup_schedules")


def test_doctor_names_what_is_wrong_and_what_to_do(source: SourceDatabase, redis_url: str) -> None:
    WindowFactory(window_start=at(0))
    WindowFactory(window_start=at(2))
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("doctor", stdout=out, no_color=True)
    said = out.getvalue()
    assert stopped.value.code == 1
    for text in (
        "ok    local database: ",
        "ok    source index: reported_at has an index",
        "BAD   queue high: 0 workers",
        "BAD   scheduler: none runs",
        "BAD   schedules: not registered: hourly-pipeline; `manage.py setup_schedules`",
        "BAD   data: covered up to 2026-01-05 03:00Z",
        "look  windows: 2026-01-05T01:00 to 2026-01-05T02:00 is not covered, too old for catch-up; "
        "if it is wanted: `manage.py backfill --start 2026-01-05T01:00 --end 2026-01-05T02:00`",
    ):
        assert text in said


def test_doctor_says_what_became_of_a_lost_run(db: None) -> None:
    WindowFactory(window_start=at(0))
    silent = timezone.now() - timedelta(minutes=11)
    PipelineRunFactory(status=RunStatus.RUNNING, started_at=silent, progress_at=silent)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out, no_color=True)
    assert "look  runs: 1 lost in the last 24 hours, the newest at " in out.getvalue()
    assert "Z: no sign of life for 10 minutes, so its process was killed; the next run does " in (
        out.getvalue()
    )


def test_doctor_tells_of_windows_that_are_not_over(db: None) -> None:
    """And takes them for no sign that the data are new."""
    WindowFactory(window_start=at(0))
    WindowFactory(
        window_start=timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
    )
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out, no_color=True)
    assert "look  windows: 1 covered window not over yet, the first at " in out.getvalue()
    assert f"BAD   data: covered up to {at(1):%Y-%m-%d %H:%M}Z, older than" in out.getvalue()


def test_doctor_says_why_nothing_is_covered_yet(db: None) -> None:
    PipelineRunFactory(status=RunStatus.FAILED, error="source: refused")
    said = said_by_doctor()
    assert "BAD   data: no window is covered yet" in said
    assert "look  runs: 1 failed in the last 24 hours, the newest at " in said
    assert "Z: source: refused\n" in said
    assert "look  baselines: no industry has one" in said
    assert " windows: " not in said


def test_doctor_says_that_runs_have_succeeded_since_one_failed(db: None) -> None:
    PipelineRunFactory()
    PipelineRunFactory(status=RunStatus.FAILED, error="source: refused; start it")
    assert "since then" not in said_by_doctor()
    PipelineRunFactory()
    PipelineRunFactory()
    assert "Z (since then 2 succeeded): source: refused; start it\n" in said_by_doctor()


@pytest.mark.parametrize(
    ("values", "advice"),
    [
        ({}, "killed; the next run does what it left"),
        ({"trigger": Trigger.BACKFILL}, "killed; the same command goes on"),
        (
            {"trigger": Trigger.BACKFILL, "reprocess": Reprocess.ALL},
            "killed; the same command with --reprocess failed goes on",
        ),
        ({"status": RunStatus.QUEUED}, "no worker has begun it for 10 minutes"),
    ],
)
def test_a_lost_run_says_what_goes_on_with_it(
    db: None, values: dict[str, object], advice: str
) -> None:
    silent = timezone.now() - timedelta(minutes=11)
    times = {"status": RunStatus.RUNNING, "started_at": silent, "progress_at": silent}
    assert advice in PipelineRunFactory(**times | values).what_went_wrong


def test_doctor_says_so_when_redis_and_the_source_are_down(source: SourceDatabase) -> None:
    DatabaseConfig.objects.update(port=1)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out, no_color=True)
    assert "BAD   source reachable: 127.0.0.1:1/email_security" in out.getvalue()
    assert re.search(r"BAD   redis: .*[^.]: check REDIS_URL", out.getvalue())


@pytest.mark.django_db(transaction=True)
def test_a_terminal_shows_a_bar(source: SourceDatabase, first_profile: None) -> None:
    """The same command on a pseudo-terminal, as a process."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = [
        sys.executable, "manage.py", "backfill", "--start", "2026-01-05", "--end", "2026-01-06",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=environment(""), stdout=theirs, timeout=60)
    os.close(theirs)
    said = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "100%" in said
    assert "24/24" in said
    assert "window/s" in said


def test_an_interrupted_backfill_says_how_to_go_on(
    source: SourceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(COMPUTING, "analyze_segments", interrupt)
    for reprocess, advice in (("none", "command goes on"), ("all", "--reprocess failed goes on")):
        out = io.StringIO()
        arguments = ["--start", "2026-01-05", "--end", "2026-01-06", "--reprocess", reprocess]
        with pytest.raises(SystemExit) as stopped:
            call_command("backfill", *arguments, stdout=out)
        assert stopped.value.code == 130
        assert "interrupted: 0 of 24 windows" in out.getvalue()
        assert advice in out.getvalue()


@pytest.mark.parametrize("name", ["run_pipeline", "backfill", "use_source"])
def test_before_migration_one_line_says_what_to_do(name: str, tmp_path: Path) -> None:
    arguments = ["--start", "2026-01-05", "--end", "2026-01-06"] if name == "backfill" else []
    done = subprocess.run(
        [sys.executable, "manage.py", name, *arguments],
        cwd=ROOT,
        env=environment("")
        | {"DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3", "SOURCE_DB_HOST": "localhost"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "run `manage.py migrate`" in line


def test_without_a_local_database_one_line_names_the_setting(postgres: PostgresServer) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "run_pipeline"],
        cwd=ROOT,
        env=environment("") | {"DATABASE_URL": postgres.url("nowhere")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.endswith(
        'database "nowhere" does not exist; create it, or name another one in DATABASE_URL'
    )


def test_use_source_takes_up_an_inactive_connection_and_keeps_what_it_changed(
    source: SourceDatabase, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("SOURCE_DB_HOST", source.server.host)
    kwargs = source.connection_kwargs
    settings.SOURCE_DB = {name: kwargs[name] for name in settings.SOURCE_DB}
    DatabaseConfig.objects.update(is_active=False)
    assert "Reading from" in run("use_source")
    assert DatabaseConfig.active().name == "source"
    kept = LogEntry.objects.all()
    assert "active: no → yes" in kept.get().change_message
    run("use_source")
    assert len(kept.all()) == 1, "where nothing changed nothing is kept"
    monkeypatch.setitem(settings.SOURCE_DB, "password", "another one")
    with pytest.raises(CommandError, match="source credentials: "):
        run("use_source")
    assert kept.order_by("-pk")[0].change_message == "password: set anew (use_source)"
    assert DatabaseConfig.active().password.reveal() == "another one"


def test_doctor_asks_for_the_number_of_proxies(
    source: SourceDatabase, redis_url: str, settings: Settings
) -> None:
    def said() -> str:
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("doctor", stdout=out, no_color=True)
        return out.getvalue()

    settings.TLS, settings.NUM_PROXIES = True, 0
    assert "look  settings: TLS is on and NUM_PROXIES is 0" in said()
    settings.NUM_PROXIES = 1
    assert "NUM_PROXIES" not in said()


def test_doctor_says_when_the_environment_names_another_source(
    source: SourceDatabase, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DB_HOST", "localhost")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out, no_color=True)
    assert "SOURCE_DB_* names localhost:9876/email_security, the active" in out.getvalue()


def test_doctor_tells_of_secrets_by_key(source: SourceDatabase, settings: Settings) -> None:
    def said() -> str:
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("doctor", stdout=out, no_color=True)
        return out.getvalue()

    (old,) = settings.FIELD_ENCRYPTION_KEYS
    assert " secrets: " not in said()
    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY, old]
    assert "look  secrets: 1 secret encrypted with an older key: `manage.py rotate_keys`" in said()
    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY]
    assert "BAD   secrets: no key of FIELD_ENCRYPTION_KEY opens the password of" in said()


def said_by_doctor() -> str:
    """What the doctor says, whatever it thinks of it."""
    out = io.StringIO()
    with suppress(SystemExit):
        call_command("doctor", stdout=out, no_color=True)
    return out.getvalue()


def test_doctor_looks_at_room_files_copies_and_clocks(
    source: SourceDatabase,
    redis_url: str,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.STATIC_ROOT, settings.BACKUP_DIR = tmp_path, str(tmp_path)
    monkeypatch.setattr("jobs.disk.free_bytes", lambda: 999_999_999)
    monkeypatch.setattr("jobs.doctor.CLOCK_SECONDS", -1)
    said = said_by_doctor()
    assert "BAD   room: 999,999,999 bytes are free beside a local database of" in said
    assert "`manage.py prune` only ends growth, VACUUM after it gives room back" in said
    assert "look  pages: static files are not collected" in said
    assert f"look  backup: there is none in {tmp_path}: `manage.py backup`" in said
    assert "look  redis clock: Redis' clock is " in said
    (tmp_path / "admin").mkdir()
    (tmp_path / "sentiment-20260101T000000Z.sqlite3").write_text("12345")
    monkeypatch.setattr("jobs.disk.free_bytes", lambda: 10**15)
    monkeypatch.setattr("jobs.doctor.CLOCK_SECONDS", 60)
    said = said_by_doctor()
    assert "ok    room: the local database has" in said
    assert "static files" not in said
    assert "the newest is of 2026-01-01 00:00Z, 5 bytes, older than 26 hours" in said
    assert "redis clock" not in said
    copy = tmp_path / f"sentiment-{timezone.now():%Y%m%dT%H%M%SZ}.sqlite3"
    copy.touch()
    assert "ok    backup: the newest is of" in said_by_doctor()


def test_doctor_names_a_source_that_is_not_allowed(
    source: SourceDatabase, redis_url: str, settings: Settings
) -> None:
    settings.SOURCE_ALLOWED_HOSTS = ["10.0.0.0/8"]
    assert "BAD   source: " in said_by_doctor()
    assert "reads from the hosts of SOURCE_ALLOWED_HOSTS alone; 127.0.0.1" in said_by_doctor()
