"""Who asks."""

from tests.clients import counted, guest, not_throttled, staff, user_without_rights

__all__ = ["counted", "guest", "not_throttled", "staff", "user_without_rights"]
