"""The address of GraphQL."""

from django.urls import path

from sentiment_api.graphql.view import GraphQLView

urlpatterns = [path("", GraphQLView.as_view(), name="graphql")]
