"""Who may do what."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


def is_staff(request: Request) -> bool:
    """Is it one of the operators?"""
    user = request.user
    return bool(user and user.is_authenticated and user.is_active and user.is_staff)


class Staff(BasePermission):
    """Operators alone."""

    message = "This is for staff."

    def has_permission(self, request: Request, _view: Any) -> bool:
        return is_staff(request)
