"""Who changes baselines and profiles, and asks for what the hourly runs do not do by themselves."""

import random
from datetime import datetime, timedelta

from config.models import IndustryBaseline
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger
from tests.faults.soak.clock import Clock
from tests.faults.soak.life import Life
from tests.jobs.test_pipeline import use_profile

PROFILES: tuple[dict[str, object], ...] = (
    {},
    {"max_age_hours": 48, "history_windows": 4},
    {"max_age_hours": 96, "trend_adjusted": True},
    {"base_method": "pooled", "normalisation_method": "logit"},
    {"base_method": "simple_ratio", "history_windows": 6},
)


class Operator:
    """Looks at what has changed, and at the ledger."""

    def __init__(self, life: Life, clock: Clock, chance: random.Random, first: datetime) -> None:
        self._life = life
        self._clock = clock
        self._chance = chance
        self._first = first
        self._start = first
        self._whole = True
        self._late: set[datetime] = set()
        self._unfinished = self.goes_on = False
        self._last_seen = self._newest()

    def decide(self) -> None:
        """Now and then scores are to be computed in another way."""
        if self._chance.random() < 0.02:
            use_profile(**self._chance.choice(PROFILES))
            self._life.changed = True
        if self._chance.random() < 0.02:
            IndustryBaseline.objects.update_or_create(
                industry=self._chance.choice(("BANKING", "Energy", "Retail")),
                defaults={"baseline_score": self._chance.choice((0.3, 0.5, 0.7))},
            )
            self._life.changed = True

    @property
    def owes(self) -> bool:
        """Is there anything to ask for?"""
        return self._life.changed or self._unfinished or bool(self._life.too_late)

    def asks(self) -> tuple[str, ...]:
        """The command: everything again, or the windows of reports that came too late; or to go on
        with what was asked for last and did not come to its end."""
        life, end = self._life, self._clock.now
        self._whole, self._late = life.changed, set(life.too_late)
        goes_on = self.goes_on = self._unfinished and not life.changed
        self._start = self._first
        if not life.changed and not goes_on:
            self._start, end = min(life.too_late), max(life.too_late) + timedelta(hours=1)
        life.changed = False
        if not goes_on:
            life.too_late.clear()
        how = Reprocess.FAILED if goes_on else Reprocess.ALL
        span = ("--start", self._start.isoformat(), "--end", end.isoformat())
        return ("backfill", *span, "--reprocess", how.value)

    def sees(self) -> None:
        """How it has ended. What did not even begin is asked for again."""
        run = self._newest()
        if run is not None and run != self._last_seen and run.started_at is not None:
            self._unfinished = run.status != RunStatus.SUCCEEDED
        else:
            self._life.changed |= self._whole
            self._life.too_late |= self._late
        self._last_seen = run

    def _newest(self) -> PipelineRun | None:
        asked = PipelineRun.objects.filter(trigger=Trigger.BACKFILL, range_start=self._start)
        return asked.order_by("-run_id").first()
