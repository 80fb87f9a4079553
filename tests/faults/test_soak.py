"""A soak: hourly runs with random faults, of which everything is made up for in the end.

`make soak` and `make soak-postgres` do it for a month; SOAK_HOURS and SOAK_SEED name the hours and
the seed.
"""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.models import DatabaseConfig
from demo.servers import ValkeyServer
from tests.faults.proxy import Proxy
from tests.faults.soak.account import outcomes, settle_account, superseded
from tests.faults.soak.children import Nursery
from tests.faults.soak.clock import Clock
from tests.faults.soak.life import Life
from tests.faults.soak.month import Month
from tests.faults.soak.operator import Operator
from tests.faults.soak.trouble import Scene
from tests.faults.soak.web import Web
from tests.faults.source_clock import another_clock
from tests.faults.test_source import reader
from tests.source import SourceDatabase

HOURS = int(os.environ.get("SOAK_HOURS") or 36)
SEED = int(os.environ.get("SOAK_SEED") or 3)
"""Within 36 hours of this one most kinds of fault happen."""
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
BEGIN = datetime(2026, 10, 12, tzinfo=UTC)
"""Summer time ends in Europe and in America within the month that follows."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_profile")
def test_whatever_happens_everything_is_made_up_for(
    source: SourceDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    with a_month(source, tmp_path, random.Random(SEED)) as month:
        try:
            for _ in range(HOURS):
                month.hour()
            month.settle()
            rows = settle_account(source, month.begin, month.scene.clock.now)
        except BaseException:
            print(month.nursery.said())
            passed = (month.scene.clock.now - BEGIN) // timedelta(hours=1)
            soak = "soak" if connection.vendor == "sqlite" else "soak-postgres"
            print(f"hour {passed} of seed {SEED}: make {soak} HOURS={HOURS} SEED={SEED} repeats it")
            raise
    with capsys.disabled():
        print(
            f"\nsoak: seed {SEED}, {HOURS} hours in {time.monotonic() - begun:.0f} s; "
            f"faults: {told(month.faults)}; runs: {told(outcomes())}; "
            f"{rows:,} rows equal the source's, {superseded():,} older revisions"
        )


def told(counted: dict[str, int]) -> str:
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in sorted(counted.items()))


@contextmanager
def a_month(source: SourceDatabase, folder: Path, chance: random.Random) -> Iterator[Month]:
    """All that is needed for it, at its begin."""
    first = BEGIN - timedelta(hours=settings.INITIAL_HISTORY_HOURS)
    zone, machine = chance.choice(ZONES), chance.choice(ZONES)
    with (
        ValkeyServer(folder / "valkey", throwaway=True) as valkey,
        Proxy((source.server.host, source.server.port)) as line,
        reader(source),
        another_clock(source),
        Nursery.opened(valkey.url(), folder, machine) as nursery,
        Web.opened(valkey.url()) as web,
    ):
        DatabaseConfig.objects.update(
            host=line.host,
            port=line.port,
            connect_timeout=1,
            statement_timeout=1,
            source_timezone=zone,
        )
        clock = Clock(source, BEGIN - timedelta(hours=1))
        life = Life(source, chance, zone, first)
        life.before(clock.now)
        scene = Scene(source, line, valkey, clock, web, chance)
        yield Month(scene, life, Operator(life, clock, chance, first), nursery, BEGIN)
