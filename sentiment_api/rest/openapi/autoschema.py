"""What every operation has besides what its view says: errors, headers, keys in the address."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from sentiment_api.filters.fields import BIGGEST
from sentiment_api.rest.access import Staff
from sentiment_api.rest.csv_files import CsvRenderer
from sentiment_api.rest.openapi import components
from sentiment_api.rest.serializers.error import ErrorSerializer
from sentiment_api.rest.strict import StrictCharField, StrictFields
from sentiment_api.rest.views.base import ListView, VersionedView
from sentiment_api.rest.views.data import ExportedList

SUCCESS = {
    "200": "What was asked for.",
    "201": "It was made.",
    "503": "A part is down.",
}
BODIES = ("POST", "PUT", "PATCH")
KEYS: dict[str, dict[str, Any]] = {
    "customer_id": {
        "description": "The customer's id in the source.",
        "schema": {
            "type": "integer",
            "format": "int64",
            "minimum": -BIGGEST,
            "maximum": BIGGEST,
        },
        "example": 1,
    },
    "job_id": {
        "description": "The key of a result, current or superseded.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "id": {
        "description": "The key of the row.",
        "schema": {"type": "integer", "format": "int64", "minimum": 1, "maximum": BIGGEST},
        "example": 1,
    },
}


class TrueSchema(AutoSchema):
    """Describes all that an operation can answer."""

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        return [{"name": name, "in": "path", "required": True, **KEYS[name]} for name in variables]

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        mapped: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(serializer, StrictFields):
            mapped |= {"additionalProperties": False, **serializer.schema_rules}
        return mapped

    def _map_serializer_field(
        self, field: Any, direction: Any, bypass_extensions: bool = False
    ) -> dict[str, Any]:
        mapped: dict[str, Any] = super()._map_serializer_field(  # type: ignore[no-untyped-call]
            field, direction, bypass_extensions
        )
        if isinstance(field, StrictCharField) and "format" not in mapped:
            mapped["pattern"] = field.pattern
        return mapped

    def _get_request_body(self, direction: Any = "request") -> Any:
        body: Any = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        # Where something has to be given, though no field by itself, there has to be a body.
        if body and getattr(self.get_request_serializer(), "schema_rules", None):
            body["required"] = True
        return body

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_parameters()
        if isinstance(self.view, VersionedView):
            parameters += refer("parameters", "IfNoneMatch").values()
        if isinstance(self.view, ExportedList):
            parameters += refer("parameters", "Format").values()
        return parameters

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status, body in bodies.items():
            body["description"] = body["description"] or SUCCESS[status]
        if isinstance(self.view, VersionedView):
            bodies["304"] = {"description": "The client has the newest answer already."}
            for status in ("200", "304"):
                bodies[status]["headers"] = refer("headers", *components.HEADERS)
            filters = getattr(self.view, "filterset_class", None)
            if filters and "as_of" in filters.base_filters:
                bodies["200"]["headers"] |= refer("headers", *components.NOTICES)
        if isinstance(self.view, ExportedList):
            bodies["200"]["content"][CsvRenderer.media_type] = components.CSV
        self.resolve_serializer(ErrorSerializer, direction)
        for status in set(self._error_statuses()) - set(bodies):
            bodies[status] = refer("responses", f"Error{status}")[f"Error{status}"]
        return dict(sorted(bodies.items()))

    def _error_statuses(self) -> list[str]:
        """The errors that this operation can answer."""
        for_staff = Staff in self.view.permission_classes
        with_body = self.method in BODIES
        is_list = (
            isinstance(self.view, ListView)
            and self.view.pagination_class is not None
            and self.method == "GET"
        )
        possible = {
            "400": True,
            "401": bool(self.view.authentication_classes),
            "403": for_staff,
            "404": "{" in self.path or is_list,
            "406": True,
            "408": with_body,
            "409": with_body,
            "413": with_body,
            "414": True,
            "415": with_body,
            "429": bool(self.view.throttle_classes) or bool(self.view.authentication_classes),
            "500": True,
            "503": bool(self.view.authentication_classes),
        }
        return [status for status, can_be in possible.items() if can_be]


def refer(kind: str, *names: str) -> dict[str, Any]:
    """References to shared components by their names."""
    return {name: {"$ref": f"#/components/{kind}/{name}"} for name in names}
