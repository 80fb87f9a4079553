"""What other rules would do, before anyone saves them: old and new scores side by side.

Reads, computes and forgets: nothing is written, and nothing is locked.
"""

from jobs.what_if.answer import (
    Comparison,
    Crossings,
    CustomerChange,
    IndustryComparison,
    WhatIf,
)
from jobs.what_if.ask import DAYS, LIMIT, MOST_DAYS, MOST_LISTED, what_if
from jobs.what_if.reading import MOST_SCORES, TooManyScoresError

__all__ = [
    "DAYS",
    "LIMIT",
    "MOST_DAYS",
    "MOST_LISTED",
    "MOST_SCORES",
    "Comparison",
    "Crossings",
    "CustomerChange",
    "IndustryComparison",
    "TooManyScoresError",
    "WhatIf",
    "what_if",
]
