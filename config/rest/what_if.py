"""The question what other rules would do, and its answer."""

from collections import Counter
from typing import Any, ClassVar

from rest_framework import serializers

from config.industries import industry_key
from config.models import ScoringProfile
from config.rest.serializers import AboveZeroField, ProfileSerializer
from jobs import profiles
from jobs.what_if import DAYS, LIMIT, MOST_DAYS, MOST_LISTED
from sentiment_api.models import CustomerState
from sentiment_api.rest.errors import NotFoundComplaint
from sentiment_api.rest.strict import NameField, StrictFields, StrictIntegerField, refuse_unfit

BIGGEST_VERSION = 2**31 - 1


class ProfileDraftSerializer(ProfileSerializer):
    """Rules that are not stored. What is left out stays as in the active version."""

    def get_fields(self) -> dict[str, Any]:
        """Those of a profile, without their defaults."""
        fields = super().get_fields()
        for field in fields.values():
            field.default = serializers.empty
        return fields


class BaselineChangeSerializer(StrictFields):
    """A baseline as it would be."""

    industry = NameField(max_length=100, help_text="In any spelling.")
    baseline_score = AboveZeroField(
        allow_null=True, help_text="Above 0, up to 1; null: the industry has none any more."
    )


class WhatIfQuestionSerializer(StrictFields):
    """Other rules, other baselines, or both: at least one of `profile`, `profile_version` and
    `baselines`."""

    schema_rules: ClassVar = {
        "anyOf": [
            {"required": ["profile"]},
            {"required": ["profile_version"]},
            {"required": ["baselines"], "properties": {"baselines": {"minItems": 1}}},
        ],
        "not": {"required": ["profile", "profile_version"]},
    }

    profile = ProfileDraftSerializer(
        required=False, help_text="Rules that are not stored; not with `profile_version`."
    )
    profile_version = StrictIntegerField(
        required=False,
        min_value=1,
        max_value=BIGGEST_VERSION,
        help_text="A stored version of the scoring profile.",
    )
    baselines = BaselineChangeSerializer(
        many=True,
        required=False,
        help_text="The baselines that would change; the others stay as they are.",
    )
    days = StrictIntegerField(
        default=DAYS,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="How many days are compared, up to the newest covered window.",
    )
    limit = StrictIntegerField(
        default=LIMIT,
        min_value=0,
        max_value=MOST_LISTED,
        help_text="How many of the most affected customers are listed, at most.",
    )

    def validate_baselines(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """An industry is named once."""
        times = Counter(industry_key(row["industry"]) for row in value)
        for row in value:
            if times[industry_key(row["industry"])] > 1:
                raise serializers.ValidationError(f"{row['industry']!r} is named more than once.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """There is something to compare with."""
        if not attrs.keys() & {"profile", "profile_version"} and not attrs.get("baselines"):
            raise serializers.ValidationError(
                {"profile": "Give a profile, a profile_version or baselines: what would change?"}
            )
        if {"profile", "profile_version"} <= attrs.keys():
            raise serializers.ValidationError(
                {"profile_version": "Give either a profile or a profile_version."}
            )
        return attrs

    def rules(self) -> ScoringProfile | None:
        """The profile that is asked about; None: the active one."""
        if "profile" in self.validated_data:
            return _checked_draft(self.validated_data["profile"])
        if "profile_version" in self.validated_data:
            return _stored_version(self.validated_data["profile_version"])
        return None

    def baseline_changes(self) -> dict[str, float | None]:
        """The baselines that are asked about, by industry."""
        rows = self.validated_data.get("baselines", [])
        return {row["industry"]: row["baseline_score"] for row in rows}


def _checked_draft(changes: dict[str, Any]) -> ScoringProfile:
    profile = profiles.draft(changes)
    try:
        refuse_unfit(profile)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"profile": error.detail}) from error
    return profile


def _stored_version(version: int) -> ScoringProfile:
    profile = ScoringProfile.objects.filter(version=version).first()
    if profile is None:
        raise NotFoundComplaint({"profile_version": f"There is no version {version}."})
    return profile


class RulesSerializer(ProfileSerializer):
    """The rules that the new scores are computed and judged by."""

    version = serializers.IntegerField(
        min_value=1, allow_null=True, read_only=True, help_text="Null: these rules are not stored."
    )

    class Meta(ProfileSerializer.Meta):
        fields: ClassVar = [
            name
            for name in ProfileSerializer.Meta.fields
            if name not in ("id", "note", "is_active", "created_at", "activated_at")
        ]
        read_only_fields: ClassVar = ["version"]

    def get_fields(self) -> dict[str, Any]:
        """Those of a profile, to read."""
        fields = super().get_fields()
        for field in fields.values():
            field.read_only, field.default = True, serializers.empty
        return fields


def _share(help_text: str) -> serializers.FloatField:
    return serializers.FloatField(min_value=0, max_value=1, help_text=help_text)


def _share_or_null(help_text: str) -> serializers.FloatField:
    return serializers.FloatField(min_value=0, max_value=1, allow_null=True, help_text=help_text)


def _count(help_text: str) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, help_text=help_text)


class CrossingsSerializer(serializers.Serializer[Any]):
    """How many customers come to be on the other side of a line. The old score is judged by the
    levels of the active profile, the new one by those of the new rules."""

    into_attention = _count("Newly below `attention_below`.")
    out_of_attention = _count("No longer below `attention_below`.")
    into_healthy = _count("Newly above `healthy_above`.")
    out_of_healthy = _count("No longer above `healthy_above`.")
    into_insufficient_evidence = _count("Newly on too few reports, stale or not.")
    out_of_insufficient_evidence = _count("No longer on too few reports.")
    into_stale = _count("Newly older than `max_age_hours`.")
    out_of_stale = _count("No longer older than `max_age_hours`.")


class ComparisonSerializer(serializers.Serializer[Any]):
    """Old against new."""

    customers = _count("Those compared: active, with their newest score in the range.")
    changed = _count("Those whose newest score would be another.")
    old_mean_of_newest = _share_or_null("The mean of the newest scores as they are stored.")
    new_mean_of_newest = _share_or_null("The mean of the newest scores as they would be.")
    old_mean = _share_or_null("The mean of all scores in the range as they are stored.")
    new_mean = _share_or_null("The mean of all scores in the range as they would be.")
    crossings = CrossingsSerializer()


class IndustryComparisonSerializer(ComparisonSerializer):
    """Old against new in one industry."""

    industry = serializers.CharField()
    old_baseline = _share_or_null("The stored baseline.")
    new_baseline = _share_or_null("The baseline as it would be.")


class CustomerChangeSerializer(serializers.Serializer[Any]):
    """A customer whose newest score, or what it is called, would change."""

    customer_id = serializers.IntegerField()
    company_name = serializers.CharField()
    industry = serializers.CharField()
    window_start = serializers.DateTimeField(help_text="The window of the newest score.")
    old_score = _share("As it is stored.")
    new_score = _share("As it would be.")
    difference = serializers.FloatField(min_value=-1, max_value=1, help_text="New less old.")
    old_state = serializers.ChoiceField(choices=CustomerState.choices)
    new_state = serializers.ChoiceField(choices=CustomerState.choices)
    old_baseline = _share_or_null("What the stored score was measured against.")
    new_baseline = _share_or_null("What the new score is measured against.")


class WhatIfSerializer(serializers.Serializer[Any]):
    """What other rules would do, if all scores of the range were computed again."""

    summary = serializers.CharField(help_text="The answer in plain words.")
    range_start = serializers.DateTimeField(
        allow_null=True, help_text="Null: no window is covered yet."
    )
    range_end = serializers.DateTimeField(allow_null=True)
    active_version = serializers.IntegerField(
        source="active.version", min_value=1, help_text="The profile that judges the old scores."
    )
    profile = RulesSerializer(help_text="The rules of the new scores.")
    overall = ComparisonSerializer(help_text="Over all customers.")
    industries = IndustryComparisonSerializer(many=True, help_text="By name.")
    customers = CustomerChangeSerializer(
        many=True, help_text="The most affected, the farthest moved first."
    )
    outdated = _count(
        "Stored newest scores that come from earlier rules: today's would change them as well."
    )
