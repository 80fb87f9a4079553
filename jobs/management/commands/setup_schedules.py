"""`manage.py setup_schedules`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from redis.exceptions import RedisError

from jobs import schedules


class Command(BaseCommand):
    """Register the schedules."""

    help = "Register the schedules in Redis; running it twice changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            changes = schedules.register()
        except RedisError as error:
            raise CommandError(f"Redis cannot be reached ({error}); check REDIS_URL") from error
        for change in changes or ["Nothing to change."]:
            self.stdout.write(change)
