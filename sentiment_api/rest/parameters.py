"""Parameters in the address: known ones, once, with a value."""

from collections.abc import Collection, Mapping

from rest_framework.request import Request

from sentiment_api.rest.errors import Complaint


def refuse_unfit(
    request: Request, known: Collection[str], elsewhere: Mapping[str, str] | None = None
) -> None:
    """Refuse parameters that are unknown, repeated or empty. `elsewhere` has what to say of names
    that are not known here alone."""
    allowed = f"Allowed: {', '.join(sorted(known))}." if known else "None is allowed here."
    errors = {}
    for name, values in request.query_params.lists():
        if name not in known:
            unknown = f"This parameter is unknown. {allowed}"
            errors[name[:60]] = (elsewhere or {}).get(name, unknown)
        elif len(values) > 1:
            errors[name] = "This parameter is given more than once."
        elif not values[0].strip():
            errors[name] = "This parameter is empty: give a value or leave it out."
    if errors:
        raise Complaint(errors)
