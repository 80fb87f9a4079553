"""GraphiQL, from this server alone."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.sentiment_api.graphql import test_contract

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "dashboard/frontend/src/graphiql/examples"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def page() -> str:
    """What a browser gets."""
    response = Client().get("/graphql/", headers={"accept": BROWSER})
    assert response.status_code == 200
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "Accept" in response["Vary"]
    return response.content.decode()


def test_the_browser_is_told_to_ask_this_server_alone() -> None:
    """Whatever the editor's next version would like."""
    policy = Client().get("/graphql/", headers={"accept": BROWSER})["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_browsers_get_a_page_whose_files_are_here() -> None:
    """Every address in it is one of this server, and is found."""
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page())
    assert len(addresses) >= 3
    for file in addresses:
        assert file.startswith(("/static/dashboard/assets/", "/static/favicon."))
        assert finders.find(file.removeprefix("/static/"))


def test_nothing_that_is_built_loads_from_another_host() -> None:
    """No script, style, font or worker: addresses in texts and comments do not count."""
    built = ROOT / "dashboard/static/dashboard"
    loading = re.compile(
        r"(?:@import\s+|url\(|import\(|from\s*|importScripts\(|new Worker\(|fetch\()"
        r"\s*[\"'`]?(?:https?:)?//[a-z0-9.-]+"
    )
    for file in [*built.rglob("*.js"), *built.rglob("*.css")]:
        assert not loading.findall(file.read_text()), file.name


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("GetCustomers", test_contract.GET_CUSTOMERS),
        ("GetCustomerSentimentHistory", test_contract.GET_HISTORY),
        ("GetIndustrySentimentComparison", test_contract.GET_COMPARISON),
        ("GetSentimentTrends", test_contract.GET_TRENDS),
    ],
)
def test_the_examples_are_the_queries_of_the_design(name: str, query: str) -> None:
    """Word for word; only the lines are broken otherwise."""
    assert (EXAMPLES / f"{name}.graphql").read_text().split() == query.split()


def test_programs_get_no_page() -> None:
    """Only those who like HTML best, and only by GET."""
    for accept in ("*/*", "application/json", "application/json, text/html;q=0.5"):
        response = Client().get("/graphql/", headers={"accept": accept})
        assert response["Content-Type"].startswith("application/json")
    response = Client().post(
        "/graphql/", {}, content_type="application/json", headers={"accept": "text/html"}
    )
    assert response.status_code == 406
