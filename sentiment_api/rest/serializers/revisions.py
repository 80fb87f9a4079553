"""Revisions as they are answered."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.revision_history import Code
from sentiment_api.rest.serializers.results import (
    OverallSerializer,
    ScoreSerializer,
    SegmentSerializer,
)


@extend_schema_field({"type": ["number", "string", "boolean", "null"]})
class ValueField(serializers.Field[Any, Any, Any, Any]):
    """A number, a text, true or false, or null."""

    def to_representation(self, value: Any) -> Any:
        return value


class RevisedValueSerializer(serializers.Serializer[Any]):
    """A value that is another one than before."""

    field = serializers.CharField()
    before = ValueField(allow_null=True)
    after = ValueField(allow_null=True)


class RecountSerializer(serializers.Serializer[Any]):
    """An earlier window whose counts were revised."""

    window_start = serializers.DateTimeField()
    fn_before = serializers.IntegerField(min_value=0)
    fp_before = serializers.IntegerField(min_value=0)
    fn_after = serializers.IntegerField(min_value=0)
    fp_after = serializers.IntegerField(min_value=0)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a revision was written."""

    code = serializers.ChoiceField(choices=[code.value for code in Code], help_text="Stable.")
    detail = serializers.CharField(help_text="The same in a sentence.")
    customers = serializers.IntegerField(
        allow_null=True,
        min_value=1,
        help_text="Of segments and the product: for how many customers. Null for a score.",
    )
    windows = RecountSerializer(
        many=True,
        help_text="With `late_reports_in_history` of a score: the windows that were counted again, "
        "the newest first, at most ten.",
    )
    rules = RevisedValueSerializer(
        many=True, help_text="With `new_profile`: the rules of scoring that differ."
    )


class WithdrawalSerializer(serializers.Serializer[Any]):
    """A result ended, and nothing took its place."""

    at = serializers.DateTimeField()
    reasons = ReasonSerializer(many=True)


class WrittenBySerializer(serializers.Serializer[Any]):
    """A run."""

    id = serializers.UUIDField()
    trigger = serializers.CharField(
        allow_null=True, help_text="Who asked for it; null when the ledger has it no more."
    )


class RevisionSerializer(serializers.Serializer[Any]):
    """A revision, and what led to it."""

    run = WrittenBySerializer(allow_null=True, help_text="The run that wrote it.")
    changes = RevisedValueSerializer(
        many=True, help_text="Against the revision before; none of the first one."
    )
    reasons = ReasonSerializer(
        many=True, help_text="All that hold: every input that differs from the revision before."
    )
    withdrawn = WithdrawalSerializer(
        allow_null=True,
        help_text="When the result was withdrawn with this revision, and nothing took its place.",
    )


class ScoreRevisionSerializer(RevisionSerializer):
    """A revision of a score."""

    result = ScoreSerializer()
    profile_version = serializers.IntegerField(source="result.profile.version", min_value=1)


class SegmentRevisionSerializer(RevisionSerializer):
    """A revision of an industry in a window."""

    result = SegmentSerializer()


class OverallRevisionSerializer(RevisionSerializer):
    """A revision of the whole product in a window."""

    result = OverallSerializer()
