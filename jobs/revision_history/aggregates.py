"""Why segment and overall rows were revised: the scores that they rest on were, or others stand."""

from collections.abc import Callable, Sequence

from jobs.revision_history.chain import Link, changes, links, runs_of
from jobs.revision_history.parts import (
    Code,
    Reason,
    RevisedValue,
    Revision,
    Withdrawal,
    reason_of_oldest,
)
from jobs.revision_history.rules import in_words, rules_changed
from jobs.revision_history.standing import Arrivals, StandingScore
from jobs.revision_history.underneath import Pair, Span, Underneath
from jobs.revision_history.words import customers, more_or_fewer, or_none, some
from sentiment_api.models.aggregate import Aggregate

FIELDS = (
    "total_customers",
    "avg_sentiment_score",
    "avg_raw_score",
    "total_fn_count",
    "total_fp_count",
    "standing_customers",
    "standing_sentiment_score",
    "standing_low",
    "standing_high",
)


def aggregate_revisions(rows: Sequence[Aggregate]) -> list[Revision]:
    """What consecutive revisions of one segment or overall row, oldest first, changed, and why.

    Seven queries, however many rows; one of them looks once for each row and customer.
    """
    if not rows:
        return []
    chain = links(rows)
    spans = [(_behind(link), _ahead(link)) for link in chain]
    why = _Why(rows[0], [span for both in spans for span in both if span])
    runs = runs_of(rows)
    return [
        Revision(
            result=link.row,
            run=runs.get(link.row.run_id) if link.row.run_id else None,
            changes=changes(link.before, link.row, FIELDS) if link.before else [],
            reasons=why.reasons(behind) if behind else [reason_of_oldest(link.row)],
            withdrawn=Withdrawal(ahead.until, why.reasons(ahead)) if ahead else None,
        )
        for link, (behind, ahead) in zip(chain, spans, strict=True)
    ]


def _behind(link: Link[Aggregate]) -> Span | None:
    """What led to this revision; None for the first one. A row that came back is set against the
    time when there was none."""
    row, before = link.row, link.before
    if before is None:
        return None
    if link.has_gap and before.superseded_at:
        return Span(before.superseded_at, row.created_at, (0, row.standing_customers))
    stood = before.standing_customers, row.standing_customers
    return Span(before.created_at, row.created_at, stood)


def _ahead(link: Link[Aggregate]) -> Span | None:
    """What led to the end of this row, if nothing took its place."""
    if link.withdrawn_at is None:
        return None
    return Span(link.row.created_at, link.withdrawn_at, (link.row.standing_customers, 0))


_UNKNOWN = Reason(
    Code.UNKNOWN,
    "Nothing that the row rests on differs in what is stored: scores were being revised while it "
    "was computed, or another release computed it.",
)


class _Why:
    """The reasons of all spans of one row."""

    def __init__(self, row: Aggregate, spans: Sequence[Span]) -> None:
        self._underneath = Underneath(row, spans)
        self._profiles = self._underneath.profiles
        pairs = [pair for span in spans for pair in self._underneath.pairs(span)]
        self._arrivals = Arrivals.of([one.after for one in pairs if one.arrived and one.after])

    def reasons(self, span: Span) -> list[Reason]:
        """Why the row is another one at the end of a span."""
        pairs = self._underneath.pairs(span)
        by_code: dict[Code, list[Pair]] = {}
        for pair in pairs:
            for code in self._codes(pair, span):
                by_code.setdefault(code, []).append(pair)
        found = [
            say(affected)
            for code, say in self._sentences().items()
            if (affected := by_code.get(code))
        ]
        return found + self._standing(span) + self._inactive(span) or [_UNKNOWN]

    def _codes(self, pair: Pair, span: Span) -> list[Code]:
        """What happened to a customer's standing score."""
        if pair.by_age:
            return []
        moved = bool(pair.before and pair.after and pair.before.industry != pair.after.industry)
        industry = [Code.NEW_INDUSTRY] if moved else []
        if pair.is_withdrawn:
            return [Code.WITHDRAWN, *industry]
        if pair.arrived and pair.after:
            late = self._arrivals.is_late(pair.after, span.since)
            return [Code.LATE_REPORTS if late else Code.NEW_SCORES, *industry]
        if pair.before and pair.after:
            own = self._revised(pair.before, pair.after)
            return own + industry or [Code.LATE_REPORTS_IN_HISTORY]
        return []

    def _revised(self, before: StandingScore, after: StandingScore) -> list[Code]:
        """Why the score of a window was revised, besides for the customer's industry."""
        same_industry = before.industry == after.industry
        versions = self._profiles[before.profile_id], self._profiles[after.profile_id]
        rules = rules_changed(*versions, after.industry if same_industry else None)
        normalized = all(version.industry_normalized for version in versions)
        holds = {
            Code.LATE_REPORTS: (before.fn_count, before.fp_count)
            != (after.fn_count, after.fp_count),
            Code.NEW_PROFILE: bool(rules),
            Code.NEW_BASELINE: same_industry
            and normalized
            and before.baseline_score != after.baseline_score,
        }
        return [code for code, does in holds.items() if does]

    def _sentences(self) -> dict[Code, Callable[[list[Pair]], Reason]]:
        """How each code is said of the customers it holds for."""
        return {
            Code.LATE_REPORTS: _late_reports,
            Code.LATE_REPORTS_IN_HISTORY: lambda pairs: Reason(
                Code.LATE_REPORTS_IN_HISTORY,
                f"The scores of {customers(len(pairs))} rest on earlier windows that were counted "
                "again.",
                len(pairs),
            ),
            Code.NEW_SCORES: lambda pairs: Reason(
                Code.NEW_SCORES,
                f"Scores of {customers(len(pairs))} came in from windows that had not been read or "
                "computed yet.",
                len(pairs),
            ),
            Code.NEW_PROFILE: self._new_profile,
            Code.NEW_BASELINE: _new_baseline,
            Code.NEW_INDUSTRY: _new_industry,
            Code.WITHDRAWN: lambda pairs: Reason(
                Code.WITHDRAWN,
                f"Scores of {customers(len(pairs))} were withdrawn: their reports are no longer in "
                "the source.",
                len(pairs),
            ),
        }

    def _new_profile(self, pairs: list[Pair]) -> Reason:
        keys = {(before.profile_id, after.profile_id) for before, after in _whole(pairs)}
        versions = [(self._profiles[old], self._profiles[new]) for old, new in sorted(keys)]
        places = ", ".join(f"{new.version} in the place of {old.version}" for old, new in versions)
        rules: Sequence[RevisedValue] = rules_changed(*versions[0]) if len(versions) == 1 else ()
        more = f": {in_words(rules)}" if rules else ""
        return Reason(
            Code.NEW_PROFILE,
            f"Scores of {customers(len(pairs))} were computed by another version of the scoring "
            f"profile, {places}{more}.",
            len(pairs),
            rules=rules,
        )

    def _standing(self, span: Span) -> list[Reason]:
        """Scores that stand for a longer or shorter time by another profile."""
        count = sum(1 for pair in self._underneath.pairs(span) if pair.by_age)
        if not count:
            return []
        hours = [self._underneath.hours_of_standing(at) for at in (span.since, span.until)]
        return [
            Reason(
                Code.NEW_PROFILE,
                f"By another version of the scoring profile scores stand for {hours[1]} hours, not "
                f"{hours[0]}: that is the age of those of {customers(count)}.",
                count,
                rules=[RevisedValue("max_age_hours", *hours)],
            )
        ]

    def _inactive(self, span: Span) -> list[Reason]:
        """Customers that stand no more, or again, though their scores are the same."""
        named = self._underneath.vanished(span)
        before, after = self._underneath.silent(span)
        inactive = max(named, after - before)
        returned = named - (after - before)
        found = []
        if inactive > 0:
            gone = f"{customers(inactive)} vanished from the source and stand no more."
            found.append(Reason(Code.INACTIVE, gone, inactive))
        if returned > 0:
            back = f"{customers(returned)} came back to the source and stand again."
            found.append(Reason(Code.RETURNED, back, returned))
        return found


def _whole(pairs: Sequence[Pair]) -> list[tuple[StandingScore, StandingScore]]:
    """Both scores of pairs that have both."""
    return [(one.before, one.after) for one in pairs if one.before and one.after]


def _late_reports(pairs: Sequence[Pair]) -> Reason:
    counts = [
        tuple(
            (getattr(one.after, name) if one.after else 0)
            - (getattr(one.before, name) if one.before and not one.arrived else 0)
            for name in ("fn_count", "fp_count")
        )
        for one in pairs
    ]
    more = more_or_fewer(sum(fn for fn, _ in counts), sum(fp for _, fp in counts))
    return Reason(
        Code.LATE_REPORTS,
        f"Windows of {customers(len(pairs))} were counted again{f': {more}' if more else ''}.",
        len(pairs),
    )


def _new_baseline(pairs: Sequence[Pair]) -> Reason:
    baselines = {
        f"{after.industry} {or_none(before.baseline_score)} -> {or_none(after.baseline_score)}"
        for before, after in _whole(pairs)
    }
    return Reason(
        Code.NEW_BASELINE,
        f"Scores of {customers(len(pairs))} were computed with another baseline: "
        f"{some(baselines)}.",
        len(pairs),
    )


def _new_industry(pairs: Sequence[Pair]) -> Reason:
    moves = {f"{before.industry} -> {after.industry}" for before, after in _whole(pairs)}
    return Reason(
        Code.NEW_INDUSTRY,
        f"The industry of {customers(len(pairs))} is another one: {some(moves)}.",
        len(pairs),
    )
