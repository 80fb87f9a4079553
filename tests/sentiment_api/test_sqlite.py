"""Texts are compared without case, on every database and in every alphabet."""

import pytest
from django.test import Client

from sentiment_api.models import Customer
from sentiment_api.sqlite import like
from tests.factories import CustomerFactory
from tests.sentiment_api.graphql.asking import ask


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parameters", [{"city": "münchen"}, {"search": "éclair"}, {"search": "ÉCLAIR mÜnch"}]
)
def test_letters_beyond_ascii_have_a_case(parameters: dict[str, str]) -> None:
    """Also in REST and GraphQL."""
    CustomerFactory.create(customer_id=1, company_name="Éclair", city="MÜNCHEN")
    CustomerFactory.create(customer_id=2, company_name="Eclair", city="Munchen")
    found = Client().get("/api/customers/", parameters).json()["results"]
    assert [row["customer_id"] for row in found] == [1]
    ((name, value),) = parameters.items()
    query = f"query Q($text: String) {{ customers({name}: $text) {{ totalCount }} }}"
    assert ask(query, text=value)["customers"]["totalCount"] == 1


@pytest.mark.django_db
def test_signs_of_patterns_are_texts() -> None:
    """What stands for other characters in SQL stands for itself here."""
    for number, name in enumerate(("100 % Öl", "100 x Öl", "a_b", "axb", "a\\b", "two\nlines")):
        CustomerFactory.create(customer_id=number, company_name=name)
    for part, there in (("% ö", 1), ("A_B", 1), ("\\B", 1), ("O\nL", 1), ("ö", 2)):
        assert Customer.objects.filter(company_name__icontains=part).count() == there
    assert Customer.objects.filter(company_name__iexact="100 X öL").count() == 1


@pytest.mark.parametrize(
    ("pattern", "value", "escape", "matches"),
    [
        ("Ä%", "ärger", None, True),
        ("_b", "xB", None, True),
        ("!%", "%", "!", True),
        ("!%", "x", "!", False),
        ("5%", 51, None, True),
        (None, "x", None, None),
        ("x", None, None, None),
    ],
)
def test_like(pattern: str | None, value: object, escape: str | None, matches: bool | None) -> None:
    """As SQL has it: what is not known matches nothing."""
    assert like(pattern, value, escape) is matches
