"""How pages of the pipeline write things."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.models import RunStatus

SIGNS = {
    RunStatus.SUCCEEDED: "good",
    RunStatus.FAILED: "bad",
    RunStatus.LOST: "bad",
    RunStatus.INTERRUPTED: "doubtful",
}


def sign(state: str) -> str:
    """How a state of a run is marked."""
    return SIGNS.get(RunStatus(state), "busy")


def said_state(state: str) -> SafeString:
    """A state of a run with its mark."""
    return format_html('<span class="sign {}">{}</span>', sign(state), state)


def hour_input(instant: datetime) -> str:
    """An hour as a field of a form wants it."""
    return f"{instant:%Y-%m-%dT%H:%M}"
