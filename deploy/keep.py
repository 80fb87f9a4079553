"""Keeps a process running, where no other supervisor does: `python deploy/keep.py COMMAND...`
starts the command, and starts it again whenever it ends unasked. SIGTERM and SIGINT end both."""

import signal
import subprocess
import sys
import time

AGAIN_AFTER_SECONDS = 1.0
# Who ends again and again is started less and less often; who has run for long, soon again.
LONGEST_SECONDS = 30.0
STEADY_SECONDS = 10.0
LOOK_SECONDS = 0.2


class Keeper:
    """One command and its present process."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._ending = False

    def run(self) -> int:
        """Until a signal comes; the exit status of the last process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        pause = AGAIN_AFTER_SECONDS
        while True:
            began = time.monotonic()
            status = self._ended()
            if self.is_ending():
                return status
            if time.monotonic() - began > STEADY_SECONDS:
                pause = AGAIN_AFTER_SECONDS
            print(
                f"{' '.join(self._command)} ended with status {status}; again in {pause:.0f} s",
                file=sys.stderr,
                flush=True,
            )
            until = time.monotonic() + pause
            while time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
                if self.is_ending():
                    return status
            pause = min(pause * 2, LONGEST_SECONDS)

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


if __name__ == "__main__":
    ended = Keeper(sys.argv[1:]).run()
    # Ended by a signal: as shells say it.
    sys.exit(ended if ended >= 0 else 128 - ended)
