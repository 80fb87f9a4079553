"""Which scoring profile is used."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.models import CHANGE
from django.db import transaction

from config.history import Change, Who, record
from config.models import ScoringProfile
from sentiment_api import version


def draft(changes: Mapping[str, Any]) -> ScoringProfile:
    """A version that is not stored: the rules of the active one, with these changes."""
    active = ScoringProfile.active()
    names = [field.name for field in ScoringProfile._meta.fields if field.editable]
    kept = {name: getattr(active, name) for name in names if name not in ("id", "note")}
    return ScoringProfile(**{**kept, **changes})


def activate(profile: ScoringProfile, by: Who, how: str = "") -> None:
    """Use this version from now on. Existing rows keep theirs, but which customers are stale
    follows the active one, so answers change."""
    with transaction.atomic():
        before = ScoringProfile.objects.filter(is_active=True).first()
        profile.activate()
        version.bump()
        if before is not None and before != profile:
            text = f"used from now on, instead of version {before.version}"
            record(by, [Change(profile, CHANGE, text)], how)
