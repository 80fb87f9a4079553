"""What is normal in each industry, by the baselines and by the profile."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from config.industries import industry_key
from config.models import ScoringProfile
from jobs.range_scores import Norms


def norms_of(
    industries: Iterable[str], baselines: Mapping[str, float], profile: ScoringProfile
) -> Norms:
    """What is normal for each of these names of industries, in their order; `baselines` by the
    key of the industry."""
    names = list(industries)
    moments = profile.moments_by_key()
    unknown = (np.nan, np.nan)
    known: dict[str, tuple[float, float, float]] = {}
    for name in set(names):
        key = industry_key(name)
        known[name] = (baselines.get(key, np.nan), *moments.get(key, unknown))
    columns: NDArray[np.float64] = np.array([known[name] for name in names], dtype=np.float64)
    return Norms(*columns.reshape(-1, 3).T.copy())
