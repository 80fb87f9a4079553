"""Tokens of the APIs: a key is shown once, to the one who makes it."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from rest_framework.authtoken.admin import TokenAdmin
from rest_framework.authtoken.models import TokenProxy

admin.site.unregister(TokenProxy)


@admin.register(TokenProxy)
class ApiTokenAdmin(TokenAdmin):
    """Who has a token, and since when."""

    list_display = ("user", "created")
    list_display_links = ("user",)

    def response_add(
        self, request: HttpRequest, obj: TokenProxy, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Say the key, once."""
        self.message_user(
            request, f"The token is {obj.key}: it is not shown again.", messages.WARNING
        )
        return super().response_add(request, obj, post_url_continue)
