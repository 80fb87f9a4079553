"""Explanations as they are answered."""

from typing import Any, ClassVar

from rest_framework import serializers

from config.models import NormalisationMethod, ScoringProfile


class UsedProfileSerializer(serializers.ModelSerializer[ScoringProfile]):
    """The rules that a score was computed by."""

    class Meta:
        model = ScoringProfile
        fields: ClassVar = [
            "version",
            "base_method",
            "decay_factor",
            "history_windows",
            "max_age_hours",
            "fn_weight",
            "fp_weight",
            "industry_shrinkage",
            "trend_adjusted",
            "trend_weight",
            "industry_normalized",
            "normalisation_method",
            "min_evidence",
        ]
        read_only_fields = fields


class CountedWindowSerializer(serializers.Serializer[Any]):
    """A window that the base rests on."""

    window_start = serializers.DateTimeField()
    age_hours = serializers.IntegerField(
        min_value=0, help_text="How many hours before the score's own window."
    )
    fn_count = serializers.IntegerField(min_value=0)
    fp_count = serializers.IntegerField(min_value=0)
    ratio = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="`1 - (fn_weight * fn_count + fp_weight * fp_count) / (fn_count + fp_count)`",
    )
    weight = serializers.FloatField(
        min_value=0,
        help_text="`decay_factor ** place`; with `pooled` times the number of reports.",
    )


class ShrinkageSerializer(serializers.Serializer[Any]):
    """What the base was drawn towards."""

    own = serializers.FloatField(
        min_value=0, max_value=1, help_text="`sum(weight * ratio) / sum(weight)`"
    )
    mean = serializers.FloatField(min_value=0, max_value=1, help_text="The industry's.")
    strength = serializers.FloatField(
        min_value=0, help_text="As how many reports the industry's mean weighs."
    )


class TrendSerializer(serializers.Serializer[Any]):
    """What the trend adds."""

    previous = serializers.FloatField(min_value=0, max_value=1, help_text="The base before.")
    weight = serializers.FloatField(min_value=0, max_value=1)
    shift = serializers.FloatField(help_text="`(base - previous) * weight`")


class NormalisationSerializer(serializers.Serializer[Any]):
    """What the score was measured against."""

    method = serializers.ChoiceField(NormalisationMethod.choices)
    baseline = serializers.FloatField(min_value=0, max_value=1)


class ExplanationSerializer(serializers.Serializer[Any]):
    """The arithmetic that gives a score."""

    profile = UsedProfileSerializer(help_text="The rules.")
    windows = CountedWindowSerializer(
        many=True, help_text="What the base rests on, newest first; the first is the score's own."
    )
    shrinkage = ShrinkageSerializer(allow_null=True, help_text="Null: none was applied.")
    base = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="`sum(weight * ratio) / sum(weight)`; with shrinkage "
        "`(evidence * own + strength * mean) / (evidence + strength)`",
    )
    trend = TrendSerializer(allow_null=True, help_text="Null: none was applied.")
    raw_score = serializers.FloatField(
        min_value=0, max_value=1, help_text="`base + trend.shift`, clamped to [0, 1]"
    )
    normalisation = NormalisationSerializer(allow_null=True, help_text="Null: none was applied.")
    sentiment_score = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="`linear`: `0.5 + (raw_score / baseline - 1) * 0.5`, clamped to [0, 1]; "
        "`logit`: `raw * (1 - baseline) / (raw * (1 - baseline) + baseline * (1 - raw))`, the "
        "baseline not beyond 0.001 and 0.999; `raw_score` without normalisation",
    )
    score_low = serializers.FloatField(min_value=0, max_value=1)
    score_high = serializers.FloatField(min_value=0, max_value=1)
    evidence = serializers.FloatField(
        min_value=0, help_text="`sum(weight) ** 2 / sum(weight ** 2 / reports)`"
    )
    revision = serializers.IntegerField(min_value=1)
    run = serializers.UUIDField(allow_null=True, help_text="The run that wrote the score.")
    is_reproduced = serializers.BooleanField(
        help_text="False: the counts were revised while the score was computed, so that they no "
        "longer give it; a newer revision follows."
    )
    superseded_at = serializers.DateTimeField(
        allow_null=True, help_text="When the score lost its currency; null while it is current."
    )
    superseded_by = serializers.UUIDField(
        allow_null=True,
        help_text="The revision that took its place; null when none did.",
    )
    current = serializers.UUIDField(
        allow_null=True,
        help_text="The revision that is current now; null when the score was withdrawn.",
    )
    summary = serializers.CharField(help_text="The same in a sentence.")
