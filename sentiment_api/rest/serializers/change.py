"""Changes as they are answered."""

from typing import Any

from rest_framework import serializers

from sentiment_api.changes import Change, Period


class PeriodSerializer(serializers.Serializer[Any]):
    """The reports of a period."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="No longer part of it.")
    fn_count = serializers.IntegerField(min_value=0)
    fp_count = serializers.IntegerField(min_value=0)


class ChangeSerializer(serializers.Serializer[Any]):
    """How the reports of late differ from those before."""

    difference = serializers.FloatField(
        min_value=-1, max_value=1, help_text="The recent raw score less the one before."
    )
    low = serializers.FloatField(
        min_value=-1, max_value=1, help_text="The lower end of the two-sided 95 % interval."
    )
    high = serializers.FloatField(min_value=-1, max_value=1, help_text="Its upper end.")
    significant = serializers.BooleanField(help_text="More than chance: the interval excludes 0.")
    recent = PeriodSerializer(help_text="The newest 24 windows.")
    before = PeriodSerializer(
        help_text="The windows before them, as far back as the active profile lets windows count."
    )


def as_shown(change: Change) -> dict[str, Any]:
    """What the serializer above gives, without one for each customer of a page."""
    return {
        "difference": change.difference,
        "low": change.low,
        "high": change.high,
        "significant": change.significant,
        "recent": _period(change.recent),
        "before": _period(change.before),
    }


def _period(period: Period) -> dict[str, Any]:
    start, end, fn_count, fp_count = period
    return {"start": start, "end": end, "fn_count": fn_count, "fp_count": fp_count}
