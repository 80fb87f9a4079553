"""Runs tests with their results in a PostgreSQL: `python -m tests.on_postgres [pytest arguments]`.

The server is started for it and thrown away at the end.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from demo.servers import PostgresServer

DATABASE = "results"


def main() -> int:
    """Start the server, run pytest with the given arguments, give its exit status."""
    with (
        tempfile.TemporaryDirectory(prefix="sentiment-postgres-") as folder,
        PostgresServer(Path(folder), throwaway=True) as server,
    ):
        server.create_database(DATABASE)
        environment = os.environ | {"DATABASE_URL": server.url(DATABASE)}
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
