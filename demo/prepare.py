"""What Django has to do before the processes start, in one process of its own.

`python -m demo.prepare first|again START END` with the settings in the environment: `first`
computes the whole history, `again` catches up. Every step is harmless when repeated.
"""

import io
import os
import sys

import django
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from demo.steps import step

ADMIN = "admin"


def main(when: str, start: str, end: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentiment_analysis.settings")
    django.setup()
    try:
        _prepare(when, start, end)
    except CommandError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _prepare(when: str, start: str, end: str) -> None:
    with step("local database"):
        _quietly("migrate", interactive=False)
        _load_baselines()
        _make_admin()
        _quietly("use_source", "--same-data")
    with step("static files"):
        _quietly("collectstatic", interactive=False)
    with step("schedules"):
        _quietly("setup_schedules")
    if when == "first":
        with step("history computed"):
            call_command("backfill", "--start", start, "--end", end)
    else:
        with step("caught up"):
            call_command("run_pipeline")


def _quietly(command: str, *arguments: str, **options: bool) -> None:
    call_command(command, *arguments, verbosity=0, stdout=io.StringIO(), **options)


def _load_baselines() -> None:
    from config.models import IndustryBaseline

    if not IndustryBaseline.objects.exists():
        _quietly("loaddata", "initial_industry_baselines")


def _make_admin() -> None:
    users = get_user_model()._default_manager
    if not users.filter(username=ADMIN).exists():
        password = os.environ["DEMO_ADMIN_PASSWORD"]
        users.create_superuser(ADMIN, "admin@example.com", password)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
