"""`python -m tests.faults.soak.nursery LOG`: makes a process for every order it is given, at the
time that the order names. It is warm: a process costs a fork instead of a start.

An order is a line of JSON. `{"wait": pid}` is answered by how that process has ended (null: it has
not), every other order by the id of its process: until it was waited for nobody else has that id.
"""

import json
import os
import resource
import sys
import traceback
from typing import Any

from tests.faults.at_another_time import set_clock

set_clock(0)

import django  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentiment_analysis.settings")
django.setup()

import django_rq  # noqa: E402
from django.db import connection  # noqa: E402
from django_rq.management.commands import rqscheduler  # noqa: E402, F401 - it is warm

from jobs.management.commands import backfill, run_pipeline  # noqa: E402, F401 - it is warm
from jobs.queue import HOURLY_QUEUE, TICK  # noqa: E402

UNEXPECTED = 70
"""The exit status of a process that ended by an exception that nobody has put into words."""


def main() -> None:
    """One answer for each line."""
    for line in sys.stdin:
        order = json.loads(line)
        answer = _ended(order["wait"]) if "wait" in order else _begin(order)
        print(json.dumps(answer), flush=True)


def _ended(child: int) -> int | None:
    pid, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if pid else None


def _begin(order: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    status = UNEXPECTED
    try:
        # A file that may not grow is no place to say something.
        log = sys.argv[1] if order["most_bytes"] is None else os.devnull
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND), 1)
        os.dup2(1, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        status = _follow(order)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _follow(order: dict[str, Any]) -> int:
    """Do as a process of the product would; the status it exits with."""
    set_clock(order["ahead"])
    print(f"--- {order}")
    if order["most_bytes"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["most_bytes"],) * 2)
    if order["read_only"]:
        _may_not_write(connection.settings_dict)
    try:
        if order["tick"]:
            django_rq.get_queue(HOURLY_QUEUE).enqueue(TICK)
        call_command(*order["arguments"])
    except CommandError as error:
        print(error)
        return 1
    except SystemExit as error:
        return int(error.code or 0)
    except KeyboardInterrupt:
        return 130
    except BaseException:  # noqa: BLE001 - the end of the process
        traceback.print_exc()
        return UNEXPECTED
    return 0


def _may_not_write(database: dict[str, Any]) -> None:
    """Let the connections that are opened from now on be such as only read."""
    if connection.vendor == "sqlite":
        database["NAME"] = f"file:{database['NAME']}?mode=ro"
    else:
        database["OPTIONS"]["options"] = "-c default_transaction_read_only=on"


if __name__ == "__main__":
    main()
