"""Which source is read. Results of two sources must never mix in one local database."""

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


def activate(config: DatabaseConfig, same_data: bool = False) -> None:
    """Make a connection the one that is read. `same_data` confirms that the data have moved."""
    if not same_data:
        active = DatabaseConfig.objects.filter(is_active=True).first()
        refuse_other_source(active, config)
    config.activate()
