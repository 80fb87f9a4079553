"""The contract file, and what the schema must not show."""

from pathlib import Path

from django.core.management import call_command

from sentiment_api.graphql.contract import as_sdl
from sentiment_api.graphql.schema import DebugQuery, build

ROOT = Path(__file__).resolve().parents[3]


def test_contract_and_code_agree() -> None:
    """docs/api/schema.graphql is what the code serves."""
    assert (ROOT / "docs/api/schema.graphql").read_text() == as_sdl()
    call_command("export_contracts", "--check", verbosity=0)


def test_guests_see_no_contact_data_and_no_configuration() -> None:
    """No field names them."""
    contract = as_sdl().lower()
    for word in ("contact", "phone", "address:", "postal", "password", "host", "username"):
        assert word not in contract.replace("state of the address", "")


def test_sql_is_shown_under_debug_alone() -> None:
    """graphene's `_debug`."""
    assert "_debug" not in as_sdl()
    assert "_debug" in build(DebugQuery).graphql_schema.query_type.fields


def test_everything_is_described() -> None:
    """Every field of the query type, for those who read it in GraphiQL."""
    query = build(DebugQuery).graphql_schema.query_type
    for name, field in query.fields.items():
        assert field.description or name == "_debug", name
