"""Configuration as staff read and write it."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from config.models.database import validate_timezone
from sentiment_api.rest.strict import (
    NameField,
    StrictBooleanField,
    StrictCharField,
    StrictFields,
    StrictFloatField,
    StrictModelSerializer,
)

ABOVE_ZERO = {"type": "number", "format": "double", "exclusiveMinimum": 0, "maximum": 1}


@extend_schema_field(ABOVE_ZERO)
class AboveZeroField(StrictFloatField):
    """Above 0, up to 1."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        if value not in (None, serializers.empty) and not 0 < value <= 1:
            raise serializers.ValidationError("Above 0, not above 1.")
        return value


@extend_schema_field({"type": "string", "format": "timezone", "examples": ["Europe/Berlin"]})
class ZoneField(StrictCharField):
    """The name of a time zone."""

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        try:
            validate_timezone(name)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return name


SAME_DATA = "Confirms that another host, port or database holds the same data, which has moved."


class DatabaseSerializer(StrictModelSerializer):
    """A connection to a source. The password goes in and never comes out."""

    name = NameField(max_length=100)
    host = NameField(max_length=255, default="localhost")
    database_name = NameField(max_length=63, default="email_security")
    username = NameField(max_length=63)
    password = StrictCharField(
        write_only=True,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        max_length=1000,
        help_text="Never shown. Left out: the stored one stays. Needed again with another host, "
        "port or username, or a weaker `sslmode`.",
    )
    has_password = serializers.SerializerMethodField(help_text="Is a password stored?")
    source_timezone = ZoneField(max_length=64, default="UTC")
    same_data = StrictBooleanField(write_only=True, default=False, help_text=SAME_DATA)

    class Meta:
        model = DatabaseConfig
        fields: ClassVar = [
            "id",
            "name",
            "host",
            "port",
            "database_name",
            "username",
            "password",
            "has_password",
            "sslmode",
            "source_timezone",
            "connect_timeout",
            "statement_timeout",
            "is_active",
            "created_at",
            "updated_at",
            "same_data",
        ]
        read_only_fields: ClassVar = ["id", "is_active", "created_at", "updated_at"]

    def get_has_password(self, config: DatabaseConfig) -> bool:
        """Is a password stored?"""
        return bool(config.password)


class BaselineSerializer(StrictModelSerializer):
    """What is normal in an industry."""

    industry = NameField(max_length=100)
    baseline_score = AboveZeroField(help_text="The raw score that is normal: above 0, up to 1.")

    class Meta:
        model = IndustryBaseline
        fields: ClassVar = [
            "id",
            "industry",
            "baseline_score",
            "description",
            "created_at",
            "updated_at",
        ]
        read_only_fields: ClassVar = ["id", "created_at", "updated_at"]


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "required": ["mean", "strength", "customers"],
            "properties": {
                "mean": {"type": "number", "format": "double", "minimum": 0, "maximum": 1},
                "strength": {"type": "number", "format": "double", "minimum": 0},
                "customers": {"type": "integer", "minimum": 3},
            },
        },
    }
)
class MomentsField(serializers.JSONField):
    """How customers differ, by the key of their industry."""


class ProfileSerializer(StrictModelSerializer):
    """A version of the rules of scoring. Written once, never edited."""

    decay_factor = AboveZeroField(required=False, help_text="Weight of a window against the next.")
    fn_weight = StrictFloatField(
        required=False, min_value=0, max_value=1, help_text="What a missed attack costs."
    )
    fp_weight = StrictFloatField(
        required=False, min_value=0, max_value=1, help_text="What a blocked good mail costs."
    )
    industry_moments = MomentsField(
        read_only=True,
        help_text="With `industry_shrinkage`: mean and strength of the customers' shares of FN, by "
        "industry, as they were when this version was made. Only industries with three customers "
        "and both kinds of reports.",
    )
    trend_weight = StrictFloatField(required=False, min_value=0, max_value=1)
    min_evidence = StrictFloatField(
        required=False, min_value=0, help_text="Scores on fewer reports are called insufficient."
    )
    attention_below = StrictFloatField(required=False, min_value=0, max_value=1)
    healthy_above = StrictFloatField(
        required=False, min_value=0, max_value=1, help_text="At least `attention_below`."
    )

    class Meta:
        model = ScoringProfile
        fields: ClassVar = [
            "id",
            "version",
            "note",
            "base_method",
            "decay_factor",
            "history_windows",
            "max_age_hours",
            "fn_weight",
            "fp_weight",
            "industry_shrinkage",
            "industry_moments",
            "trend_adjusted",
            "trend_weight",
            "industry_normalized",
            "normalisation_method",
            "min_evidence",
            "attention_below",
            "healthy_above",
            "is_active",
            "created_at",
            "activated_at",
        ]
        read_only_fields: ClassVar = ["id", "version", "is_active", "created_at", "activated_at"]


class NothingSerializer(StrictFields):
    """No body is needed."""


class ActivateDatabaseSerializer(StrictFields):
    """Whether another address holds the same data."""

    same_data = StrictBooleanField(default=False, help_text=SAME_DATA)


class TestResultSerializer(serializers.Serializer[Any]):
    """What came of trying a connection."""

    ok = serializers.BooleanField(help_text="Does the connection work?")
    message = serializers.CharField(help_text="What was found, or what to do.")
