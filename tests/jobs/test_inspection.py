"""What is told of a source connection that works, more or less."""

from collections.abc import Iterator

import pytest

from config.models import DatabaseConfig
from jobs.findings import Level
from jobs.models import Reprocess
from jobs.pipeline import backfill_run, execute
from jobs.source.inspection import inspect_source
from tests.jobs.conftest import at
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]


@pytest.fixture
def careful(source: SourceDatabase) -> Iterator[SourceDatabase]:
    """The owner lets us read just the columns that we need, so never the mail itself."""
    source.sql("CREATE ROLE careful LOGIN PASSWORD 'x'")
    source.sql("GRANT SELECT ON customers TO careful")
    source.sql("GRANT SELECT (customer_id, sample_type, reported_at) ON email_samples TO careful")
    DatabaseConfig.objects.update(username="careful")
    config = DatabaseConfig.active()
    config.password = "x"
    config.save()
    yield source
    source.sql("DROP OWNED BY careful")
    source.sql("DROP ROLE careful")


def told(subject: str) -> list[tuple[Level, str]]:
    """What is said of it."""
    findings = inspect_source(DatabaseConfig.active())
    return [(one.level, one.text) for one in findings if one.subject == subject]


def test_rights_on_the_columns_that_are_read_are_enough(careful: SourceDatabase) -> None:
    careful.customer(1)
    careful.reports(1, at(0), fn=2)
    run = backfill_run(at(0), at(1), Reprocess.NONE)
    run.save()
    assert execute(run).rows_read == 3, "the customer and two reports"
    assert told("source rights") == []
    careful.sql("REVOKE SELECT (sample_type) ON email_samples FROM careful")
    ((level, text),) = told("source rights")
    assert level == Level.BAD
    assert text == "careful may not read email_samples.sample_type: grant SELECT on them"


def test_an_index_of_some_rows_is_none(source: SourceDatabase) -> None:
    (index,) = source.sql(
        "SELECT indexdef, indexname FROM pg_indexes WHERE tablename = 'email_samples' "
        "AND indexdef LIKE '%%(reported_at)%%'"
    )
    source.sql(f"DROP INDEX {index[1]}")
    try:
        source.sql("CREATE INDEX of_fp ON email_samples (reported_at) WHERE sample_type = 'FP'")
        ((level, text),) = told("source index")
        assert (level, "has no index on reported_at" in text) == (Level.DOUBTFUL, True)
    finally:
        source.sql("DROP INDEX of_fp")
        source.sql(index[0])


@pytest.mark.parametrize("zone", ["CET", "EET", "MET", "WET", "localtime"])
def test_a_zone_that_postgresql_takes_for_another_is_named(
    source: SourceDatabase, zone: str
) -> None:
    """It may be stored from before; new ones are refused."""
    DatabaseConfig.objects.update(source_timezone=zone)
    ((level, text),) = told("source timezone")
    assert level == Level.BAD
    assert f"'{zone}' is not the same zone in PostgreSQL; use a name such as" in text
