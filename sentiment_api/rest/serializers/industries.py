"""Industries as they are answered."""

from typing import Any

from rest_framework import serializers

from sentiment_api.rest.serializers.change import ChangeSerializer

_SHARE: dict[str, Any] = {"min_value": 0, "max_value": 1, "allow_null": True}


class IndustrySerializer(serializers.Serializer[Any]):
    """An industry as it stands now."""

    industry = serializers.CharField()
    customers = serializers.IntegerField(
        min_value=0, help_text="Customers that the source still has and that are in it now."
    )
    window_start = serializers.DateTimeField(
        allow_null=True,
        help_text="The window of the standing score: the newest that is computed. Null: the "
        "industry has no row in it.",
    )
    standing_sentiment_score = serializers.FloatField(
        **_SHARE,
        help_text="The mean over the customers' newest scores, 0 (bad) to 1 (good). A customer "
        "stands in the industry in which its score was computed.",
    )
    standing_low = serializers.FloatField(**_SHARE)
    standing_high = serializers.FloatField(**_SHARE)
    standing_customers = serializers.IntegerField(
        min_value=0,
        help_text="Customers with a score that counts, in the industry in which it was computed.",
    )
    fn_last_24_hours = serializers.IntegerField(
        min_value=0,
        help_text="Bad mails let through, in the 24 hours up to the end of the newest covered "
        "window. Reports count in the industry that their customer was in when they were scored, "
        "also of customers that the source no longer has.",
    )
    fp_last_24_hours = serializers.IntegerField(
        min_value=0, help_text="Good mails blocked, counted in the same way."
    )
    fn_previous_24_hours = serializers.IntegerField(
        min_value=0, help_text="The same, in the 24 hours before."
    )
    fp_previous_24_hours = serializers.IntegerField(
        min_value=0, help_text="The same, in the 24 hours before."
    )
    baseline_score = serializers.FloatField(
        **_SHARE, help_text="What is normal in the industry. Null: it has no baseline."
    )
    change = ChangeSerializer(
        allow_null=True,
        help_text="How the reports of the customers that are in it now change, each against "
        "itself; their counts need not be those of the last 24 hours above. Null: none sent "
        "reports in both periods.",
    )
