"""What a process loads before it does anything."""

import os
import subprocess
import sys

PAGES = ("jobs.admin", "config.admin.", "sentiment_api.rest", "sentiment_api.graphql")


def loaded(*lines: str) -> set[str]:
    """The modules of the pages that are there in a process of its own, after these lines."""
    told = f"print(*(name for name in sys.modules if name.startswith({PAGES!r})))"
    program = "\n".join(["import sys, django", "django.setup()", *lines, told])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "sentiment_analysis.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_workers_and_commands_load_no_page() -> None:
    commands = "from jobs.management.commands import backfill, run_pipeline"
    assert loaded(commands, "import jobs.tasks") == set()


def test_the_checks_of_the_admin_load_its_pages() -> None:
    """Or they would find nothing wrong with pages that they have not seen."""
    checked = "from django.core import checks; assert not checks.run_checks(tags=['admin'])"
    assert "jobs.admin" in loaded(checked)


def test_the_addresses_of_the_site_load_them_all() -> None:
    assert {"jobs.admin", "sentiment_api.rest.views"} <= loaded("import sentiment_analysis.urls")
