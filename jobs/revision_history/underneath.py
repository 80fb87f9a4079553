"""What happened to the scores underneath an aggregate between two of its states."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.models import ScoringProfile
from jobs.clock import to_hour
from jobs.revision_history.standing import Standing, StandingScore, standing_scores
from sentiment_api.models import SegmentSentiment
from sentiment_api.models.aggregate import Aggregate


@dataclass(frozen=True)
class Span:
    """From one state of a row to the next, and how many customers stood in it at both ends."""

    since: datetime
    until: datetime
    stood: tuple[int, int]


@dataclass(frozen=True)
class Pair:
    """A customer's newest score at both ends of a span, where that is not the same, or where it
    stood at one end alone. `by_age`: its window is as it was, but scores of that age stood at one
    end alone."""

    before: StandingScore | None
    after: StandingScore | None
    by_age: bool

    @property
    def arrived(self) -> bool:
        """Is there a score of a later window than before?"""
        return self.after is not None and (
            self.before is None or self.before.hour < self.after.hour
        )

    @property
    def is_withdrawn(self) -> bool:
        """Is the newer of the two gone?"""
        return self.before is not None and (
            self.after is None or self.after.hour < self.before.hour
        )


class Underneath:
    """The scores that the revisions of one aggregate rested on."""

    def __init__(self, row: Aggregate, spans: Sequence[Span]) -> None:
        """Two queries: profiles, and scores at both ends of all spans."""
        self._hour = to_hour(row.window_start)
        self._industry = row.industry if isinstance(row, SegmentSentiment) else None
        versions = ScoringProfile.objects.order_by("activated_at", "version")
        self._activated = [profile for profile in versions if profile.activated_at]
        self.profiles = {profile.pk: profile for profile in versions}
        instants = sorted({at for span in spans for at in (span.since, span.until)})
        longest = max(profile.max_age_hours for profile in self._activated)
        found = standing_scores(row.window_start, instants, longest) if instants else []
        self._newest: Mapping[datetime, Standing] = dict(zip(instants, found, strict=True))
        self._pairs = {span: list(self._differing(span)) for span in spans}

    def pairs(self, span: Span) -> Sequence[Pair]:
        """The customers whose standing score is another one."""
        return self._pairs[span]

    def hours_of_standing(self, instant: datetime) -> int:
        """How long scores stood by the profile that was active then, as far as is known: of a
        version that was activated twice only the last time is."""
        before = [one for one in self._activated if one.activated_at <= instant]  # type: ignore[operator]
        first = min(self._activated, key=lambda one: one.version)
        return (before[-1] if before else first).max_age_hours

    def vanished(self, span: Span) -> int:
        """How many customers vanished from the source meanwhile, by what is known of them now."""
        return sum(
            1
            for one in self._members(span.until).values()
            if one.gone and span.since < one.gone <= span.until and to_hour(one.gone) <= self._hour
        )

    def silent(self, span: Span) -> tuple[int, int]:
        """At both ends: customers with a score that did not stand, because they were inactive."""
        before, after = len(self._members(span.since)), len(self._members(span.until))
        return before - span.stood[0], after - span.stood[1]

    def _members(self, instant: datetime) -> Standing:
        return {
            customer: score
            for customer, score in self._newest[instant].items()
            if self._belongs(score, self.hours_of_standing(instant))
        }

    def _belongs(self, score: StandingScore, hours: int) -> bool:
        in_group = self._industry is None or score.industry == self._industry
        return in_group and score.hour > self._hour - hours

    def _differing(self, span: Span) -> Iterator[Pair]:
        old, new = self._newest[span.since], self._newest[span.until]
        ages = sorted(self.hours_of_standing(at) for at in (span.since, span.until))
        limits = range(self._hour - ages[1] + 1, self._hour - ages[0] + 1)
        for customer in sorted({*self._members(span.since), *self._members(span.until)}):
            before, after = old.get(customer), new.get(customer)
            same_window = bool(before and after and before.hour == after.hour)
            by_age = same_window and after is not None and after.hour in limits
            if by_age or before is None or after is None or before.job_id != after.job_id:
                yield Pair(before, after, by_age)
