"""The pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'none'",
        "connect-src 'self'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The editor writes its styles itself and computes in workers; nobody else is asked."""


def graphiql(request: HttpRequest) -> HttpResponse:
    """GraphiQL, from this server alone."""
    response = render(request, "dashboard/graphiql.html")
    response["Content-Security-Policy"] = CONTENT_SECURITY
    return response
