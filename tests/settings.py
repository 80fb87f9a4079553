"""The project's settings for tests: nothing of the user's environment, and a real SQLite file.

DATABASE_URL from the environment is kept, so that the same suite runs on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="sentiment-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

os.environ |= {
    "ENV_FILE": "",
    "DEBUG": "0",
    "TLS": "0",
    "LOG_FORMAT": "",
    "LOG_LEVEL": "",
    "SECRET_KEY": "the-secret-key-of-the-tests-which-is-long-enough-to-pass-every-check",
    "FIELD_ENCRYPTION_KEY": "dGhlLWtleS1vZi10aGUtdGVzdHMtMzItYnl0ZXMtISE=",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "CORS_ALLOWED_ORIGINS": "http://localhost:3000",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
for _name in [name for name in os.environ if name.startswith(("SOURCE_DB_", "THROTTLE_"))]:
    del os.environ[_name]
for _name in ("CATCH_UP_HOURS", "INITIAL_HISTORY_HOURS", "FRESHNESS_OBJECTIVE_MINUTES"):
    os.environ.pop(_name, None)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_folder}/local.sqlite3")

from sentiment_analysis.settings import *  # noqa: E402, F403
from sentiment_analysis.settings import DATABASES  # noqa: E402

if os.environ["DATABASE_URL"].startswith("sqlite"):
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}
STATIC_ROOT = Path(_folder)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
