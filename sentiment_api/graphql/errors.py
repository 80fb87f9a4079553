"""Errors of GraphQL: each carries a stable `extensions.code`, and nothing internal leaves."""

import logging
import uuid
from enum import StrEnum
from typing import Any

from graphql import GraphQLError

from sentiment_api.rest.errors import DATABASE_AWAY, database_down

logger = logging.getLogger(__name__)


class Code(StrEnum):
    """What went wrong, for programs."""

    PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_UNCLEAR = "OPERATION_RESOLUTION_FAILURE"
    ONLY_QUERIES = "OPERATION_NOT_SUPPORTED"
    BAD_REQUEST = "BAD_REQUEST"
    BAD_INPUT = "BAD_USER_INPUT"
    NOT_FOUND = "NOT_FOUND"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    THROTTLED = "THROTTLED"
    UNAVAILABLE = "SERVICE_UNAVAILABLE"
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
    """What the client sees of an error of execution."""
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return coded(error, Code.BAD_INPUT)
    hidden = hidden_cause(cause, f"at {error.path}")
    return GraphQLError(
        hidden.message, nodes=error.nodes, path=error.path, extensions=hidden.extensions
    )


def hidden_cause(error: BaseException, where: str) -> RefusedError:
    """What the client sees of an error that is not its own: that the database is down, or of an
    unexpected error an id, which is in the log with the trace."""
    if isinstance(error, DATABASE_AWAY):
        return RefusedError(str(database_down(error).detail), Code.UNAVAILABLE)
    error_id = uuid.uuid4().hex
    logger.error("unexpected GraphQL error %s %s", error_id, where, exc_info=error)
    return RefusedError(
        "Something went wrong here. The error is in the log under this id; name it when asking: "
        f"{error_id}.",
        Code.INTERNAL,
        errorId=error_id,
    )
