"""Errors of GraphQL: each carries a stable `extensions.code`, and nothing internal leaves."""

import logging
import uuid
from enum import StrEnum
from typing import Any

from graphql import GraphQLError

logger = logging.getLogger(__name__)


class Code(StrEnum):
    """What went wrong, for programs."""

    PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_UNCLEAR = "OPERATION_RESOLUTION_FAILURE"
    BAD_REQUEST = "BAD_REQUEST"
    BAD_INPUT = "BAD_USER_INPUT"
    NOT_FOUND = "NOT_FOUND"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    THROTTLED = "THROTTLED"
    INTERNAL = "INTERNAL_SERVER_ERROR"


class RefusedError(GraphQLError):
    """A request that is not answered as it stands; the message says what is allowed."""

    def __init__(self, message: str, code: Code = Code.BAD_INPUT, **more: Any) -> None:
        super().__init__(message, extensions={"code": code, **more})


def coded(error: GraphQLError, code: Code) -> GraphQLError:
    """The error, with this code unless it has one."""
    error.extensions = {"code": code, **(error.extensions or {})}
    return error


def as_shown(error: GraphQLError) -> GraphQLError:
    """What the client sees of an error of execution: an unexpected one is masked by an id that
    is in the log too."""
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return coded(error, Code.BAD_INPUT)
    error_id = uuid.uuid4().hex
    logger.error("GraphQL error %s at %s", error_id, error.path, exc_info=cause)
    return GraphQLError(
        f"Something went wrong on our side. The log knows it as {error_id}.",
        nodes=error.nodes,
        path=error.path,
        extensions={"code": Code.INTERNAL, "errorId": error_id},
    )
