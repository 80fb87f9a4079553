"""What others do for every request, done once, or where it is needed."""

from collections.abc import Callable
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty

from sentiment_analysis.bodies import REFUSED, Refusal
from sentiment_api.graphql.handlers import body_refused


class OnePolicy(CSPMiddleware):
    """Nearly every answer has the same Content-Security-Policy: it is written out once."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Add the policy of the settings, unless the view or the page has one of its own."""
        own = any(name.startswith("_csp") for name in (*vars(response), *vars(request)))
        if own or settings.DEBUG:
            return super().process_response(request, response)
        response.setdefault(HEADER, _policy())
        return response


@cache
def _policy() -> str:
    return build_policy()


class RefusedBodies:
    """Answers in the place of a view whose body was not taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """The refusal: the route is known by now, and nobody has looked at the body."""
        refusal: Refusal | None = request.META.get(REFUSED)
        if refusal is None:
            return None
        answer = body_refused(request, *refusal)
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            answer["Retry-After"] = "1"
        return answer


class MessagesWhereNeeded(MessageMiddleware):
    """Makes room for messages when a page looks for some, or leaves one."""

    def process_request(self, request: HttpRequest) -> None:
        """The room is made when it is first looked into."""
        request._messages = SimpleLazyObject(  # type: ignore[attr-defined]
            partial(default_storage, request)
        )

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Nothing was left where nobody looked."""
        messages = getattr(request, "_messages", None)
        if isinstance(messages, SimpleLazyObject) and messages._wrapped is empty:
            return response
        return super().process_response(request, response)
