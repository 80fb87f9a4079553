"""How filters are described in OpenAPI."""

from typing import Any

from sentiment_api.filters import base
from sentiment_api.filters.fields import BIGGEST, MOST_WORDS, TEXT_LENGTH
from sentiment_api.rest.strict import NameField

TEXT = {
    "type": "string",
    "minLength": 1,
    "maxLength": TEXT_LENGTH,
    "pattern": NameField.pattern,
}
WORDS = TEXT | {
    "pattern": rf"^\s*[^\s\u0000]+(\s+[^\s\u0000]+){{0,{MOST_WORDS - 1}}}\s*$",
}
TIME = {
    "anyOf": [
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "date"},
        {
            "type": "string",
            "description": "Without a zone: UTC.",
            "pattern": r"^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
            r"[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$",
        },
    ]
}
ID = {"type": "integer", "format": "int64", "minimum": -BIGGEST, "maximum": BIGGEST}

EXAMPLES: dict[str, Any] = {
    "industry": "Banking",
    "customer__industry": "Banking",
    "city": "Lyon",
    "state": "Bavaria",
    "country": "France",
    "search": "acme",
    "customer": 1,
    "sentiment_min": 0.2,
    "sentiment_max": 0.4,
    "start_date": "2026-05-01",
    "end_date": "2026-06-01T00:00:00Z",
    "as_of": "2026-05-15T12:00:00Z",
}


def parameter(name: str, chosen: Any) -> dict[str, Any]:
    """A filter as a parameter of an operation. Its example stands in the schema and in words:
    Swagger UI would send examples of parameters, all at once, with every question."""
    described = {
        "name": name,
        "in": "query",
        "description": chosen.extra["help_text"],
        "schema": _schema(chosen),
    }
    if isinstance(chosen, base.OrderingFilter):
        described |= {"style": "form", "explode": False}
    if name in EXAMPLES:
        described["description"] += f" For example `{EXAMPLES[name]}`."
        described["schema"] = {**described["schema"], "examples": [EXAMPLES[name]]}
    return described


def _schema(chosen: Any) -> dict[str, Any]:
    match chosen:
        case base.WordsFilter():
            return WORDS
        case base.TextFilter():
            return TEXT
        case base.TimeFilter():
            return TIME
        case base.IdFilter():
            return ID
        case base.ShareFilter():
            return {"type": "number", "minimum": 0, "maximum": 1}
        case base.YesNoFilter():
            return {"type": "boolean"}
        case base.OneOfFilter():
            return {"type": "string", "enum": list(chosen.field.words)}
        case base.OrderingFilter():
            words = {"type": "string", "enum": list(chosen.field.words)}
            return {"type": "array", "items": words, "minItems": 1, "uniqueItems": True}
    raise TypeError(f"{type(chosen).__name__} has no description in OpenAPI yet")
