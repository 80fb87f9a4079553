"""Looks after the demo's servers, as `deploy/keep.py` does after its processes."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from demo.places import PlaceError
from demo.servers import Server, ServerError
from deploy.keep import LOOK_SECONDS, Patience


class Watch(threading.Thread):
    """Starts a server that ended by itself again, on the same data and port, and says so. One that
    does not stay is given up, by its name."""

    def __init__(
        self, servers: Sequence[Server], tries: int, give_up: Callable[[str], None]
    ) -> None:
        super().__init__(daemon=True)
        now = time.monotonic()
        self._kept = [_Kept(server, Patience(tries), now) for server in servers]
        self._give_up = give_up
        self._over = threading.Event()

    def run(self) -> None:
        """Look, until `end()` or until one is given up."""
        while not self._over.wait(LOOK_SECONDS):
            for kept in self._kept:
                if not kept.server.running and not self._starts(kept):
                    self._give_up(kept.server.name)
                    return

    def end(self) -> None:
        """Before the servers are stopped."""
        self._over.set()
        if self.is_alive():
            self.join()

    def _starts(self, kept: "_Kept") -> bool:
        """Does it run again, or is nothing to run any more?"""
        kept.patience.ended(time.monotonic() - kept.began)
        if kept.patience.is_over:
            return False
        if self._over.wait(kept.patience.seconds):
            return True
        try:
            kept.server.restart()
        except (ServerError, PlaceError) as error:
            print(error, file=sys.stderr, flush=True)
            return False
        kept.began = time.monotonic()
        where = f"{kept.server.host}:{kept.server.port}"
        print(
            f"{kept.server.name} ended by itself; it runs again on its data, at {where}", flush=True
        )
        return True


@dataclass
class _Kept:
    server: Server
    patience: Patience
    began: float
