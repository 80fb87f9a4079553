"""What the views of configuration share."""

from typing import Any

from django.db import models, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from config import history
from sentiment_api.rest.access import Staff
from sentiment_api.rest.errors import SOMEBODY_ELSE, Conflict
from sentiment_api.rest.lookup import row_by_number
from sentiment_api.rest.pagination import Pages
from sentiment_api.rest.views.base import ListView

OVER_REST = "over REST"


class ConfigView(ListView):
    """For staff; answers are not kept."""

    permission_classes = [Staff]

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Nothing of this is kept by anyone."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "no-store"
        return final

    def row(self) -> Any:
        """The row that the address names."""
        return row_by_number(self.get_queryset(), self.kwargs["id"])

    def body(self, row: models.Model | None = None, partial: bool = False) -> Any:
        """The serializer with the body, found good."""
        serializer = self.get_serializer(row, data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return serializer

    def save(self, row: models.Model, loaded: history.Values | None = None) -> None:
        """Save a row, and keep who changed what. One that was `loaded` still has to say the same:
        while it was checked somebody may have changed it, or made it the active one."""
        with transaction.atomic():
            before = history.stored(row) if loaded else {}
            if loaded and before != loaded:
                raise Conflict({"body": SOMEBODY_ELSE})
            row.save()
            change = history.Change.edited(before, row) if before else history.Change.added(row)
            history.record(self.request.user, [change], OVER_REST)

    def answer(self, row: models.Model, status: int = 200) -> Response:
        """A row."""
        return Response(self.get_serializer(row).data, status=status)


class ConfigList(ConfigView):
    """All rows, and new ones."""

    pagination_class = Pages

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """A page of rows."""
        return self.page_of(self.get_queryset())

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """A new row."""
        return self.answer(*self.store_new(self.body()))

    def store_new(self, serializer: Any) -> tuple[models.Model, int]:
        """Save what was sent; the row and the status."""
        row = serializer.checked()
        self.save(row)
        return row, 201


class ConfigDetail(ConfigView):
    """One row, to read and to change."""

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The row."""
        return self.answer(self.row())

    def put(self, _request: Request, **_kwargs: Any) -> Response:
        """All of the row anew: what is left out gets its default."""
        return self.answer(self.store(self.body(self.row())))

    def patch(self, _request: Request, **_kwargs: Any) -> Response:
        """Some fields of the row: what is left out stays."""
        return self.answer(self.store(self.body(self.row(), partial=True)))

    def store(self, serializer: Any) -> models.Model:
        """Save what was sent; the row."""
        loaded = history.values(serializer.instance)
        row: models.Model = serializer.checked()
        self.save(row, loaded)
        return row
