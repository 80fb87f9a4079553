"""Writes into the ledger that this day's first run, which reads more than others, is behind.

`python -m benchmarks.growth.later_in_the_day` does so in the database of the settings.
"""

import django


def main() -> None:
    """A run that began today and ended well."""
    django.setup()

    from django.utils import timezone

    from jobs.models import PipelineRun, RunStatus, Trigger

    now = timezone.now()
    PipelineRun.objects.create(
        trigger=Trigger.SCHEDULE,
        status=RunStatus.SUCCEEDED,
        whole_day=True,
        started_at=now,
        finished_at=now,
    )


if __name__ == "__main__":
    main()
