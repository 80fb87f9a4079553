"""A simulated month: an hour has its reports, its runs and what goes wrong with them."""

import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from jobs.clock import to_hour
from jobs.models import PipelineRun, RunStatus, Window
from jobs.plan import REREAD_HOURS, uncovered
from tests.faults.soak.children import FINITE_SECONDS, RUN, WORK, Nursery, Order
from tests.faults.soak.clock import an_hour_passes
from tests.faults.soak.life import Life
from tests.faults.soak.operator import Operator
from tests.faults.soak.trouble import LASTING, PASSING, PASSING_LOCALLY, Hour, Lasting, Scene
from tests.jobs.reference import check_results, expected_counts, stored_counts

ORDERLY = {0, 1, 130}
"""How a command may exit, if it is not killed: well, with one line, or interrupted."""


@dataclass
class Month:
    """Passes hour by hour. `faults` counts what went wrong."""

    scene: Scene
    life: Life
    operator: Operator
    nursery: Nursery
    begin: datetime
    faults: Counter[str] = field(default_factory=Counter)
    _goes_on: bool = True
    _trouble: tuple[Lasting, datetime] | None = None
    _ends: ExitStack = field(default_factory=ExitStack)
    _took: dict[bool, float] = field(default_factory=lambda: {True: 1.0, False: 0.5})

    def hour(self) -> None:
        """The next one, with all that may happen in it."""
        self._strike()
        self.life.hour(self.scene.clock.now)
        self.operator.decide()
        self._trouble_ends_or_begins()
        if not self.scene.workers:
            return
        chance = self.scene.chance
        calm = self._pass(Hour([self._run()]), chance.choice((0, 0, 1, 1, 1, 2)))
        if calm:
            self.check_calm()
        if self.operator.owes and chance.random() < 0.3:
            self._repair(chance.choice((0, 1)))

    def settle(self) -> None:
        """All trouble ends. The first run of another day reads what is late; what only an
        operator can ask for is asked for; and after another hour the month is over."""
        self._end_trouble()
        self._goes_on = False
        while self.scene.clock.now.hour:
            self._strike()
        self._calm_hour(self._order(WORK, tick=True))
        while self.operator.owes:
            self._strike()
            self._repair(0)
        self._strike()
        self._calm_hour(self._order(RUN))

    def check_calm(self) -> None:
        """A run that nothing has disturbed makes up for all that was."""
        run = PipelineRun.objects.order_by("-run_id").first()
        assert run is not None
        assert run.status == RunStatus.SUCCEEDED, f"{run}: {run.error}"
        first = Window.objects.earliest("window_start").window_start
        assert first <= self.begin, f"the first run has read no hours before {first}"
        hours = range(to_hour(first), to_hour(self.scene.clock.now))
        assert not uncovered(hours).tolist(), "windows are not covered"
        assert not Window.objects.owing().exists(), "windows owe something"
        last_day = hours[-REREAD_HOURS:]
        there = expected_counts(self.scene.source, last_day)
        here = {key: row for key, row in stored_counts().items() if key[1] in last_day}
        assert here == there, "late reports are missing"
        self.scene.web.check()

    # Time and trouble.

    def _strike(self) -> None:
        self.scene.clock.next_hour()
        if self.scene.valkey.running:
            with closing(self.scene.valkey.connect()) as link:
                an_hour_passes(link)

    def _trouble_ends_or_begins(self) -> None:
        if self._trouble is not None:
            if self.scene.clock.now >= self._trouble[1]:
                self._end_trouble()
        elif self.scene.chance.random() < 0.08:
            fault, most = self.scene.chance.choice(list(LASTING.items()))
            hours = timedelta(hours=self.scene.chance.randint(1, most))
            self._trouble = fault, self.scene.clock.now + hours
            self._ends.enter_context(fault(self.scene))
            self.faults[fault.__name__] += 1

    def _end_trouble(self) -> None:
        self._ends.close()
        self._trouble = None

    # Runs.

    def _order(self, arguments: tuple[str, ...], tick: bool = False) -> Order:
        return Order(arguments, self.scene.clock.ahead, tick)

    def _run(self) -> Order:
        """What the hour asks for, by a worker or by the command."""
        if self.scene.chance.random() < 0.5:
            return self._order(WORK, tick=True)
        return self._order(RUN)

    def _calm_hour(self, order: Order) -> None:
        self._pass(Hour([order]), 0)
        self.check_calm()

    def _pass(self, hour: Hour, faults: int) -> bool:
        """Let the processes of an hour come to their ends, with so many faults. Was it calm, and
        has nothing changed meanwhile in the source?"""
        with ExitStack() as passing:
            kinds = PASSING + PASSING_LOCALLY[connection.vendor]
            for fault in self.scene.chance.sample(kinds, faults):
                self.faults[fault.__name__] += 1
                passing.enter_context(fault(self.scene, hour))
            self._children = [self.nursery.begin(order) for order in hour.orders]
            moment = self.scene.chance.uniform(0, 1.2) * self._took[hour.first.works]
            self._wait(moment)
            for act in hour.during:
                act(self._children)
            late = self._goes_on and self.life.meanwhile(self.scene.clock.now)
            self._wait(FINITE_SECONDS)
        for child in self._children:
            assert child.has_ended(), f"it has not ended for {FINITE_SECONDS} s: {child.order}"
            orderly = child.order.works or child.status in ORDERLY or (child.status or 0) < 0
            assert orderly, f"exit status {child.status}: {child.order}"
        if faults or self._trouble is not None:
            return False
        self._took[hour.first.works] = time.monotonic() - self._children[0].begun
        return not late

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not all(child.has_ended() for child in self._children):
            time.sleep(0.005)

    # Repairs.

    def _repair(self, faults: int) -> None:
        """The operator asks for what no hourly run does: in the foreground, or of two workers."""
        asked = self.operator.asks()
        if self.scene.valkey.running and self.scene.chance.random() < 0.3:
            self._pass(Hour([self._order((*asked, "--enqueue"))]), 0)
            self._pass(Hour([self._order(WORK), self._order(WORK)]), faults)
        else:
            self._pass(Hour([self._order(asked)]), faults)
        self.operator.sees()
        if self.operator.goes_on and not self.operator.owes:
            check_results()
