"""GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/)."""

import logging
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from sentiment_api.graphql.context import Context
from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.execution import Answer, Executor, refused
from sentiment_api.graphql.negotiation import Kind, Wish, wish_of
from sentiment_api.graphql.parameters import BadRequestError, operation_of
from sentiment_api.graphql.schema import schema

logger = logging.getLogger(__name__)


# Nothing can be changed here, and bodies that a form of another site can send are refused.
@method_decorator(csrf_exempt, name="dispatch")
class GraphQLView(View):
    """Answers one operation a request; shows GraphiQL to browsers."""

    http_method_names = ["get", "post", "options"]
    executor = Executor(schema)
    page: Callable[[HttpRequest], HttpResponse] | None = None
    """What browsers are shown."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """GraphiQL, or a query in the address."""
        return self._answer(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """An operation in the body."""
        return self._answer(request)

    def http_method_not_allowed(
        self, request: HttpRequest, *_args: Any, **_kwargs: Any
    ) -> HttpResponse:
        """Any other method."""
        response = _response(
            Wish(Kind.JSON, named=False),
            refused(RefusedError(f"{request.method}: use GET or POST.", Code.BAD_REQUEST)),
            HTTPStatus.METHOD_NOT_ALLOWED,
        )
        response["Allow"] = "GET, POST, OPTIONS"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        wish = wish_of(request, pages=self.page is not None)
        if wish is None:
            return _response(
                Wish(Kind.JSON, named=False),
                refused(
                    RefusedError(
                        f"Accept: answers are {Kind.GRAPHQL} or {Kind.JSON}.", Code.BAD_REQUEST
                    )
                ),
                HTTPStatus.NOT_ACCEPTABLE,
            )
        if self.page is not None and wish.kind is Kind.PAGE:
            return _vary(self.page(request))
        try:
            answer = self.executor.answer(operation_of(request), Context(request))
        except BadRequestError as error:
            return _response(wish, refused(error.error), error.status)
        except Exception:
            error_id = uuid.uuid4().hex
            logger.exception("GraphQL error %s", error_id)
            masked = RefusedError(
                f"Something went wrong on our side. The log knows it as {error_id}.",
                Code.INTERNAL,
                errorId=error_id,
            )
            return _response(wish, refused(masked), HTTPStatus.INTERNAL_SERVER_ERROR)
        return _response(wish, answer, _status(wish, answer))


_ALWAYS_400 = (Code.LIMIT_EXCEEDED, Code.OPERATION_UNCLEAR)


def _status(wish: Wish, answer: Answer) -> HTTPStatus:
    """Executed is 200. A document that cannot be executed is 400, except for clients that ask
    for plain `application/json`: there the specification wants 200, because old clients read
    errors from 200 alone. What breaks a limit is refused before it counts as a document."""
    if answer.executed:
        return HTTPStatus.OK
    limits = any((error.extensions or {}).get("code") in _ALWAYS_400 for error in answer.errors)
    if wish.named and wish.kind is Kind.JSON and not limits:
        return HTTPStatus.OK
    return HTTPStatus.BAD_REQUEST


def _response(wish: Wish, answer: Answer, status: HTTPStatus) -> HttpResponse:
    return _vary(
        HttpResponse(
            orjson.dumps(answer.as_json()),
            status=status,
            content_type=f"{wish.kind}; charset=utf-8",
        )
    )


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept"])
    return response
