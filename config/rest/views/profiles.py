"""`config/scoring_profiles/`"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from config.models import ScoringProfile
from config.rest.serializers import NothingSerializer, ProfileSerializer
from config.rest.views.base import OVER_REST, ConfigList, ConfigView
from jobs import profiles
from jobs.industry_moments import settle_moments
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples
from sentiment_api.rest.strict import refuse_unfit


class ProfileList(ConfigList):
    """All versions of the rules of scoring. A new one is not used before it is activated."""

    serializer_class = ProfileSerializer
    queryset = ScoringProfile.objects.all()

    @d.describe(
        "listProfiles",
        "List the versions of the scoring profile",
        d.CONFIGURATION,
        {200: ProfileSerializer(many=True)},
        examples.PROFILE,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Newest first. One of them is active."""
        return super().get(_request, **_kwargs)

    @d.describe(
        "createProfile",
        "Add a version of the scoring profile",
        d.CONFIGURATION,
        {201: ProfileSerializer},
        examples.PROFILE,
        sent=examples.NEW_PROFILE,
        request=ProfileSerializer,
    )
    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """What is left out stays as in the active version, as where it is tried. It is not used
        before it is activated."""
        return self.answer(*self.store_new(self.body(partial=True)))

    def store_new(self, serializer: Any) -> tuple[ScoringProfile, int]:
        """A new version, with what it keeps of the industries."""
        profile = profiles.draft(serializer.validated_data)
        refuse_unfit(profile)
        settle_moments(profile)
        self.save(profile)
        return profile, 201


class ProfileDetail(ConfigView):
    """One version. It is never edited: a change is a new version."""

    serializer_class = ProfileSerializer
    queryset = ScoringProfile.objects.all()

    @d.describe(
        "getProfile",
        "Read a version of the scoring profile",
        d.CONFIGURATION,
        {200: ProfileSerializer},
        examples.PROFILE,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One version. It is never edited: a change is a new version."""
        return self.answer(self.row())


class ProfileActivate(ConfigView):
    """Use this version for scores computed from now on."""

    serializer_class = NothingSerializer
    queryset = ScoringProfile.objects.all()

    @d.describe(
        "activateProfile",
        "Use this version from now on",
        d.CONFIGURATION,
        {200: ProfileSerializer},
        examples.PROFILE,
        sent={},
        request=NothingSerializer,
    )
    def post(self, request: Request, **_kwargs: Any) -> Response:
        """Scores computed from now on use it; existing ones keep theirs."""
        row = self.row()
        self.body()
        profiles.activate(row, request.user, OVER_REST)
        return Response(ProfileSerializer(row).data)
