"""Does the web server of this container answer? Exit status 0 or 1, as Docker asks for it."""

import os
import sys
import urllib.request
from urllib.error import URLError


def main() -> int:
    """Ask for `health/live/` under a name that the server knows, which needs neither database nor
    Redis: those have alerts, and restarting the web server would not mend them."""
    known = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    port = os.environ.get("PORT", "8000")
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/health/live/",
        headers={"Host": "localhost" if known in ("", "*") else known},
    )
    # Docker hands its proxies to containers; none of them leads to this one.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=4) as answer:
            return 0 if answer.status == 200 else 1
    except (URLError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
