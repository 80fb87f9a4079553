"""The addresses of configuration."""

from django.urls import path

from config.rest.views.baselines import BaselineDetail, BaselineList
from config.rest.views.databases import (
    DatabaseActivate,
    DatabaseDetail,
    DatabaseList,
    DatabaseTest,
)
from config.rest.views.profiles import ProfileActivate, ProfileDetail, ProfileList
from config.rest.views.what_if import WhatIf

urlpatterns = [
    path("config/database/", DatabaseList.as_view(), name="databases"),
    path("config/database/<str:id>/", DatabaseDetail.as_view(), name="database"),
    path("config/database/<str:id>/activate/", DatabaseActivate.as_view(), name="database-use"),
    path("config/database/<str:id>/test/", DatabaseTest.as_view(), name="database-test"),
    path("config/industry_baselines/", BaselineList.as_view(), name="baselines"),
    path("config/industry_baselines/<str:id>/", BaselineDetail.as_view(), name="baseline"),
    path("config/scoring_profiles/", ProfileList.as_view(), name="profiles"),
    path("config/scoring_profiles/<str:id>/", ProfileDetail.as_view(), name="profile"),
    path(
        "config/scoring_profiles/<str:id>/activate/",
        ProfileActivate.as_view(),
        name="profile-use",
    ),
    path("config/what_if/", WhatIf.as_view(), name="what-if"),
]
