"""`config/database/`"""

from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import Model
from rest_framework.request import Request
from rest_framework.response import Response

from config.attempts import IT_WORKS, Attempt
from config.history import values
from config.models import DatabaseConfig
from config.rest.serializers import (
    ActivateDatabaseSerializer,
    DatabaseSerializer,
    NothingSerializer,
    TestResultSerializer,
)
from config.rest.views.base import OVER_REST, ConfigDetail, ConfigList, ConfigView
from config.secrets import SecretUnreadableError
from jobs.health import try_source
from jobs.source import switch
from jobs.source.connection import SourceError
from sentiment_api.rest.errors import Conflict
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples


def refuse_taken_name(name: str, other_than: DatabaseConfig | None = None) -> None:
    """Names are given once."""
    same = DatabaseConfig.objects.filter(name=name).first()
    if same is not None and same != other_than:
        raise Conflict({"name": "Another connection has this name already."})


class DatabaseList(ConfigList):
    """The connections to sources."""

    serializer_class = DatabaseSerializer
    queryset = DatabaseConfig.objects.all()

    def store_new(self, serializer: Any) -> tuple[Model, int]:
        """Save a connection; it is not the active one."""
        refuse_taken_name(serializer.validated_data["name"])
        return super().store_new(serializer)

    @d.describe(
        "listDatabases",
        "List connections to sources",
        d.CONFIGURATION,
        {200: DatabaseSerializer(many=True)},
        examples.DATABASE,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One of them is active. No password is ever shown."""
        return super().get(_request, **_kwargs)

    @d.describe(
        "createDatabase",
        "Add a connection",
        d.CONFIGURATION,
        {201: DatabaseSerializer},
        examples.DATABASE,
        sent=examples.NEW_DATABASE,
        request=DatabaseSerializer,
    )
    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """It is not read from before it is activated."""
        return super().post(_request, **_kwargs)


class DatabaseDetail(ConfigDetail):
    """One connection."""

    serializer_class = DatabaseSerializer
    queryset = DatabaseConfig.objects.all()

    def store(self, serializer: Any) -> DatabaseConfig:
        """Save a connection; the active one leads to the same data as before."""
        before, loaded = copy(serializer.instance), values(serializer.instance)
        same_data = serializer.validated_data.pop("same_data", False)
        refuse_taken_name(serializer.validated_data.get("name", before.name), before)
        row: DatabaseConfig = serializer.checked()
        row.refuse_stored_password_elsewhere(before)
        if row.is_active and not same_data:
            refuse_other_data(before, row)
        self.save(row, loaded)
        return row

    @d.describe(
        "getDatabase",
        "Read a connection",
        d.CONFIGURATION,
        {200: DatabaseSerializer},
        examples.DATABASE,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One connection, without its password."""
        return super().get(_request, **_kwargs)

    @d.describe(
        "replaceDatabase",
        "Replace a connection",
        d.CONFIGURATION,
        {200: DatabaseSerializer},
        examples.DATABASE,
        sent=examples.NEW_DATABASE,
        request=DatabaseSerializer,
    )
    def put(self, _request: Request, **_kwargs: Any) -> Response:
        """What is left out gets its default; the password stays. With another host, port or
        username, or a weaker `sslmode`, the password has to be given again."""
        return super().put(_request, **_kwargs)

    @d.describe(
        "changeDatabase",
        "Change a connection",
        d.CONFIGURATION,
        {200: DatabaseSerializer},
        examples.DATABASE,
        sent=examples.NEW_DATABASE,
        request=DatabaseSerializer,
    )
    def patch(self, _request: Request, **_kwargs: Any) -> Response:
        """What is left out stays. The active one leads to the same data as before, unless
        `same_data` confirms that they have moved. With another host, port or username, or a weaker
        `sslmode`, the password has to be given again."""
        return super().patch(_request, **_kwargs)


def refuse_other_data(before: DatabaseConfig | None, after: DatabaseConfig) -> None:
    """Results of two sources do not mix."""
    try:
        switch.refuse_other_source(before, after)
    except switch.SourceChangeRefusedError as error:
        raise Conflict({"same_data": f"{error}: same_data=true."}) from error


class DatabaseActivate(ConfigView):
    """Read from this connection from now on."""

    serializer_class = ActivateDatabaseSerializer
    queryset = DatabaseConfig.objects.select_for_update()

    @d.describe(
        "activateDatabase",
        "Read from this connection from now on",
        d.CONFIGURATION,
        {200: DatabaseSerializer},
        examples.DATABASE,
        sent={"same_data": False},
        request=ActivateDatabaseSerializer,
    )
    def post(self, request: Request, **_kwargs: Any) -> Response:
        """Refused (409) when it leads to another host, port or database while windows are
        covered, unless `same_data` confirms that the data have moved."""
        same_data = self.body().validated_data["same_data"]
        try:
            with transaction.atomic():
                row = self.row()
                switch.activate(row, request.user, same_data, OVER_REST)
        except switch.SourceChangeRefusedError as error:
            raise Conflict({"same_data": f"{error}: same_data=true."}) from error
        return Response(DatabaseSerializer(row).data)


class DatabaseTest(ConfigView):
    """Try a connection."""

    serializer_class = NothingSerializer
    queryset = DatabaseConfig.objects.all()

    @d.describe(
        "testDatabase",
        "Try a connection",
        d.CONFIGURATION,
        {200: TestResultSerializer},
        examples.TEST_RESULT,
        sent={},
        request=NothingSerializer,
    )
    def post(self, request: Request, **_kwargs: Any) -> Response:
        """Connect, look at tables and columns, and say in words what came of it. Who tried which
        connection is kept."""
        row = self.row()
        self.body()
        attempt = Attempt.begun(request.user, row, OVER_REST)
        try:
            result = {"ok": True, "message": try_source(row)}
        except (SourceError, SecretUnreadableError) as error:
            result = {"ok": False, "message": str(error)}
        attempt.ended(IT_WORKS if result["ok"] else str(result["message"]))
        return Response(TestResultSerializer(result).data)
