"""The pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def graphiql(request: HttpRequest) -> HttpResponse:
    """GraphiQL, from this server alone."""
    return render(request, "dashboard/graphiql.html")
