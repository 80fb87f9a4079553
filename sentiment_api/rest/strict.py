"""Serializers that take a value for what it is: no "1" for 1, no 1 for true, nothing unknown."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import models
from rest_framework import serializers


class StrictCharField(serializers.CharField):
    """A text. What a database cannot hold is refused."""

    pattern = r"^[^\u0000]+$"

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class NameField(StrictCharField):
    """A text that is not blank."""

    pattern = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"


class StrictIntegerField(serializers.IntegerField):
    """A whole number."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            return super().to_internal_value(int(data))
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictFloatField(serializers.FloatField):
    """A number."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictBooleanField(serializers.BooleanField):
    """True or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictFields(serializers.Serializer[Any]):
    """Refuses fields that nobody reads."""

    schema_rules: ClassVar[dict[str, Any]] = {}
    """Rules between fields, as JSON Schema has them."""

    def to_internal_value(self, data: Any) -> Any:
        """The values; unknown and read-only fields are errors."""
        errors = {}
        for name in data if isinstance(data, Mapping) else ():
            if name not in self.fields:
                allowed = ", ".join(n for n, field in self.fields.items() if not field.read_only)
                errors[name[:60]] = f"This field is unknown. Allowed: {allowed}."
            elif self.fields[name].read_only:
                errors[name] = "This field is read only: leave it out."
        if errors:
            raise serializers.ValidationError(errors)
        return super().to_internal_value(data)


class StrictModelSerializer(StrictFields, serializers.ModelSerializer[Any]):
    """Of a model, with the rules of the model."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: StrictCharField,
        models.TextField: StrictCharField,
        models.PositiveIntegerField: StrictIntegerField,
        models.FloatField: StrictFloatField,
        models.BooleanField: StrictBooleanField,
    }

    kept = ("password",)
    """Fields that stay when a whole row is sent without them."""

    def checked(self) -> models.Model:
        """The row as it would be, checked by the model; not saved."""
        model: type[models.Model] = self.Meta.model
        row: models.Model = self.instance or model()
        fields = {field.name: field for field in model._meta.concrete_fields}
        for name, field in self.fields.items():
            if name not in fields or field.read_only:
                continue
            if name in self.validated_data:
                setattr(row, name, self.validated_data[name])
            elif not self.partial and name not in self.kept:
                setattr(row, name, fields[name].get_default())
        refuse_unfit(row)
        return row


def refuse_unfit(row: models.Model) -> None:
    """Raise the complaints of the model about a row."""
    try:
        row.clean_fields()
        row.clean()
        row.validate_constraints()
    except DjangoValidationError as error:
        raise serializers.ValidationError(error.message_dict) from error
