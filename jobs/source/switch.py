"""Which source is read. Results of two sources must never mix in one local database."""

from django.db import transaction

from config.history import Change, Who, record, stored, values
from config.models import DatabaseConfig
from jobs.models import Window


class SourceChangeRefusedError(Exception):
    """The change would mix results of two sources; the message says what to do instead."""


def refuse_other_source(old: DatabaseConfig | None, new: DatabaseConfig) -> None:
    """Raise SourceChangeRefusedError if `new` is another host, port or database than the active
    connection while windows are covered."""
    if old is None or old.address == new.address or not Window.objects.exists():
        return
    raise SourceChangeRefusedError(
        f"windows read from {old.address} are covered; {new.address} would be mixed with them. "
        "Use a fresh local database for another source (DATABASE_URL), or confirm that it is "
        "the same data at a new place"
    )


def activate(config: DatabaseConfig, by: Who, same_data: bool = False, how: str = "") -> None:
    """Make a connection the one that is read. `same_data` confirms that the data have moved."""
    active = DatabaseConfig.objects.filter(is_active=True).first()
    if not same_data:
        refuse_other_source(active, config)
    with transaction.atomic():
        before = stored(config)
        config.activate()
        changes = [Change.edited(before, config) if before else Change.added(config)]
        if active is not None and active.pk != config.pk:
            was = values(active)
            active.refresh_from_db()
            changes.append(Change.edited(was, active))
        record(by, changes, how)
