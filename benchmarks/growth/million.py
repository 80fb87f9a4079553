"""What every command, and every kind of question, takes at a million customers."""

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.growth.asked import changed, product, taken_by, unchanged
from benchmarks.growth.local import waiting
from benchmarks.growth.reads import PAGE, Say, cursor_of, customers, graphql, rest, shown
from benchmarks.growth.runs import CUSTOMERS, first_of_day, hourly
from benchmarks.processes import Taken
from benchmarks.stage import Stage

MILLION = CUSTOMERS[-1]
LAST_PAGE = MILLION // PAGE


def commands(stage: Stage, say: Say) -> list[dict[str, Any]]:
    """Each command, in a process of its own."""
    local = stage.have(waiting(MILLION))
    folder = local.file.parent / "backups"
    todo: dict[str, Callable[[], Taken]] = {
        "backfill (24 windows, two of them full)": lambda: local.filled,
        "run_pipeline": lambda: hourly(local),
        "run_pipeline (first of a day)": lambda: first_of_day(local),
        "doctor": lambda: local.command("doctor", fails=True),
        "prune --superseded-older-than 1": lambda: local.command(
            "prune", "--superseded-older-than", "1"
        ),
        "prune --windows-older-than 32": lambda: local.command(
            "prune", "--windows-older-than", "32"
        ),
        "backup": lambda: local.command("backup", str(folder)),
        "setup_schedules": lambda: local.command("setup_schedules"),
        "rotate_keys": lambda: local.command("rotate_keys"),
    }
    return list(_each(todo, say))


def _each(todo: dict[str, Callable[[], Taken]], say: Say) -> Iterator[dict[str, Any]]:
    for work, measure in todo.items():
        taken = measure()
        say(f"    {work}: {taken.processor:.2f} s, {taken.memory:,} bytes")
        yield shown(work, taken)


def questions(stage: Stage, say: Say) -> list[dict[str, Any]]:
    """Each kind of question about a million customers: after a change of the data, and again."""
    local = stage.have(waiting(MILLION))
    with product(local.settings, local.file.parent) as server:
        behind = cursor_of(server, 999 * PAGE)
        asked = {
            "REST, page 1": rest("customers"),
            "REST, page 1,000": rest("customers", page=1_000),
            f"REST, page {LAST_PAGE:,} (the last)": rest("customers", page=LAST_PAGE),
            "REST, the saddest first": rest("customers", ordering="current_sentiment"),
            "REST, getting worse": rest("customers", ordering="getting_worse"),
            "REST, the newest first": rest("customers", ordering="-created_at"),
            "REST, of an industry": rest("customers", industry="industry 3"),
            "REST, of a city": rest("customers", city="city 5"),
            "REST, with a low score": rest("customers", sentiment_max="0.3"),
            "REST, by the state of the score": rest("customers", score_state="scored"),
            "REST, search": rest("customers", search="company 0000123"),
            "REST, one customer": rest("customers/500000"),
            "REST, scores": rest("sentiment"),
            "REST, scores of an industry": rest("sentiment", customer__industry="Industry 3"),
            "REST, the lowest scores": rest("sentiment", ordering="sentiment_score"),
            "REST, industries as they stand": rest("sentiment/industries"),
            "REST, status of the jobs": rest("jobs/status"),
            "GraphQL, page 1": customers(),
            "GraphQL, page 1,000 by cursor": customers(f'first: {PAGE}, after: "{behind}"'),
            "GraphQL, with totalCount": customers(more="totalCount"),
            "GraphQL, getting worse": customers("first: 50, orderBy: GETTING_WORSE"),
            "GraphQL, most reports of late": customers(
                "first: 50, orderBy: REPORTS_LAST_24_HOURS_DESC"
            ),
            "GraphQL, industries as they stand": graphql(
                "{ industries { industry customers standingSentimentScore } }"
            ),
        }
        found = []
        for work, request in asked.items():
            first = taken_by(server, request, changed(local.file))
            again = taken_by(server, request, unchanged)
            say(f"    {work}: {first.processor * 1000:.1f} ms, {again.processor * 1000:.1f} ms")
            found.append(shown(work, first) | {"again": again.processor})
        return found
