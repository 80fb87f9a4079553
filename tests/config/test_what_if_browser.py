"""“What would it do?” as people see it: on a wide screen and on a phone, in light and dark."""

import pytest
from playwright.sync_api import expect

from tests.browser import Visit, findings

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_a_profile_is_tried_and_what_was_typed_is_kept(
    visit: Visit, width: int, dark: bool
) -> None:
    page = visit("/admin/config/scoringprofile/add/", width=width, dark=dark, staff=True)
    page.get_by_label("History windows").fill("3")
    page.get_by_role("button", name="What would it do?").click()
    expect(page.get_by_role("heading", name="Most affected customers")).to_be_visible()
    expect(page.get_by_text("customers with a score in the last 7 days")).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="3 days").click()
    expect(page.get_by_text("customers with a score in the last 3 days")).to_be_visible()
    page.get_by_role("button", name="Back to what you typed").click()
    expect(page.get_by_label("History windows")).to_have_value("3")
