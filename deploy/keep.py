"""Keeps a process running, where no other supervisor does: `python deploy/keep.py COMMAND...`
starts the command, and starts it again whenever it ends unasked. SIGTERM and SIGINT end both.
`--tries 5` before the command: one that ends soon after five starts in a row is given up."""

import argparse
import signal
import subprocess
import sys
import time

AGAIN_AFTER_SECONDS = 1.0
# Who ends again and again is started less and less often; who has run for long, soon again.
LONGEST_SECONDS = 30.0
STEADY_SECONDS = 10.0
LOOK_SECONDS = 0.2


class Patience:
    """How long to wait until something is started again, and when to give it up."""

    def __init__(self, tries: int | None = None) -> None:
        self.seconds = AGAIN_AFTER_SECONDS
        self._tries = tries
        self._soon = 0

    def ended(self, after: float) -> None:
        """It ended so many seconds after its start."""
        if after > STEADY_SECONDS:
            self._soon, self.seconds = 0, AGAIN_AFTER_SECONDS
            return
        if self._soon:
            self.seconds = min(self.seconds * 2, LONGEST_SECONDS)
        self._soon += 1

    @property
    def is_over(self) -> bool:
        """Has it ended soon after its start as often as it may?"""
        return self._soon == self._tries


class Keeper:
    """One command and its present process."""

    def __init__(self, command: list[str], tries: int | None = None) -> None:
        self._command = command
        self._patience = Patience(tries)
        self._child: subprocess.Popen[bytes] | None = None
        self._ending = False

    def run(self) -> int:
        """Until a signal comes or patience is over; the exit status of the last process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while True:
            began = time.monotonic()
            status = self._ended()
            if self.is_ending():
                return status
            self._patience.ended(time.monotonic() - began)
            if self._patience.is_over:
                self._say(f"ended with status {status} again and again: given up")
                return status
            self._say(f"ended with status {status}; again in {self._patience.seconds:.0f} s")
            until = time.monotonic() + self._patience.seconds
            while time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
                if self.is_ending():
                    return status

    def _say(self, what: str) -> None:
        print(f"{' '.join(self._command)} {what}", file=sys.stderr, flush=True)

    def _ended(self) -> int:
        """The exit status of one more process."""
        try:
            self._child = subprocess.Popen(self._command)
        except (FileNotFoundError, PermissionError):
            raise
        except OSError as error:
            # No memory or no process is left, as when the last one was ended for that.
            print(f"{self._command[0]}: {error}", file=sys.stderr, flush=True)
            return 1
        if self.is_ending():
            self._child.terminate()
        return self._child.wait()

    def is_ending(self) -> bool:
        """Did a signal come?"""
        return self._ending

    def _end(self, number: int, _: object) -> None:
        self._ending = True
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(number)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    ended = Keeper(asked.command, asked.tries).run()
    # Ended by a signal: as shells say it.
    return ended if ended >= 0 else 128 - ended


if __name__ == "__main__":
    sys.exit(main())
