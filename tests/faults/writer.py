"""`python -m tests.faults.writer`: for every line it is given, a child of its own reads everything
again. Says the child's process id, and at the next line how it has ended: until then nobody else
can have that id.

A child costs a fork instead of a start, so that it can be killed some hundred times.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentiment_analysis.settings")
django.setup()

from tests.faults.rows import backfill  # noqa: E402


def main() -> None:
    """One child for each line."""
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            backfill()
            return
        print(child, flush=True)
        sys.stdin.readline()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
