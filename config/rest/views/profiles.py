"""`config/scoring_profiles/`"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from config.models import ScoringProfile
from config.rest.serializers import NothingSerializer, ProfileSerializer
from config.rest.views.base import ConfigList, ConfigView
from jobs import profiles


class ProfileList(ConfigList):
    """All versions of the rules of scoring. A new one is not used before it is activated."""

    serializer_class = ProfileSerializer
    queryset = ScoringProfile.objects.all()


class ProfileDetail(ConfigView):
    """One version. It is never edited: a change is a new version."""

    serializer_class = ProfileSerializer
    queryset = ScoringProfile.objects.all()

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The version."""
        return self.answer(self.row())


class ProfileActivate(ConfigView):
    """Use this version for scores computed from now on."""

    serializer_class = NothingSerializer
    queryset = ScoringProfile.objects.all()

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Activate."""
        row = self.row()
        self.body()
        profiles.activate(row)
        return Response(ProfileSerializer(row).data)
