"""Scores of a range by given rules: the newest of each customer, and the mean of all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from config.models import ScoringProfile
from jobs.norms import norms_of
from jobs.range_scores import Counts, Flags, Floats, score_range
from jobs.what_if.reading import Known

ROWS_PER_BLOCK = 200_000
"""So many are computed at a time, so that memory is needed for what is read, not for what is
computed of it."""


@dataclass(frozen=True)
class Computed:
    """For each customer of `Known.newest`: its score in that window (NaN: it has no reports there
    any more), whether that has enough evidence, the baseline it was measured against (NaN: none),
    and sum and number of its scores in the range."""

    score: Floats
    enough: Flags
    baseline: Floats
    total: Floats
    scores: Floats


def compute(known: Known, profile: ScoringProfile, baselines: Mapping[str, float]) -> Computed:
    """The scores by this profile and these baselines (by the key of the industry)."""
    newest = known.newest
    norms = norms_of(newest.industry, baselines, profile)
    customers = len(newest.key)
    score, against = np.full(customers, np.nan), np.full(customers, np.nan)
    enough = np.zeros(customers, dtype=bool)
    total, scores = np.zeros(customers), np.zeros(customers)
    for block in _blocks(known.counts):
        place = np.searchsorted(newest.key, block.customer)
        found = score_range(block, norms.at(place), profile)
        here = block.hour == newest.hour[place]
        score[place[here]] = found.score[here]
        enough[place[here]] = found.rest_on(profile.min_evidence)[here]
        against[place[here]] = np.where(found.normalized, norms.baseline[place], np.nan)[here]
        within = block.hour >= known.hours.start
        total += np.bincount(place[within], weights=found.score[within], minlength=customers)
        scores += np.bincount(place[within], minlength=customers)
    return Computed(score, enough, against, total, scores)


def _blocks(counts: Counts) -> Iterator[Counts]:
    """The counts in parts; none parts those of a customer."""
    first = np.flatnonzero(np.r_[True, counts.customer[1:] != counts.customer[:-1]])
    cuts = first[np.r_[True, np.diff(first // ROWS_PER_BLOCK) > 0]]
    for start, end in pairwise([*cuts.tolist(), len(counts.customer)]):
        part = slice(start, end)
        yield Counts(counts.customer[part], counts.hour[part], counts.fn[part], counts.fp[part])
