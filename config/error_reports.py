"""Error reports that show where it happened, and no secret."""

import re
from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest, QueryDict
from django.views.debug import SafeExceptionReporterFilter


class SecretFree(SafeExceptionReporterFilter):
    """Settings and headers are hidden by name, also addresses, which may hold a password. Outside
    of development, what was typed in and the variables of frames are not shown at all: a secret
    goes through variables of any name."""

    hidden_settings = re.compile(
        "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|COOKIE|URL|DSN|LOCATION", re.IGNORECASE
    )

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """The names of a form's fields."""
        if request is None or not self.is_active(request):
            return super().get_post_parameters(request)
        typed: QueryDict = request.POST
        return dict.fromkeys(typed, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        """The variables of a frame."""
        if self.is_active(request):
            return {}.items()
        return super().get_traceback_frame_variables(request, tb_frame)
