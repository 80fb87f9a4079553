"""The operators' pages when Redis is away."""

import re

import django_rq
import pytest
from django.test import Client
from rq import Worker


@pytest.mark.parametrize("page", ["/admin/rq/", "/admin/django_rq/dashboard/"])
def test_the_queues_page_says_that_redis_is_away(admin_client: Client, page: str) -> None:
    answer = admin_client.get(page, follow=True)
    assert answer.status_code == 503
    assert "Redis cannot be reached" in answer.content.decode()


def test_the_queues_page_shows_queues(admin_client: Client, redis_url: str) -> None:
    answer = admin_client.get("/admin/rq/", follow=True)
    assert answer.status_code == 200
    assert "default" in answer.content.decode()


@pytest.mark.parametrize(
    "page", ["workers/0/rq:worker:gone/", "workers/0/x/", "queues/9/", "queues/0/no-such-job/"]
)
def test_what_is_gone_from_the_queues_is_no_error(
    admin_client: Client, redis_url: str, page: str
) -> None:
    answer = admin_client.get(f"/admin/rq/{page}", follow=True)
    assert answer.status_code == 404
    if "workers" in page:
        assert "No longer there" in answer.content.decode()


def test_every_link_on_the_pages_of_workers_leads_somewhere(
    admin_client: Client, redis_url: str
) -> None:
    link = django_rq.get_connection("high")
    Worker(["high", "default"], name="worker-1", connection=link).register_birth()
    pages = ["/admin/rq/workers/0/"]
    for page in pages:
        answer = admin_client.get(page, follow=True)
        assert answer.status_code == 200, page
        found = re.findall(r"href *= *[\"'](/admin/rq/[^\"'?]*)", answer.content.decode())
        pages += [address for address in found if address not in pages]
    assert any("worker-1" in page for page in pages)
