"""What others do for every request, done once, or where it is needed."""

from functools import cache, partial
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty


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
