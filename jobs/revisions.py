"""What has changed between what should be there and what is: the heart of idempotence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Stored:
    """Current rows: their key, identity and revision, and the columns to compare."""

    key: NDArray[np.int64]
    job_id: NDArray[np.object_]
    revision: NDArray[np.int64]
    columns: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, key: NDArray[np.int64], rows: NDArray[np.void], columns: Iterable[str]) -> Self:
        """From an array with `job_id`, `revision` and the columns to compare."""
        return cls(key, rows["job_id"], rows["revision"], {name: rows[name] for name in columns})

    def without(self, keys: NDArray[np.int64]) -> Self:
        """The rows with other keys."""
        left = ~np.isin(self.key, keys)
        columns = {name: column[left] for name, column in self.columns.items()}
        return type(self)(self.key[left], self.job_id[left], self.revision[left], columns)


@dataclass(frozen=True)
class Difference:
    """`changed`: places among the wanted rows that need a new row, with its `revision`;
    `ended`: the `job_id`s whose currency ends; `vanished`: places among the stored rows that
    nothing replaces."""

    changed: NDArray[np.int64]
    revision: NDArray[np.int64]
    ended: list[Any]
    vanished: NDArray[np.int64]


def compare(
    key: NDArray[np.int64], columns: Mapping[str, NDArray[Any]], stored: Stored
) -> Difference:
    """Compare wanted rows with stored ones by key. Floats that differ by less than 1e-9, and
    two absent ones, are equal."""
    order = np.argsort(stored.key, kind="stable")
    place = np.searchsorted(stored.key, key, sorter=order)
    partner = order[np.minimum(place, len(order) - 1)] if len(order) else np.zeros_like(key)
    known = stored.key[partner] == key if len(order) else np.zeros(len(key), dtype=bool)
    different = np.zeros(len(key), dtype=bool)
    for name, wanted in columns.items():
        if len(order):
            different |= ~equal(wanted, stored.columns[name][partner])
    changed = np.flatnonzero(~known | different)
    replaced = known[changed]
    revision = np.ones(len(changed), dtype=np.int64)
    revision[replaced] = stored.revision[partner[changed[replaced]]] + 1
    vanished = np.flatnonzero(~among(stored.key, key))
    ended = stored.job_id[np.r_[partner[changed[replaced]], vanished].astype(np.int64)]
    return Difference(changed, revision, ended.tolist(), vanished)


def among(keys: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the keys are among the known ones, of which none comes twice."""
    if not len(keys) or not len(known):
        return np.zeros(len(keys), dtype=bool)
    known = np.sort(known)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray(known[place] == keys)


def equal(wanted: NDArray[Any], stored: NDArray[Any]) -> NDArray[np.bool_]:
    """Which values are the same: floats to 1e-9, and two absent ones."""
    if wanted.dtype.kind == "f":
        both_absent = np.isnan(wanted) & np.isnan(stored)
        return np.asarray(both_absent | (np.abs(wanted - stored) < TOLERANCE))
    return np.asarray(wanted == stored)
