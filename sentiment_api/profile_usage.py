"""Which scores used which version of the scoring profile."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from sentiment_api.models import SentimentScore


@dataclass(frozen=True)
class Usage:
    """The current scores of one version: how many, and from which window to the end of which."""

    scores: int
    first: datetime
    last: datetime

    def __str__(self) -> str:
        return f"{self.scores:,} of {self.first:%Y-%m-%d %H:%M}Z to {self.last:%Y-%m-%d %H:%M}Z"


def usage() -> dict[int, Usage]:
    """By the key of the version; one query for all of them."""
    rows = (
        SentimentScore.objects.current()
        .order_by()
        .values("profile")
        .annotate(scores=Count("pk"), first=Min("window_start"), last=Max("window_end"))
    )
    return {row["profile"]: Usage(row["scores"], row["first"], row["last"]) for row in rows}
