"""The process that puts scheduled jobs into their queues."""

import django_rq
import pytest
from redis.exceptions import RedisError

from jobs import schedules
from jobs.scheduler import Scheduler


def test_a_clock_that_was_set_back_is_not_forgotten_while_redis_is_away(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules.register()
    asked: list[str] = []

    def away_at_first(_link: object) -> list[str]:
        asked.append("again" if asked else "first")
        if len(asked) == 1:
            raise RedisError
        return []

    monkeypatch.setattr(schedules, "bring_forward", away_at_first)
    scheduler = Scheduler(connection=django_rq.get_connection("high"))
    with pytest.raises(RedisError):
        scheduler._look()
    scheduler._look()
    assert asked == ["first", "again"]
    scheduler._look()
    assert asked == ["first", "again"]
