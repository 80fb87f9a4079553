"""Run one command and end it when the process that asked for it is gone, however it went.

`guard.py STOP_SIGNAL USER REMOVE COMMAND...`: USER `-` keeps the present user; REMOVE is `-` or a
folder that is deleted when the parent vanished. Prints the process id of the command, then waits
for it. SIGTERM to the guard passes STOP_SIGNAL on. Runs isolated, so nothing but the standard
library is needed.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys

POLL_SECONDS = 0.2
STOP_SECONDS = 20.0


def main(stop_signal: int, user: str, remove: str, command: list[str]) -> int:
    parent = os.getppid()
    stop_asked = False

    def pass_on(*_: object) -> None:
        nonlocal stop_asked
        stop_asked = True
        if child is not None:
            child.send_signal(stop_signal)

    child: subprocess.Popen[bytes] | None = None
    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = _start(command, user)
    if stop_asked:
        child.send_signal(stop_signal)
    print(child.pid, flush=True)
    while os.getppid() == parent:
        try:
            return child.wait(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    _end(child, stop_signal)
    if remove != "-":
        shutil.rmtree(remove, ignore_errors=True)
    return 1


def _start(command: list[str], user: str) -> subprocess.Popen[bytes]:
    # The server must not hold the guard's pipe open, nor see the terminal's Ctrl-C.
    lent = None if user == "-" else pwd.getpwnam(user)
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        start_new_session=True,
        user=lent.pw_uid if lent else None,
        group=lent.pw_gid if lent else None,
        extra_groups=[] if lent else None,
    )


def _end(child: subprocess.Popen[bytes], stop_signal: int) -> None:
    child.send_signal(stop_signal)
    try:
        child.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]))
