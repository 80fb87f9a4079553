"""How many requests a server answers in a second, asked by eight callers at once.

wrk does the asking where it is installed, else threads of this process do, which take a part of the
machine for themselves.
"""

import http.client
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.servers import Server

CALLERS = 8
SECONDS = 2.0


@dataclass(frozen=True)
class Request:
    """What is asked."""

    path: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """Without a body it is GET."""
        return "POST" if self.body else "GET"


class LoadError(Exception):
    """Requests failed, so that nothing can be counted."""


def rate(server: Server, requests: Sequence[Request], folder: Path) -> float:
    """Answers a second; the requests are asked in turn. Ends when the server is at rest again:
    what is left over would slow down the next figure."""
    ask = _wrk if shutil.which("wrk") else _threads
    try:
        return ask(server, requests, folder)
    finally:
        server.drain()


def answer(server: Server, request: Request) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body of one answer."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
    try:
        connection.request(
            request.method, request.path, request.body or None, dict(request.headers)
        )
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


_SCRIPT = """
local requests = { %s }
local place = 0
request = function()
  place = place %% #requests + 1
  return requests[place]()
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("figures %%d %%d\\n", summary.requests, summary.duration))
  for kind, number in pairs({connect = e.connect, read = e.read, write = e.write,
      status = e.status, timeout = e.timeout}) do
    if number > 0 then io.write(string.format("%%d %%s errors\\n", number, kind)) end
  end
end
"""


def _wrk(server: Server, requests: Sequence[Request], folder: Path) -> float:
    script = folder / "load.lua"
    script.write_text(_SCRIPT % ", ".join(map(_lua, requests)))
    command = ["wrk", "-t1", f"-c{CALLERS}", f"-d{SECONDS:.0f}s", "--timeout", "30s"]
    command += ["-s", str(script), server.address]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    line = next((x for x in done.stdout.splitlines() if x.startswith("figures ")), None)
    if line is None:
        raise LoadError(f"wrk says {(done.stderr or done.stdout).strip()[:400]}")
    if errors := [x for x in done.stdout.splitlines() if x.endswith(" errors")]:
        raise LoadError(f"{server.name}: {', '.join(errors)}")
    number, microseconds = map(int, line.split()[1:])
    return number / microseconds * 1e6


def _lua(request: Request) -> str:
    headers = ", ".join(f"[{_quoted(k)}]={_quoted(v)}" for k, v in request.headers.items())
    body = _quoted(request.body) if request.body else "nil"
    parts = f'"{request.method}", {_quoted(request.path)}, {{{headers}}}, {body}'
    return f"function() return wrk.format({parts}) end"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _threads(server: Server, requests: Sequence[Request], _folder: Path) -> float:
    places, failures = count(), list[str]()
    answered = [0] * CALLERS
    begin = time.perf_counter()

    def ask(caller: int) -> None:
        while time.perf_counter() - begin < SECONDS and not failures:
            status, _, _ = answer(server, requests[next(places) % len(requests)])
            if status >= 400:
                failures.append(f"{server.name} answered {status}")
            answered[caller] += 1

    callers = [threading.Thread(target=ask, args=(number,)) for number in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    if failures:
        raise LoadError(failures[0])
    return sum(answered) / (time.perf_counter() - begin)
