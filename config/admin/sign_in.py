"""Signing in to the admin."""

from math import ceil
from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from sentiment_api.rest.throttling import failures_of


class GuardedSignIn(AdminAuthenticationForm):
    """After too many failures from an address, with one name or with any, passwords from there are
    not looked at for a while. They are counted together with those that come to the APIs."""

    def clean(self) -> dict[str, Any]:
        """The user, if the password is right and may be tried now."""
        if self.request is None:
            raise ValidationError("There is no request to sign in with.")
        failures = failures_of(self.request, self.cleaned_data.get("username", ""))
        if seconds := failures.seconds_to_wait():
            raise ValidationError(
                "Too many sign-ins with this name, or from this address, have failed. Try again "
                f"in {ceil(seconds / 60)} min."
            )
        try:
            return super().clean()
        except ValidationError:
            failures.add()
            raise


admin.site.login_form = GuardedSignIn
