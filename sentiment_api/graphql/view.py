"""GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/)."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request

from sentiment_api import metrics
from sentiment_api.freshness import data_freshness
from sentiment_api.graphql.context import Context
from sentiment_api.graphql.door import admit
from sentiment_api.graphql.errors import Code, hidden_cause
from sentiment_api.graphql.execution import Answer, Executor, Operation, refused
from sentiment_api.graphql.keeping import NOT_KEPT, Keeping
from sentiment_api.graphql.negotiation import JSON_FOR_ANYONE, Kind, Wish, wish_of
from sentiment_api.graphql.parameters import BadRequestError, operation_of
from sentiment_api.graphql.schema import schema
from sentiment_api.kept import KeptAnswer
from sentiment_api.rest.caching import freshness_header
from sentiment_api.rest.errors import Unavailable, retry_after


# Nothing can be changed here, and bodies that a form of another site can send are refused.
@method_decorator(csrf_exempt, name="dispatch")
class GraphQLView(View):
    """Answers one operation a request; shows a page to browsers."""

    executor = Executor(schema)
    page: Callable[[HttpRequest], HttpResponse] | None = None
    """What browsers are shown."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or the answer."""
        if request.method == "OPTIONS":
            return self.options(request, *args, **kwargs)
        wish = wish_of(request, pages=self.page is not None)
        if self.page is not None and wish is not None and wish.kind is Kind.PAGE:
            response = self.page(request)
        else:
            response = self._answer(request, wish)
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response

    def _allowed_methods(self) -> list[str]:
        return ["GET", "HEAD", "POST", "OPTIONS"]

    def _answer(self, request: HttpRequest, wish: Wish | None) -> HttpResponse:
        form = wish or JSON_FOR_ANYONE
        try:
            _refuse_unanswerable(request, wish)
            caller, operation = admit(request), operation_of(request)
            context = Context(request)
            with metrics.graphql_operation(context):
                return self._result(caller, operation, context, form)
        except BadRequestError as error:
            return _response(form, refused(error.error), error.status, error.headers)
        except Exception as error:  # noqa: BLE001 - the last guard: logged, hidden from the client
            answer = refused(hidden_cause(error, "in the view"))
            down = Code.UNAVAILABLE in _codes(answer)
            status = HTTPStatus.SERVICE_UNAVAILABLE if down else HTTPStatus.INTERNAL_SERVER_ERROR
            return _response(form, answer, status, {})

    def _result(
        self, caller: Request, operation: Operation, context: Context, form: Wish
    ) -> HttpResponse:
        checked = self.executor.check(operation, context)
        if isinstance(checked, Answer):
            return _response(form, checked, _status(caller, form, checked), {})
        keeping = Keeping(caller, form.kind, operation)
        if keeping.is_known:
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=_headers(keeping.headers))
        if known := keeping.answer:
            return _known(known, keeping)
        answer = self.executor.answer(checked, context)
        headers = _headers_of(answer, keeping)
        response = _response(form, answer, _status(caller, form, answer), headers)
        if answer.executed and not answer.errors:
            keeping.keep(response)
        return response


def _known(answer: KeptAnswer, keeping: Keeping) -> HttpResponse:
    return HttpResponse(
        answer.body, content_type=answer.content_type, headers=_headers(keeping.headers)
    )


def _refuse_unanswerable(request: HttpRequest, wish: Wish | None) -> None:
    if request.method not in ("GET", "HEAD", "POST"):
        raise BadRequestError(
            HTTPStatus.METHOD_NOT_ALLOWED,
            f"{request.method}: use GET or POST.",
            headers={"Allow": "GET, HEAD, POST, OPTIONS"},
        )
    if wish is None:
        raise BadRequestError(
            HTTPStatus.NOT_ACCEPTABLE, f"Accept: answers are {Kind.GRAPHQL} or {Kind.JSON}."
        )


def _headers_of(answer: Answer, keeping: Keeping) -> dict[str, str]:
    if not answer.executed:
        return {}
    return _headers(NOT_KEPT if answer.errors else keeping.headers)


def _headers(keeping: Mapping[str, str]) -> dict[str, str]:
    return {"Data-Freshness": freshness_header(data_freshness()), **keeping}


_NEVER_200 = {Code.LIMIT_EXCEEDED, Code.OPERATION_UNCLEAR, Code.ONLY_QUERIES}


def _status(request: Request, wish: Wish, answer: Answer) -> HTTPStatus:
    """Executed is 200, unless the database went away meanwhile. A document that cannot be executed
    is 400, except for clients that ask for plain `application/json`: there the specification wants
    200, because old clients read errors from 200 alone. What breaks a limit is refused before it
    counts as a document."""
    codes = _codes(answer)
    if Code.UNAVAILABLE in codes:
        return HTTPStatus.SERVICE_UNAVAILABLE
    if answer.executed:
        return HTTPStatus.OK
    if request.method != "POST" and Code.ONLY_QUERIES in codes:
        return HTTPStatus.METHOD_NOT_ALLOWED
    if wish.named and wish.kind is Kind.JSON and not codes & _NEVER_200:
        return HTTPStatus.OK
    return HTTPStatus.BAD_REQUEST


def _codes(answer: Answer) -> set[Any]:
    return {(error.extensions or {}).get("code") for error in answer.errors}


def _response(
    wish: Wish, answer: Answer, status: HTTPStatus, headers: Mapping[str, str]
) -> HttpResponse:
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers = {**headers, **retry_after(Unavailable())}
    return HttpResponse(
        orjson.dumps(answer.as_json()),
        status=status,
        content_type=f"{wish.kind}; charset=utf-8",
        headers=headers,
    )
