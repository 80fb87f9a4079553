"""Does the local database have the tables that this version needs?"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jobs.advice import MIGRATE


def not_migrated() -> str:
    """How many migrations the local database lacks, and what to do; empty: none. Raises Error."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"migrations not applied: {len(waiting)}; {MIGRATE}" if waiting else ""
