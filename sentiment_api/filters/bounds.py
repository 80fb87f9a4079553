"""Bounds that exclude each other."""

from datetime import datetime
from typing import Any

from django import forms

SIDES = (("__gte", "__lte"), ("_min", "_max"))
"""How the names of a lower and an upper bound of the same value end."""


class BoundsForm(forms.Form):
    """Refuses a lower bound above its upper bound, which nothing could lie between."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for low in list(values):
            for lower, upper in SIDES:
                high = low.removesuffix(lower) + upper
                if low.endswith(lower) and _crossed(values[low], values.get(high)):
                    self._complain(low, values[low], high, values[high])
        return values

    def _complain(self, low: str, least: Any, high: str, most: Any) -> None:
        # Both by their own name, as every face spells it.
        self.add_error(low, f"{_shown(least)} lies above the upper bound {_shown(most)}.")
        self.add_error(high, f"{_shown(most)} lies below the lower bound {_shown(least)}.")


def _crossed(low: Any, high: Any) -> bool:
    return low is not None and high is not None and bool(low > high)


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
