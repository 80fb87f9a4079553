"""The one shape of errors, for the contract."""

from typing import Any

from rest_framework import serializers

from sentiment_api.rest.errors import CODES


class ErrorDetailSerializer(serializers.Serializer[Any]):
    """What is wrong with one parameter or field."""

    name = serializers.CharField(
        help_text="The parameter, the path of the field, or `body` for the whole body."
    )
    detail = serializers.CharField(help_text="What is wrong with it, and what is allowed.")


class ErrorSerializer(serializers.Serializer[Any]):
    """An error."""

    code = serializers.ChoiceField(
        choices=["invalid_parameter", "invalid_body", *CODES.values()],
        help_text="Stable: for programs.",
    )
    detail = serializers.CharField(help_text="For people.")
    errors = ErrorDetailSerializer(  # type: ignore[assignment]
        many=True, help_text="By parameter or field; may be empty."
    )
    id = serializers.CharField(
        allow_null=True, help_text="Of an unexpected error: where it is found in the log."
    )
