"""The arithmetic that gives a score."""

import graphene
from graphene_django import DjangoObjectType

from config.models import ScoringProfile
from sentiment_api.graphql.scalars import DateTime


class UsedProfile(DjangoObjectType):
    """The rules that a score was computed by."""

    base_method = graphene.String(required=True)
    normalisation_method = graphene.String(required=True)

    class Meta:
        model = ScoringProfile
        fields = (
            "version",
            "decay_factor",
            "history_windows",
            "max_age_hours",
            "fn_weight",
            "fp_weight",
            "industry_shrinkage",
            "trend_adjusted",
            "trend_weight",
            "industry_normalized",
            "min_evidence",
        )


class CountedWindow(graphene.ObjectType):
    """A window that the base rests on."""

    window_start = DateTime(required=True)
    age_hours = graphene.Int(
        required=True, description="How many hours before the score's own window."
    )
    fn_count = graphene.Int(required=True)
    fp_count = graphene.Int(required=True)
    ratio = graphene.Float(
        required=True,
        description="`1 - (fnWeight * fnCount + fpWeight * fpCount) / (fnCount + fpCount)`",
    )
    weight = graphene.Float(
        required=True,
        description="`decayFactor ** place`; with `pooled` times the number of reports.",
    )


class Shrinkage(graphene.ObjectType):
    """What the base was drawn towards."""

    own = graphene.Float(required=True, description="`sum(weight * ratio) / sum(weight)`")
    mean = graphene.Float(required=True, description="The industry's.")
    strength = graphene.Float(
        required=True, description="As how many reports the industry's mean weighs."
    )


class Trend(graphene.ObjectType):
    """What the trend adds."""

    previous = graphene.Float(required=True, description="The base before.")
    weight = graphene.Float(required=True)
    shift = graphene.Float(required=True, description="`(base - previous) * weight`")


class Normalisation(graphene.ObjectType):
    """What the score was measured against."""

    method = graphene.String(required=True, description="`linear` or `logit`.")
    baseline = graphene.Float(required=True)


class Explanation(graphene.ObjectType):
    """The arithmetic that gives a score, step by step."""

    profile = graphene.Field(UsedProfile, required=True)
    windows = graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(CountedWindow))),
        description="What the base rests on, newest first; the first is the score's own.",
    )
    shrinkage = graphene.Field(Shrinkage, description="Null: none was applied.")
    base = graphene.Float(
        required=True,
        description="`sum(weight * ratio) / sum(weight)`; with shrinkage "
        "`(evidence * own + strength * mean) / (evidence + strength)`",
    )
    trend = graphene.Field(Trend, description="Null: none was applied.")
    raw_score = graphene.Float(required=True, description="`base + trend.shift`, in [0, 1]")
    normalisation = graphene.Field(Normalisation, description="Null: none was applied.")
    sentiment_score = graphene.Float(
        required=True,
        description="`linear`: `0.5 + (rawScore / baseline - 1) * 0.5`, in [0, 1]; `logit`: "
        "`raw * (1 - baseline) / (raw * (1 - baseline) + baseline * (1 - raw))`, the baseline not "
        "beyond 0.001 and 0.999; `rawScore` without normalisation",
    )
    score_low = graphene.Float(required=True)
    score_high = graphene.Float(required=True)
    evidence = graphene.Float(
        required=True, description="`sum(weight) ** 2 / sum(weight ** 2 / reports)`"
    )
    revision = graphene.Int(required=True)
    run = graphene.UUID(description="The run that wrote the score.")
    is_reproduced = graphene.Boolean(
        required=True,
        description="False: the counts were revised while the score was computed; a newer "
        "revision follows.",
    )
    superseded_at = DateTime(
        description="When the score lost its currency; null while it is current."
    )
    superseded_by = graphene.UUID(
        description="The revision that took its place; null when none did."
    )
    current = graphene.UUID(
        description="The revision that is current now; null when the score was withdrawn."
    )
    summary = graphene.String(required=True, description="The same in a sentence.")
