"""The pages."""

from functools import lru_cache
from pathlib import Path

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ABOUT_THE_SCORE = Path(__file__).parent.parent / "docs" / "what-the-score-means.md"

_no_styles_inside = csp_replace({"style-src": [SELF]})


@_no_styles_inside
def dashboard(request: HttpRequest) -> HttpResponse:
    """How customers feel; all of it is drawn in the browser, from the public GraphQL API."""
    return render(request, "dashboard/dashboard.html")


def graphiql(request: HttpRequest) -> HttpResponse:
    """GraphiQL, from this server alone."""
    return render(request, "dashboard/graphiql.html")


@_no_styles_inside
def about_score(request: HttpRequest) -> HttpResponse:
    """What the score means: the page of the documentation, which is its only text."""
    page = {"title": "What the score means", "content": _as_html(ABOUT_THE_SCORE)}
    return render(request, "dashboard/text.html", page)


@lru_cache
def _as_html(markdown: Path) -> SafeString:
    """Our own text; markup within it would be shown as text all the same."""
    renderer = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    html: str = renderer.render(markdown.read_text())
    return mark_safe(html)  # noqa: S308
