"""The tables filled by DuckDB: the SQL of the dbt project beside this, read from PostgreSQL and
written to the SQLite file by its scanners.

    SOURCE_URL=postgresql://... LOCAL_FILE=... python backfill.py START STOP    (hours since 1970)
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import duckdb_extension_postgres_scanner
import duckdb_extension_sqlite_scanner
from jinja2 import Environment, FileSystemLoader

PROJECT = Path(__file__).parent.parent / "dbt"
MODELS = (
    *("hours", "people", "counted", "jobs_window", "sentiment_api_syncjob"),
    *("sentiment_api_sentimentscore", "standing", "sentiment_api_segmentsentiment"),
    *("sentiment_api_overallsentiment", "changes", "sentiment_api_customer"),
    "sentiment_api_comparedspan",
)
"""In the order in which they refer to each other."""
KEPT = [name for name in MODELS if "_" in name]
SCHEMAS = {"vendor": "vendor.public", "settings": "local"}


def main(first: int, last: int) -> None:
    bounds = {"first": _time(first), "end": _time(last)}
    with duckdb.connect(config={"allow_unsigned_extensions": "true"}) as database:
        for package in (duckdb_extension_postgres_scanner, duckdb_extension_sqlite_scanner):
            (extension,) = Path(package.__path__[0]).rglob("*.duckdb_extension")
            database.execute(f"LOAD '{extension}'")
        database.execute(
            f"ATTACH '{os.environ['SOURCE_URL']}' AS vendor (TYPE postgres, READ_ONLY)"
        )
        database.execute(f"ATTACH '{os.environ['LOCAL_FILE']}' AS local (TYPE sqlite)")
        for name, sql in _rendered(bounds):
            database.execute(f"CREATE TEMPORARY TABLE {name} AS {sql}")
        database.execute("BEGIN")
        for name in KEPT:
            columns = [row[0] for row in database.execute(f"DESCRIBE local.{name}").fetchall()]
            own = [row[0] for row in database.execute(f"DESCRIBE {name}").fetchall()]
            both = ", ".join(column for column in own if column in columns)
            database.execute(f"INSERT INTO local.{name} ({both}) SELECT {both} FROM {name}")  # noqa: S608
        database.execute("COMMIT")


def _rendered(bounds: dict[str, str]) -> list[tuple[str, str]]:
    """The models, with what dbt's names mean here."""
    names = {
        "ref": lambda name: name,
        "source": lambda where, name: f"{SCHEMAS[where]}.{name}",
        "var": bounds.__getitem__,
        "target": SimpleNamespace(type="duckdb"),
    }
    environment = Environment(loader=FileSystemLoader(PROJECT), autoescape=False)  # noqa: S701 - SQL
    macros = environment.get_template("macros/rows.sql", globals=names).module
    names |= {name: macro for name, macro in vars(macros).items() if not name.startswith("_")}
    return [
        (name, environment.get_template(f"models/{name}.sql", globals=names).render())
        for name in MODELS
    ]


def _time(hour: int) -> str:
    return f"{datetime.fromtimestamp(hour * 3600, UTC):%Y-%m-%d %H:%M:%S}"


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
