"""No secret leaves: secrets are put in wherever they can be, then looked for wherever something
comes out."""

import base64
import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import django_rq
import pytest
from django.apps import apps
from django.conf import settings as project
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, models
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.views.debug import ExceptionReporter
from pytest_django import Settings
from rest_framework.authtoken.models import Token

from config.models import DatabaseConfig
from demo.servers import ValkeyServer
from jobs import schedules, tasks
from jobs.models import PipelineRun, RunStatus
from tests.clients import not_throttled
from tests.factories import DatabaseConfigFactory, IndustryBaselineFactory
from tests.jobs.test_queue import work
from tests.searching import Secrets, content_of, look_at_redis
from tests.sentiment_api.rest.test_every_route import ROUTES, address
from tests.source import SourceDatabase

__all__ = ["not_throttled"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]

WRONG = "a-wrong-password-is-a-secret-too"
TYPED = "a-password-that-was-typed-in"
SIGN_IN = "the-password-of-an-operator"
METRICS = "what-prometheus-shows-at-the-door"
LOCAL = "the-password-of-the-local-database"


@pytest.fixture
def secrets(
    source: SourceDatabase,
    valkey: ValkeyServer,
    redis_url: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Secrets:
    """A service that has worked and has failed, and the secrets that went through it."""
    settings.METRICS_TOKEN = METRICS
    assert scrape(METRICS).status_code == 200
    assert scrape(f"{METRICS}?").status_code == 401
    local = connection.settings_dict
    if connection.vendor == "sqlite":  # It asks for none; tests/test_local_password.py has more.
        monkeypatch.setitem(local, "PASSWORD", LOCAL)
    source.customer(1)
    source.reports(1, datetime.now(UTC) - timedelta(hours=3), fn=2)
    keeper = User.objects.create_superuser("keeper", password=SIGN_IN)
    token = Token.objects.create(user=keeper)
    IndustryBaselineFactory(industry="Banking")
    schedules.register()
    good = DatabaseConfig.active()
    _one_run()
    DatabaseConfigFactory(name="second", password=TYPED)
    good.password = WRONG
    good.save()
    _one_run(tries=4)
    good.password = source.server.password
    good.save()
    assert set(PipelineRun.objects.values_list("status", flat=True)) == {
        RunStatus.SUCCEEDED,
        RunStatus.FAILED,
    }
    return Secrets(
        source=source.server.password,
        wrong=WRONG,
        typed=TYPED,
        redis=valkey.password,
        secret_key=project.SECRET_KEY,
        fernet=project.FIELD_ENCRYPTION_KEYS[0],
        sign_in=SIGN_IN,
        token=token.key,
        metrics=METRICS,
        local=str(local["PASSWORD"]),
    )


def scrape(token: str) -> Any:
    """What Prometheus is answered."""
    return Client(raise_request_exception=False).get(
        "/metrics", headers={"Authorization": f"Bearer {token}"}
    )


def _one_run(tries: int = 1) -> None:
    """A run through RQ; a failing one as often as it is tried."""
    tasks.enqueue_hourly_run()
    for _ in range(tries):
        work()
        registry = django_rq.get_queue("high").scheduled_job_registry
        for job_id in registry.get_job_ids():
            registry.remove(job_id)
            django_rq.get_queue("high").enqueue_job(
                registry.job_class.fetch(job_id, connection=registry.connection)
            )


@pytest.fixture
def operator(secrets: Secrets) -> Client:
    """One who may do everything, signed in through the page."""
    client = Client(raise_request_exception=False)
    page = client.post("/admin/login/", {"username": "keeper", "password": SIGN_IN})
    assert page.status_code == 302
    return client


def admin_addresses() -> Iterator[str]:
    """Every page of the admin on rows of every kind, and those of the queues."""
    yield from ("/admin/", "/admin/password_change/", "/admin/login/")
    for model in filter(_has_table, admin.site._registry):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        for row in model._default_manager.all()[:3]:
            for page in ("change", "history", "delete"):
                yield reverse(f"{name}_{page}", args=[row.pk])
    yield from ("/admin/rq/", "/admin/rq/stats.json/", "/admin/rq/metrics/")
    for place in (0, 1):
        yield f"/admin/rq/workers/{place}/"
        yield from (
            f"/admin/rq/queues/{place}/{page}"
            for page in ("", "details/", "finished/", "failed/", "scheduled/", "deferred/")
        )
    for key in django_rq.get_connection("high").scan_iter("rq:job:*"):
        name, _, rest = key.decode().removeprefix("rq:job:").partition(":")
        if not rest:
            yield f"/admin/rq/queues/0/{name}/"


def _has_table(model: type[models.Model]) -> bool:
    return model._meta.managed


def test_the_search_finds_what_is_there() -> None:
    """Each code that a secret may be written in is recognised."""
    known = Secrets(word="pa/ss word+1")
    for text in (
        "redis://:pa/ss word+1@host",
        "pa/ss%20word%2B1",
        "pa%2Fss+word%2B1",
        base64.b64encode(b"pa/ss word+1").decode(),
    ):
        assert known.within(f"<{text}>") == ["word"]
    assert known.within("pass word") == []


def test_answers_of_the_apis(secrets: Secrets, operator: Client) -> None:
    asked = [(method.upper(), address(path), json.dumps(body)) for method, path, body in ROUTES]
    for client in (Client(raise_request_exception=False), operator):
        for method, where, body in asked:
            answer = client.generic(method, where, body, content_type="application/json")
            assert secrets.within(content_of(answer)) == [], (method, where)
    assert len(asked) > 20
    for query in (
        "{ customers { edges { node { companyName currentSentiment } } } }",
        "{ __schema { types { name fields { name } } } }",
        '{ customerSentimentHistory(customerId: "no such") { sentimentScore } }',
        "{ nonsense",
    ):
        answer = operator.post("/graphql/", {"query": query}, content_type="application/json")
        assert secrets.within(content_of(answer)) == [], query


def test_pages_of_the_admin(secrets: Secrets, operator: Client) -> None:
    places = list(admin_addresses())
    statuses = set()
    for place in places:
        answer = operator.get(place)
        statuses.add(answer.status_code)
        assert secrets.within(content_of(answer)) == [], place
    assert statuses <= {200, 302, 403, 404}
    assert len([place for place in places if "/history/" in place]) > 5
    assert len([place for place in places if place.startswith("/admin/rq/queues/0/")]) > 6
    look_at_what_is_typed_in(secrets, operator)


def look_at_what_is_typed_in(secrets: Secrets, operator: Client) -> None:
    """The page that refuses it, the page that takes it, and the history."""
    config = DatabaseConfig.objects.get(name="second")
    place = f"/admin/config/databaseconfig/{config.pk}/"
    secrets.values["new"] = "another-password-that-was-typed-in"
    for port in ("not a port", "5432"):
        typed = {
            **{field.name: getattr(config, field.name) for field in config._meta.fields},
            "password": secrets.values["new"],
            "port": port,
        }
        names = ("name", "host", "port", "database_name", "username", "password", "sslmode")
        times = ("source_timezone", "connect_timeout", "statement_timeout")
        form = {name: typed[name] for name in (*names, *times)}
        answer = operator.post(f"{place}change/", form, follow=True)
        assert answer.status_code == 200
        assert secrets.within(content_of(answer)) == []
    config.refresh_from_db()
    assert config.password.reveal() == secrets.values["new"]
    assert secrets.within(content_of(operator.get(f"{place}history/"))) == []


def test_what_is_kept(secrets: Secrets, operator: Client, valkey: ValkeyServer) -> None:
    """In the local database (ledger, history, sessions: every row) and in Redis. A token of the
    API is kept as it is, as Django REST framework does it."""
    assert look_at_redis(secrets, valkey) > 50
    del secrets.values["token"]
    seen = 0
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                assert secrets.within(repr(row)) == [], table
                seen += 1
    assert seen > 100
    look_at_how_rows_show_themselves(secrets)


def test_a_token_is_shown_once(admin_client: Client) -> None:
    someone = User.objects.create_user("someone")
    place = "/admin/authtoken/tokenproxy/"
    said = admin_client.post(f"{place}add/", {"user": someone.pk}, follow=True).content.decode()
    key = Token.objects.get(user=someone).key
    assert f"The token is {key}: it is not shown again" in said
    for page in (place, f"{place}{someone.pk}/change/", f"{place}{someone.pk}/history/", "/admin/"):
        shown = admin_client.get(page).content.decode()
        assert "someone" in shown
        assert key not in shown


def test_the_log_of_everything_above(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    """At its most talkative, with tracebacks."""
    for name in ("django", "rq.worker", ""):
        caplog.set_level(logging.DEBUG, name)
    with CaptureQueriesContext(connection):  # SQL would be logged now, with its values.
        secrets: Secrets = request.getfixturevalue("secrets")
        operator: Client = request.getfixturevalue("operator")
        for place in admin_addresses():
            operator.get(place)
        for path in ("/api/health/", "/api/jobs/status/", "/api/config/database/", "/nowhere"):
            operator.get(path)
        Client().post("/admin/login/", {"username": "keeper", "password": SIGN_IN + "?"})
        scrape(f"{METRICS}?")
        look_at_what_is_typed_in(secrets, operator)
        doctor()
    said = "\n".join(logging.Formatter("%(name)s %(message)s").format(r) for r in caplog.records)
    assert "password authentication failed" in said
    assert "Traceback" in said
    assert secrets.within(said) == []


def doctor() -> str:
    """What the doctor says."""
    out = io.StringIO()
    with suppress(SystemExit):
        call_command("doctor", stdout=out, no_color=True)
    return out.getvalue()


def test_metrics(secrets: Secrets, operator: Client) -> None:
    for answer in (operator.get("/metrics"), scrape(METRICS)):
        assert b"sentiment_runs" in answer.content
        assert secrets.within(content_of(answer)) == []
    assert secrets.within(content_of(scrape(f"{METRICS}?"))) == []


def test_what_the_doctor_says(secrets: Secrets, settings: Settings, valkey: ValkeyServer) -> None:
    assert secrets.within(doctor()) == []
    DatabaseConfig.objects.filter(is_active=True).update(password=WRONG)
    settings.REDIS_URL = f"redis://:{WRONG}@127.0.0.1:{valkey.port}/0"
    said = doctor()
    assert "password authentication failed" in said
    assert "BAD   redis: " in said
    assert secrets.within(said) == []


def test_error_pages_logs_and_reports(
    secrets: Secrets,
    operator: Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    valkey: ValkeyServer,
    settings: Settings,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("something broke")

    monkeypatch.setattr(DatabaseConfig, "save", fail)
    body = {"name": "x", "username": "y", "password": TYPED}
    for path, sent in (
        ("/api/config/database/", json.dumps(body)),
        ("/admin/config/databaseconfig/add/", None),
    ):
        if sent:
            answer = operator.post(path, sent, content_type="application/json")
        else:
            answer = operator.post(
                path,
                body
                | {
                    "host": "h",
                    "port": "1",
                    "database_name": "d",
                    "sslmode": "prefer",
                    "source_timezone": "UTC",
                    "connect_timeout": "1",
                    "statement_timeout": "1",
                },
            )
        assert answer.status_code == 500
        assert "something broke" not in answer.content.decode()
        assert secrets.within(content_of(answer)) == []
    assert caplog.text.count("RuntimeError: something broke") >= 2
    assert secrets.within(caplog.text) == []
    look_at_a_report(secrets, valkey, settings)


def look_at_a_report(secrets: Secrets, valkey: ValkeyServer, settings: Settings) -> None:
    """What Django would send or show: with settings, request and frames."""
    settings.REDIS_URL = valkey.url()
    settings.SOURCE_DB = {**settings.SOURCE_DB, "password": secrets.values["source"]}
    request = RequestFactory().post(
        "/admin/",
        {"password": TYPED, "anything": SIGN_IN},
        headers={"Authorization": f"Token {secrets.values['token']}"},
        DATABASE_URL=f"postgres://me:{secrets.values['local']}@host/name",
        SOURCE_DB_PASSWORD=secrets.values["source"],
        METRICS_TOKEN=METRICS,
    )
    try:
        held = secrets.values["source"]
        raise RuntimeError(f"a secret of {len(held)} letters broke it")
    except RuntimeError:
        report = ExceptionReporter(request, *sys.exc_info())
    text = report.get_traceback_text()
    html = report.get_traceback_html()
    assert "letters broke it" in text
    for name in ("anything", "DATABASE_URL", "METRICS_TOKEN", "DATABASES"):
        assert name in text
    assert secrets.within(text) == []
    assert secrets.within(html) == []
    settings.DEBUG = True
    shown = ExceptionReporter(request, *sys.exc_info()).get_traceback_text()
    del secrets.values["typed"], secrets.values["sign_in"]  # The developer's own, in development.
    assert secrets.within(shown) == []


def look_at_how_rows_show_themselves(secrets: Secrets) -> None:
    """As text, as `repr`, within others."""
    rows = [
        row
        for model in filter(_has_table, apps.get_models())
        for row in model._default_manager.all()[:50]
    ]
    assert len(rows) > 100
    for row in rows:
        assert secrets.within(f"{row} {row!r} {[row]}") == []
        if isinstance(row, DatabaseConfig):
            assert secrets.within(f"{vars(row)} {row.password} {row.password!r}") == []
