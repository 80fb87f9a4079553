"""Which scoring profile is used."""

from django.db import transaction

from config.models import ScoringProfile
from sentiment_api import version


def activate(profile: ScoringProfile) -> None:
    """Use this version from now on. Existing rows keep theirs, but which customers are stale
    follows the active one, so answers change."""
    with transaction.atomic():
        profile.activate()
        version.bump()
