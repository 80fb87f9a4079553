"""How a method of a view is described."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema

CUSTOMERS, SENTIMENT, CONFIGURATION, OPERATION = (
    "Customers",
    "Sentiment",
    "Configuration",
    "Operation",
)

Method = TypeVar("Method", bound=Callable[..., Any])


def describe(
    operation_id: str,
    summary: str,
    tag: str,
    responses: dict[int, Any],
    answer: Any,
    *,
    sent: Any = None,
    request: Any = None,
    description: str | None = None,
) -> Callable[[Method], Method]:
    """The operation's name and summary, what it answers, and examples: of a row that is answered
    and of a body that is sent."""
    examples = [OpenApiExample("An answer", value=answer, response_only=True)]
    if sent is not None:
        examples.append(OpenApiExample("A body", value=sent, request_only=True))
    decorate: Callable[[Method], Method] = extend_schema(
        operation_id=operation_id,
        summary=summary,
        description=description,
        tags=[tag],
        request=request,
        responses=responses,
        examples=examples,
    )
    return decorate
