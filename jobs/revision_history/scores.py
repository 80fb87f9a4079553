"""Why scores were revised: a score is a pure function of counts, profile and baseline, so one of
them differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.models import BaseMethod, ScoringProfile
from jobs.histories import depth
from jobs.revision_history.chain import Link, changes, links, runs_of
from jobs.revision_history.parts import (
    Code,
    Reason,
    Recount,
    RevisedValue,
    Revision,
    Withdrawal,
    reason_of_oldest,
)
from jobs.revision_history.rules import in_words, rules_changed
from jobs.revision_history.words import more_or_fewer, or_none
from sentiment_api.models import SentimentScore, SyncJob

FIELDS = (
    "sentiment_score",
    "raw_score",
    "score_low",
    "score_high",
    "evidence",
    "state",
    "calculation_method",
    "baseline_score",
    "fn_count",
    "fp_count",
    "industry",
)
WINDOWS_SHOWN = 10

Counts = tuple[int, int]
NONE: Counts = (0, 0)


def score_revisions(rows: Sequence[SentimentScore]) -> list[Revision]:
    """What consecutive revisions of one score, oldest first, changed, and why.

    The rows need their profile. Four queries, however many rows.
    """
    chain = links(rows, "profile")
    known = _Known.of(chain)
    runs = runs_of(rows)
    return [
        Revision(
            result=link.row,
            run=runs.get(link.row.run_id) if link.row.run_id else None,
            changes=_changes(link),
            reasons=_reasons(link, known),
            withdrawn=_withdrawal(link),
        )
        for link in chain
    ]


def _changes(link: Link[SentimentScore]) -> list[RevisedValue]:
    if link.before is None:
        return []
    found = changes(link.before, link.row, FIELDS)
    versions = link.before.profile.version, link.row.profile.version
    if versions[0] != versions[1]:
        found.append(RevisedValue("profile_version", *versions))
    return found


def _reasons(link: Link[SentimentScore], known: "_Known") -> list[Reason]:
    row, before = link.row, link.before
    if before is None:
        return [reason_of_oldest(row)]
    candidates = (
        _own_reports(before, row, came_back=link.has_gap),
        _earlier_reports(before, row, known),
        _profile(before, row),
        _baseline(before, row),
        _industry(before, row),
    )
    return [reason for reason in candidates if reason] or [
        Reason(
            Code.UNKNOWN,
            "Nothing that the score rests on differs in what is stored: counts were being revised "
            "while it was computed, or another release computed it.",
        )
    ]


def _own_reports(before: SentimentScore, row: SentimentScore, came_back: bool) -> Reason | None:
    if came_back:
        return Reason(
            Code.LATE_REPORTS,
            f"This window had no reports left; now it has {row.fn_count} FN and {row.fp_count} FP.",
        )
    more = more_or_fewer(row.fn_count - before.fn_count, row.fp_count - before.fp_count)
    return Reason(Code.LATE_REPORTS, f"This window was counted again: {more}.") if more else None


def _earlier_reports(before: SentimentScore, row: SentimentScore, known: "_Known") -> Reason | None:
    windows = known.recounts(before, row)
    if not windows:
        return None
    shown = [
        f"{one.window_start:%Y-%m-%d %H:%M}Z "
        f"({more_or_fewer(one.fn_after - one.fn_before, one.fp_after - one.fp_before)})"
        for one in windows[:WINDOWS_SHOWN]
    ]
    others = len(windows) - len(shown)
    return Reason(
        Code.LATE_REPORTS_IN_HISTORY,
        f"Earlier windows that the score looks back at were counted again: {', '.join(shown)}"
        + (f", and {others} more." if others else "."),
        windows=windows[:WINDOWS_SHOWN],
    )


def _profile(before: SentimentScore, row: SentimentScore) -> Reason | None:
    industry = row.industry if row.industry == before.industry else None
    rules = rules_changed(before.profile, row.profile, industry)
    if not rules:
        return None
    return Reason(
        Code.NEW_PROFILE,
        f"Version {row.profile.version} of the scoring profile took the place of version "
        f"{before.profile.version}: {in_words(rules)}.",
        rules=rules,
    )


def _baseline(before: SentimentScore, row: SentimentScore) -> Reason | None:
    normalized = before.profile.industry_normalized and row.profile.industry_normalized
    if (
        not normalized
        or before.industry != row.industry
        or before.baseline_score == row.baseline_score
    ):
        return None
    return Reason(
        Code.NEW_BASELINE,
        f"The baseline of {row.industry} is {or_none(row.baseline_score)} now; it was "
        f"{or_none(before.baseline_score)}.",
    )


def _industry(before: SentimentScore, row: SentimentScore) -> Reason | None:
    if before.industry == row.industry:
        return None
    return Reason(
        Code.NEW_INDUSTRY,
        f"The customer's industry is {row.industry} now; it was {before.industry}.",
    )


def _withdrawal(link: Link[SentimentScore]) -> Withdrawal | None:
    if link.withdrawn_at is None:
        return None
    gone = f"Its {link.row.fn_count} FN and {link.row.fp_count} FP are no longer in the source."
    return Withdrawal(link.withdrawn_at, [Reason(Code.WITHDRAWN, gone)])


@dataclass(frozen=True)
class _CountRow:
    """A revision of the counts of a window."""

    window_start: datetime
    created_at: datetime
    superseded_at: datetime | None
    counts: Counts


@dataclass(frozen=True)
class _Known:
    """The counts of one customer, in all their revisions, newest window first."""

    rows: Sequence[_CountRow]

    @classmethod
    def of(cls, chain: Sequence[Link[SentimentScore]]) -> "_Known":
        """What the scores of a chain can rest on, besides their own window. One query."""
        scores = [score for link in chain for score in (link.before, link.row) if score]
        if not scores:
            return cls([])
        window = scores[0].window_start
        reach = max(score.profile.reach_hours for score in scores)
        found = (
            SyncJob.objects.filter(
                customer_id=scores[0].customer_id,
                window_start__lt=window,
                window_start__gt=window - timedelta(hours=reach),
                created_at__lte=max(score.created_at for score in scores),
            )
            .order_by("-window_start")
            .values_list("window_start", "created_at", "superseded_at", "fn_count", "fp_count")
        )
        return cls(
            [_CountRow(start, made, ended, (fn, fp)) for start, made, ended, fn, fp in found]
        )

    def recounts(self, before: SentimentScore, after: SentimentScore) -> list[Recount]:
        """The windows whose counts differ and that one of the scores rests on."""
        old, new = self._at(before.created_at), self._at(after.created_at)
        looked_at = _rests_on(old, before) | _rests_on(new, after)
        return [
            Recount(window, *old.get(window, NONE), *new.get(window, NONE))
            for window in sorted(looked_at, reverse=True)
            if old.get(window, NONE) != new.get(window, NONE)
        ]

    def _at(self, instant: datetime) -> dict[datetime, Counts]:
        """The windows with reports as they were known at an instant, newest first."""
        return {
            row.window_start: row.counts
            for row in self.rows
            if row.created_at <= instant
            and (row.superseded_at is None or row.superseded_at > instant)
            and row.counts != NONE
        }


def _rests_on(known: Mapping[datetime, Counts], score: SentimentScore) -> set[datetime]:
    """The earlier windows that a score looks back at."""
    profile = score.profile
    oldest = score.window_start - timedelta(hours=profile.reach_hours)
    newest = [window for window in known if window > oldest]
    return set(newest[: _looks_back(profile)])


def _looks_back(profile: ScoringProfile) -> int:
    """At how many windows before its own, at most."""
    if profile.base_method == BaseMethod.SIMPLE_RATIO and not profile.trend_adjusted:
        return 0
    return depth(profile) - 1
