"""What all views share."""

from collections.abc import Collection
from typing import Any

from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from sentiment_api.rest.parameters import refuse_unfit


class StrictView(GenericAPIView[Any]):
    """Refuses parameters that nobody reads."""

    filterset_class: Any = None
    is_list = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After sign-in, rights and throttles: the parameters."""
        super().initial(request, *args, **kwargs)
        refuse_unfit(request, self.known_parameters())

    def known_parameters(self) -> Collection[str]:
        """The names that this view reads."""
        if not self.is_list or self.request.method not in ("GET", "HEAD"):
            return ()
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return [*filters, *getattr(self.paginator, "parameters", ())]
