"""Log lines: how they look, and what each of them carries."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from pythonjsonlogger.json import JsonFormatter

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
RUN_ID: ContextVar[str] = ContextVar("run_id", default="")

# More talkative, these tell what pages and statements are made of, secrets included.
NEVER_TALKATIVE = ("django.db.backends", "django.template")
INDEPENDENT = ("gunicorn.error", "rq_scheduler.scheduler")

FIELDS = (
    *("time", "level", "logger", "message", "run_id", "request_id"),
    *("method", "route", "status", "duration_ms", "traceback", "stack_info"),
)


class Carried(logging.Filter):
    """Adds to each line which request or run it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through, with its ids."""
        record.request_id, record.run_id = REQUEST_ID.get(), RUN_ID.get()
        return True


class Line(logging.Formatter):
    """A line for people; the ids stand at its end where there are any."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        ids = ((name, getattr(record, f"{name}_id", "")) for name in ("run", "request"))
        return super().formatMessage(record) + "".join(f" [{k} {v}]" for k, v in ids if v)


class Json(JsonFormatter):
    """A line for machines: one JSON object; what is absent is left out."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "run_id", "request_id"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
            timestamp="time",
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Keep what is known to be harmless: libraries hang whole requests on their lines."""
        return {name: log_data[name] for name in FIELDS if log_data.get(name) not in ("", None)}


FORMATS = {"json": Json, "line": Line}


def configuration(form: str, level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: everything to standard output, in one form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"carried": {"()": Carried}},
        "formatters": {"chosen": {"()": FORMATS[form]}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "chosen",
                "filters": ["carried"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            **{name: {"level": "INFO"} for name in NEVER_TALKATIVE},
            # Named without handlers, it loses those that Django gave it before.
            "django": {},
            # These would bring handlers of their own.
            **{name: {"handlers": ["console"], "propagate": False} for name in INDEPENDENT},
        },
    }


@contextmanager
def carrying(variable: ContextVar[str], value: str) -> Iterator[None]:
    """Every line that is written meanwhile carries the id."""
    before = variable.set(value)
    try:
        yield
    finally:
        variable.reset(before)


def request_id(given: str | None) -> str:
    """The id that a caller gives its request, if it is one; else a new one."""
    if given and re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given):
        return given
    return uuid4().hex
