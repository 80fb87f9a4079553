"""The addresses of what the pipeline wrote."""

from django.urls import path

from sentiment_api.rest.views.customers import CustomerDetail, CustomerHistory, CustomerList
from sentiment_api.rest.views.index import Index
from sentiment_api.rest.views.industries import IndustryList
from sentiment_api.rest.views.results import (
    OverallList,
    ScoreDetail,
    ScoreExplanation,
    ScoreList,
    SegmentList,
)
from sentiment_api.rest.views.revisions import (
    OverallRevisions,
    ScoreRevisions,
    SegmentRevisions,
)
from sentiment_api.rest.views.schema import RedocView, SchemaView, SwaggerView

urlpatterns = [
    path("", Index.as_view(), name="index"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("schema/swagger-ui/", SwaggerView.as_view(), name="swagger-ui"),
    path("schema/redoc/", RedocView.as_view(), name="redoc"),
    path("customers/", CustomerList.as_view(), name="customers"),
    path("customers/<str:customer_id>/", CustomerDetail.as_view(), name="customer"),
    path(
        "customers/<str:customer_id>/sentiment_history/",
        CustomerHistory.as_view(),
        name="customer-history",
    ),
    path("sentiment/", ScoreList.as_view(), name="scores"),
    path("sentiment/industries/", IndustryList.as_view(), name="industries"),
    path("sentiment/segment_analysis/", SegmentList.as_view(), name="segments"),
    path("sentiment/overall_metrics/", OverallList.as_view(), name="overall"),
    path("sentiment/<str:job_id>/", ScoreDetail.as_view(), name="score"),
    path(
        "sentiment/<str:job_id>/explanation/",
        ScoreExplanation.as_view(),
        name="score-explanation",
    ),
    path("sentiment/<str:job_id>/revisions/", ScoreRevisions.as_view(), name="score-revisions"),
    path(
        "sentiment/segment_analysis/<str:job_id>/revisions/",
        SegmentRevisions.as_view(),
        name="segment-revisions",
    ),
    path(
        "sentiment/overall_metrics/<str:job_id>/revisions/",
        OverallRevisions.as_view(),
        name="overall-revisions",
    ),
]
