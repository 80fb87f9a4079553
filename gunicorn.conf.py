"""How gunicorn runs the web server. It reads this file by itself; its own options, and
GUNICORN_CMD_ARGS, count more."""

import os
import shutil
import socket
import struct
import tempfile
from pathlib import Path
from typing import Any

from config import logs
from sentiment_analysis import environment as env

env.load(Path(".env"))

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
# A slow client takes a thread, not the process.
worker_class = "sentiment_analysis.web_worker.SparingThreads"
workers = env.number("WEB_CONCURRENCY", 2, most=1_000)
threads = 16
graceful_timeout = 30
control_socket_disable = True
# Signs of life go to memory where there is some: a busy disk does not count as a dead process.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# Every process writes what it counts to a file of its own here; see sentiment_api/metrics.py.
logconfig_dict = logs.configuration(
    env.text("LOG_FORMAT") or ("line" if env.flag("DEBUG") else "json"),
    env.text("LOG_LEVEL") or "INFO",
)

COUNTS = "PROMETHEUS_MULTIPROC_DIR"
own_folder = "" if COUNTS in os.environ else tempfile.mkdtemp(prefix="sentiment-metrics-")
os.environ.setdefault(COUNTS, own_folder)


def when_ready(server: Any) -> None:
    """Who stops in the middle of a request is waited for so long (accepted connections inherit
    it)."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 5, 0))


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    if own_folder:
        shutil.rmtree(own_folder, ignore_errors=True)
