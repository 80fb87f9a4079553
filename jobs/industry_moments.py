"""How the customers of each industry differ, as a version of the profile keeps it."""

from dataclasses import asdict

import numpy as np
from django.db.models import F

from config.industries import industry_key
from config.models import ScoringProfile
from jobs.moments import Moments, beta_moments
from sentiment_api.models import Customer


def settle_moments(profile: ScoringProfile) -> None:
    """Give a version that is being made the moments of the industries, if it draws bases towards
    them. They stay with it, so that its scores rest on counts alone."""
    profile.industry_moments = (
        {key: asdict(one) for key, one in industry_moments().items()}
        if profile.industry_shrinkage
        else {}
    )


def industry_moments() -> dict[str, Moments]:
    """How the customers of each industry (by its key) differ, over the reports that they carry:
    those that count now. Industries that say too little are left out. One query."""
    rows = Customer.objects.values_list(
        "industry",
        F("recent_fn") + F("before_fn"),
        F("recent_fn") + F("recent_fp") + F("before_fn") + F("before_fp"),
    )
    counts: dict[str, list[tuple[int, int]]] = {}
    for industry, fn, reports in rows:
        counts.setdefault(industry_key(industry), []).append((fn, reports))
    found = {key: beta_moments(*np.array(sums, dtype=np.int64).T) for key, sums in counts.items()}
    return {key: moments for key, moments in sorted(found.items()) if moments}
