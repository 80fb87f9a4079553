"""What every page of the product promises."""

import pytest
from playwright.sync_api import expect

from tests.browser import Visit

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("staff", [False, True])
@pytest.mark.parametrize(
    "path", ["/", "/about/score/", "/graphql/", "/api/schema/swagger-ui/", "/admin/"]
)
def test_pages_ask_nobody_else(visit: Visit, path: str, staff: bool) -> None:
    """Nor does anything on them break, or need what the policy forbids."""
    page = visit(path, staff=staff)
    page.wait_for_load_state("networkidle")
    expect(page.locator("body")).not_to_be_empty()
    assert page.title()
