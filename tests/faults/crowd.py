"""`python -m tests.faults.crowd SEED RUNS`: so many random runs, one after the other, in this
process. Several of these processes overlap in every way there is."""

import os
import random
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentiment_analysis.settings")
django.setup()

from jobs import crew, pipeline  # noqa: E402
from jobs.models import PipelineRun, Reprocess, RunStatus  # noqa: E402
from tests.jobs.conftest import at  # noqa: E402

CUSTOMERS, HOURS = 40, 120
LENGTHS = (1, 3, 10, 30, 60)
MODES = (Reprocess.ALL, Reprocess.ALL, Reprocess.NONE, Reprocess.FAILED)


def main(seed: int, runs: int) -> None:
    """Run them."""
    chance = random.Random(seed)
    for _ in range(runs):
        run = random_run(chance)
        if not run.customer_ids and chance.random() < 0.5:
            chance.choice([as_member, step_by_step])(run)
        else:
            run.save()
            pipeline.execute(run)


def random_run(chance: random.Random) -> PipelineRun:
    """A backfill of a part of the range, now and then of some customers alone."""
    start = chance.randrange(HOURS - max(LENGTHS) // 2)
    span = at(start), at(min(start + chance.choice(LENGTHS), HOURS))
    if chance.random() < 0.25:
        some = chance.sample(range(1, CUSTOMERS + 1), 3)
        return pipeline.backfill_run(*span, Reprocess.ALL, some)
    return pipeline.backfill_run(*span, chance.choice(MODES))


def as_member(run: PipelineRun) -> None:
    """As a worker does it that is a crew alone."""
    run.members = 1
    run.save()
    crew.join(run, lambda: False)


def step_by_step(run: PipelineRun) -> None:
    """As the chain of jobs does it, in which others come between the steps."""
    run.save()
    with pipeline.recorded(run) as ledger:
        pipeline.sync(run)
        for step in pipeline.COMPUTING:
            pipeline.compute(run, step)
        ledger.finish(RunStatus.SUCCEEDED)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
