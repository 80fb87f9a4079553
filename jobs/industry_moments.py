"""How the customers of each industry differ, as a version of the profile keeps it."""

from dataclasses import asdict
from datetime import timedelta

import numpy as np
from django.db.models import F, Max, Sum

from config.industries import industry_key
from config.models import ScoringProfile
from jobs.models import Window
from jobs.moments import Moments, beta_moments
from sentiment_api.models import SyncJob


def settle_moments(profile: ScoringProfile) -> None:
    """Give a version that is being made the moments of the industries, if it draws bases towards
    them. They stay with it, so that its scores rest on counts alone."""
    profile.industry_moments = (
        {key: asdict(one) for key, one in industry_moments(profile.max_age_hours).items()}
        if profile.industry_shrinkage
        else {}
    )


def industry_moments(hours: int) -> dict[str, Moments]:
    """How the customers of each industry (by its key) differ in the newest so many covered
    hours. Industries that say too little are left out. Two queries."""
    newest = Window.objects.aggregate(newest=Max("window_start"))["newest"]
    if newest is None:
        return {}
    rows = (
        SyncJob.objects.current()
        .filter(window_start__gt=newest - timedelta(hours=hours), window_start__lte=newest)
        .values("customer_id", "customer__industry")
        .annotate(fn=Sum("fn_count"), reports=Sum(F("fn_count") + F("fp_count")))
        .values_list("customer__industry", "fn", "reports")
    )
    counts: dict[str, list[tuple[int, int]]] = {}
    for industry, fn, reports in rows:
        counts.setdefault(industry_key(industry), []).append((fn, reports))
    found = {key: beta_moments(*np.array(sums, dtype=np.int64).T) for key, sums in counts.items()}
    return {key: moments for key, moments in sorted(found.items()) if moments}
