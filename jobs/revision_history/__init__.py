"""The revisions of a result: what changed from one to the next, and why."""

from jobs.revision_history.aggregates import aggregate_revisions
from jobs.revision_history.chain import revisions_of, succession
from jobs.revision_history.parts import Code, Reason, Revision
from jobs.revision_history.scores import score_revisions

__all__ = [
    "Code",
    "Reason",
    "Revision",
    "aggregate_revisions",
    "revisions_of",
    "score_revisions",
    "succession",
]
