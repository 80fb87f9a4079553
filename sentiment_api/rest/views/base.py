"""What all views share."""

from collections.abc import Collection, Hashable, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sentiment_api.freshness import data_freshness
from sentiment_api.kept import ANSWERS, KeptAnswer
from sentiment_api.rest.access import is_staff
from sentiment_api.rest.caching import etag_of, freshness_header, has_newest
from sentiment_api.rest.errors import AlreadyKnown, NotModified
from sentiment_api.rest.parameters import refuse_unfit
from sentiment_api.rest.throttling import Failures, brings_token, failures_of

JSON = "application/json"


class StrictView(APIView):
    """Refuses parameters that nobody reads, and slows down whoever guesses passwords."""

    http_method_names = ["get", "head", "post", "put", "patch"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After sign-in, rights and throttles: the parameters."""
        super().initial(request, *args, **kwargs)
        if request.method in self.allowed_methods:
            refuse_unfit(request, self.known_parameters(), self.known_elsewhere())

    def known_parameters(self) -> Collection[str]:
        """The names that this view reads."""
        return ()

    def known_elsewhere(self) -> Mapping[str, str]:
        """Names that are read for other answers, with why they are not for this one."""
        return {}

    def perform_authentication(self, request: Request) -> None:
        """Sign in. After too many failures from an address, with one name or with any, passwords
        from there are not looked at for a while. A good token is always taken: it cannot be
        guessed, and so nobody can lock its owner out."""
        if "Authorization" not in request.headers:
            return super().perform_authentication(request)
        failures = failures_of(request)
        if not brings_token(request):
            _refuse(failures)
        try:
            return self._sign_in(request)
        except AuthenticationFailed:
            _refuse(failures)
            failures.add()
            raise

    def _sign_in(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except ValueError as error:
            # PostgreSQL's driver refuses a name with NUL in it.
            request.user = AnonymousUser()
            raise AuthenticationFailed from error


def _refuse(failures: Failures) -> None:
    if seconds := failures.seconds_to_wait():
        raise Throttled(seconds, "Too many sign-ins have failed.")


class ListView(StrictView, GenericAPIView[Any]):
    """Lists, filtered and in pages."""

    filterset_class: Any = None

    def known_parameters(self) -> Collection[str]:
        """The names of filters and of paging, where a list is asked for."""
        if self.request.method not in ("GET", "HEAD"):
            return ()
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return [*filters, *getattr(self.paginator, "parameters", ())]

    def page_of(self, rows: Any) -> Response:
        """The page of these rows that is asked for."""
        pages: Any = self.paginator
        page = pages.unread(rows, self.request)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class VersionedView(StrictView):
    """Answers made of what the pipeline wrote: with the freshness of the data, not sent again to
    whoever has them, and worked out once for each version of the data."""

    etag = ""
    notice: str | None = None
    """What is to be said besides the answer; its header is `Notice`."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After all other checks: does the client have the newest answer, or do we?"""
        super().initial(request, *args, **kwargs)
        self.etag = etag_of(request)
        if has_newest(request, self.etag):
            raise NotModified
        if answer := ANSWERS.get(self._kept_as()):
            self.notice = answer.notice
            raise AlreadyKnown(answer)

    def _kept_as(self) -> Hashable:
        """The tag, the host that is in the addresses of other pages, and how they are indented."""
        asked: Any = self.request
        return self.etag, asked.build_absolute_uri("/"), asked.accepted_media_type

    def _keep(self, rendered: Response) -> None:
        answer = KeptAnswer(rendered.content, rendered["Content-Type"], self.notice)
        ANSWERS.put(self._kept_as(), answer, answer.size)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Add what a client needs to keep the answer, and keep it here."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code in (200, 304):
            final["ETag"] = self.etag
            final["Cache-Control"] = f"{'private' if is_staff(request) else 'public'}, no-cache"
            final["Data-Freshness"] = freshness_header(data_freshness())
            if self.notice:
                final["Notice"] = self.notice
            patch_vary_headers(final, ["Accept", "Authorization", "Cookie"])
        # Pages for browsers show who is signed in: only JSON is the same for everybody.
        if final.status_code == 200 and getattr(final, "accepted_media_type", "") == JSON:
            final.add_post_render_callback(self._keep)
        return final
