"""Settings, `.env.example` and the Makefile agree."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).parent.parent
KEY = "ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMtISE="


def names_in_settings() -> set[str]:
    """What the settings, and those of the web server, read from the environment."""
    trees = [
        ast.parse((ROOT / file).read_text())
        for file in ("sentiment_analysis/settings.py", "gunicorn.conf.py")
    ]
    nodes = (node for tree in trees for node in ast.walk(tree))
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.args]
    readers = [
        call
        for call in calls
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "env"
    ]
    return {
        call.args[0].value
        for call in readers
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def test_env_example_names_what_the_settings_read() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = {line.split("=")[0] for line in lines if re.match(r"[A-Z_]+=", line)}
    assert shown == names_in_settings()


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` with nothing but the given environment."""
    clean = {"PATH": os.environ["PATH"], "ENV_FILE": ""} | environment
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_half_of_the_threads_may_wait_for_bodies() -> None:
    """As for heads, for which the web server's own setting is asked."""
    from sentiment_analysis.wsgi import BODIES_AT_ONCE

    text = (ROOT / "gunicorn.conf.py").read_text()
    assert f"threads = {2 * BODIES_AT_ONCE}\n" in text


@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_ENCRYPTION_KEY"])
def test_production_does_not_start_without_its_keys(missing: str) -> None:
    keys = {"SECRET_KEY": "x" * 60, "FIELD_ENCRYPTION_KEY": KEY}
    del keys[missing]
    done = manage("check", **keys)
    assert done.returncode != 0
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"{missing} is not set: fill it in in .env")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DEBUG", "maybe", "DEBUG='maybe' is neither 1 nor 0"),
        ("SOURCE_DB_PORT", "98x77", "SOURCE_DB_PORT='98x77' is no whole number from 1 to 65535"),
        ("CATCH_UP_HOURS", "-5", "CATCH_UP_HOURS='-5' is no whole number from 1 to"),
        ("REDIS_URL", "localhost", "REDIS_URL does not begin with redis://"),
        ("DATABASE_URL", "mysql://root:pw@h/x", "DATABASE_URL is neither sqlite:///file nor"),
        ("DATABASE_URL", "postgres://u:pw/x@h/x", "DATABASE_URL is no address: write / #"),
        ("REDIS_URL", "redis://:pw/x@h/0", "REDIS_URL is no address: write / # ? @"),
        ("REDIS_URL", "redis://:p@h/0?socket_timeout=pw", "REDIS_URL is no address"),
        ("THROTTLE_GUEST", "lots", "THROTTLE_GUEST='lots' is no rate such as 300/minute"),
        ("THROTTLE_STAFF", "9/min", "THROTTLE_STAFF='9/min' is no rate such as 300/minute (second"),
        ("SOURCE_ALLOWED_HOSTS", "db,10.1.2.3/8", "SOURCE_ALLOWED_HOSTS: '10.1.2.3/8' is no name"),
        ("SOURCE_ALLOWED_HOSTS", "db,a b", "SOURCE_ALLOWED_HOSTS: 'a b' is no name, address or"),
        ("API_CONTACT", "us", "API_CONTACT='us' is neither a web nor an e-mail address"),
        ("FIELD_ENCRYPTION_KEY", "hello", "FIELD_ENCRYPTION_KEY holds something that is no"),
        ("WEB_CONCURRENCY", "x", "WEB_CONCURRENCY='x' is no whole number from 1 to 1000"),
        ("ENV_FILE", ".demo/gone", "ENV_FILE='.demo/gone' is not there: that of the demo is while"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(name: str, value: str, message: str) -> None:
    keys = {"SECRET_KEY": "x" * 60, "FIELD_ENCRYPTION_KEY": KEY}
    done = manage("doctor", **keys | {name: value})
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(message)
    assert "pw" not in line


def test_values_are_taken_as_they_stand() -> None:
    code = "from django.conf import settings; print(settings.SOURCE_DB['password'])"
    keys = {"SECRET_KEY": "$x" * 30, "FIELD_ENCRYPTION_KEY": KEY, "SOURCE_DB_PASSWORD": "$e #\\c"}
    assert manage("shell", "-v0", "-c", code, **keys).stdout.strip() == "$e #\\c"


@pytest.mark.parametrize(
    ("address", "option", "value"),
    [
        ("sqlite:///x", "timeout", "20"),
        ("sqlite:///x?timeout=60", "timeout", "60"),
        ("postgres://u@h/x", "connect_timeout", "10"),
        ("postgres://u@h/x?connect_timeout=3&sslmode=require", "connect_timeout", "3"),
    ],
)
def test_what_an_address_says_counts_more_than_what_is_usual(
    address: str, option: str, value: str
) -> None:
    code = (
        "from django.conf import settings; "
        f"print(settings.DATABASES['default']['OPTIONS']['{option}'])"
    )
    keys = {"SECRET_KEY": "x" * 60, "FIELD_ENCRYPTION_KEY": KEY, "DATABASE_URL": address}
    assert manage("shell", "-v0", "--no-imports", "-c", code, **keys).stdout.strip() == value


@pytest.mark.parametrize("address", ["sqlite:///x", "postgres://u@h/x"])
def test_connections_stay_open_and_are_looked_at_first(address: str) -> None:
    """Those to a server, before a request uses one: it may have been restarted."""
    code = (
        "from django.conf import settings; one = settings.DATABASES['default']; "
        "print(one['CONN_MAX_AGE'], one.get('CONN_HEALTH_CHECKS', False))"
    )
    keys = {"SECRET_KEY": "x" * 60, "FIELD_ENCRYPTION_KEY": KEY, "DATABASE_URL": address}
    said = manage("shell", "-v0", "--no-imports", "-c", code, **keys).stdout.strip()
    assert said == f"60 {address.startswith('postgres')}"


@pytest.mark.parametrize(
    ("value", "kind"), [("https://help.example", "url"), ("us@help.example", "email")]
)
def test_the_document_names_whom_to_ask(value: str, kind: str) -> None:
    code = (
        "from sentiment_api.rest.openapi.document import document; i = document()['info']; "
        f"print(i['contact']['{kind}'], i['license']['name'])"
    )
    keys = {"SECRET_KEY": "x" * 60, "FIELD_ENCRYPTION_KEY": KEY}
    done = manage("shell", "-v0", "-c", code, API_CONTACT=value, API_LICENCE="MIT", **keys)
    assert done.stdout.strip() == f"{value} MIT", done.stderr


def test_the_zone_of_the_machine_does_not_matter() -> None:
    code = "import time; print(time.tzname[0])"
    done = manage(
        "shell", "-v0", "-c", code, SECRET_KEY="x", FIELD_ENCRYPTION_KEY=KEY, TZ="Asia/Tokyo"
    )
    assert done.stdout.strip() == "UTC"


def test_debug_tools_load_under_debug_only() -> None:
    code = "from django.conf import settings; print('debug_toolbar' in settings.INSTALLED_APPS)"
    keys = {"SECRET_KEY": "x", "FIELD_ENCRYPTION_KEY": KEY}
    assert manage("shell", "-v0", "-c", code, DEBUG="0", **keys).stdout.strip() == "False"
    assert manage("shell", "-v0", "-c", code, DEBUG="1", **keys).stdout.strip() == "True"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="these are settings of SQLite")
def test_sqlite_is_set_up_for_one_writer_beside_readers() -> None:
    """Without these, writers fail with "database is locked" and large writes take twice as long."""
    with connection.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "cache_size", "wal_autocheckpoint")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,
        "cache_size": -65536,
        "wal_autocheckpoint": 8000,
    }
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert connection.settings_dict["OPTIONS"]["timeout"] == 20
