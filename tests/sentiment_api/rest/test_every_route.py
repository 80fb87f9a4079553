"""Every route, as guest, as a user without rights and as staff."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from jobs.models import PipelineRun
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore
from sentiment_api.rest.openapi.document import document
from tests.factories import (
    CustomerFactory,
    DatabaseConfigFactory,
    IndustryBaselineFactory,
    OverallSentimentFactory,
    PipelineRunFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    WindowFactory,
)

pytestmark = pytest.mark.django_db

SECRET = "the password of the source"
CONTACT = {
    "contact_person": "Ada Lovelace",
    "phone": "+44 1815",
    "address": "12 St James's Square",
    "postal_code": "SW1Y 4JH",
}
STAFF_ONLY = "/api/config/"


@pytest.fixture
def secrets() -> list[str]:
    """A row of everything, and every secret that is in the database."""
    user = User.objects.create_user("keeper", password="a secret to sign in", is_staff=True)
    config = DatabaseConfigFactory.create(is_active=True, password=SECRET)
    customer = CustomerFactory.create(customer_id=1, **CONTACT)
    score = SentimentScoreFactory.create(customer=customer, carried=True)
    SyncJobFactory.create(customer=customer, created_at=score.created_at)
    for factory in (
        SegmentSentimentFactory,
        OverallSentimentFactory,
        WindowFactory,
        PipelineRunFactory,
        IndustryBaselineFactory,
    ):
        factory.create()
    PipelineRun.objects.update(error="source 10.1.2.3:9876: password authentication failed")
    return [
        SECRET,
        config.password.token,
        Token.objects.create(user=user).key,
        user.password,
        project.SECRET_KEY,
        *project.FIELD_ENCRYPTION_KEYS,
    ]


def routes() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and body of each operation of the contract."""
    for path, operations in sorted(document()["paths"].items()):
        for method, operation in operations.items():
            body: dict[str, Any] = {}
            for kind in operation.get("requestBody", {}).get("content", {}).values():
                body = next((one["value"] for one in kind["examples"].values()), {})
            yield method, path, body


ROUTES = list(routes())


def address(path: str) -> str:
    """A path with the keys of rows that exist."""
    kinds = {
        "database": DatabaseConfig.objects.filter(is_active=True),
        "industry_baselines": IndustryBaseline.objects.all(),
        "scoring_profiles": ScoringProfile.objects.all(),
    }
    key = next((rows.get().pk for kind, rows in kinds.items() if kind in path), 1)
    results = {
        "segment_analysis": SegmentSentiment.objects.all(),
        "overall_metrics": OverallSentiment.objects.all(),
        "": SentimentScore.objects.all(),
    }
    job_id = next(rows.earliest("pk").pk for kind, rows in results.items() if kind in path)
    return (
        path.replace("{customer_id}", "1")
        .replace("{job_id}", str(job_id))
        .replace("{id}", str(key))
    )


@pytest.fixture
def clients(
    guest: APIClient, user_without_rights: APIClient, staff: APIClient
) -> dict[str, APIClient]:
    """All roles by name."""
    return {"guest": guest, "user": user_without_rights, "staff": staff}


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
@pytest.mark.parametrize("role", ["guest", "user", "staff"])
def test_who_may_do_what_and_no_secret_comes_out(
    clients: dict[str, APIClient],
    secrets: list[str],
    role: str,
    method: str,
    path: str,
    body: dict[str, Any],
) -> None:
    """Guests and users without rights read what is for all; nobody reads a secret."""
    answer = clients[role].generic(
        method.upper(), address(path), json.dumps(body), content_type="application/json"
    )
    documented = document()["paths"][path][method]["responses"]
    assert str(answer.status_code) in documented
    text = answer.content.decode() + str(answer.headers)
    assert [secret for secret in secrets if secret in text] == []
    if path.startswith(STAFF_ONLY):
        refused = {"guest": 401, "user": 403}.get(role)
        if refused:
            assert answer.status_code == refused
        else:
            assert answer.status_code in (200, 201, 409), text
    else:
        assert answer.status_code == (503 if path == "/api/health/" else 200), text
    if role != "staff":
        assert "10.1.2.3" not in text, "what errors say is for staff"
        assert [value for value in CONTACT.values() if value in text] == []


def test_the_contract_names_every_route() -> None:
    """No path of the design is missing."""
    expected = """
        /api/customers/ /api/customers/{customer_id}/
        /api/customers/{customer_id}/sentiment_history/
        /api/sentiment/ /api/sentiment/{job_id}/ /api/sentiment/{job_id}/explanation/
        /api/sentiment/{job_id}/revisions/
        /api/sentiment/segment_analysis/{job_id}/revisions/
        /api/sentiment/overall_metrics/{job_id}/revisions/
        /api/sentiment/segment_analysis/ /api/sentiment/overall_metrics/ /api/sentiment/industries/
        /api/config/database/ /api/config/database/{id}/ /api/config/database/{id}/test/
        /api/config/industry_baselines/ /api/config/industry_baselines/{id}/
        /api/config/scoring_profiles/ /api/config/scoring_profiles/{id}/
        /api/config/scoring_profiles/{id}/activate/
        /api/health/ /api/health/live/ /api/jobs/status/
    """
    assert set(expected.split()) <= {path for _, path, _ in ROUTES}
