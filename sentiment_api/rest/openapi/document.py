"""The contract as a document."""

from functools import cache
from threading import Lock
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

# drf-spectacular fills its registries at the first use, which two threads must not do at once.
_one_at_a_time = Lock()


def document() -> dict[str, Any]:
    """OpenAPI 3.1; made once, as the code does not change while it runs."""
    with _one_at_a_time:
        return _made()


@cache
def _made() -> dict[str, Any]:
    made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return dict(made)


def as_yaml() -> str:
    """The document as it is kept in git."""
    text = OpenApiYamlRenderer().render(document(), renderer_context={})  # type: ignore[no-untyped-call]
    return bytes(text).decode()
