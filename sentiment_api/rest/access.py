"""Who may do what."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


def is_staff(request: Request) -> bool:
    """Is it one of the operators?"""
    user = request.user
    return bool(user and user.is_authenticated and user.is_active and user.is_staff)


class ReadByAll(BasePermission):
    """Guests read."""

    def has_permission(self, request: Request, _view: APIView) -> bool:
        return request.method in SAFE_METHODS


class Staff(BasePermission):
    """Operators alone."""

    message = "This is for staff."

    def has_permission(self, request: Request, _view: APIView) -> bool:
        return is_staff(request)
