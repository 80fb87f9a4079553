"""Who asks."""

from tests.clients import guest, not_throttled, staff, user_without_rights

__all__ = ["guest", "not_throttled", "staff", "user_without_rights"]
