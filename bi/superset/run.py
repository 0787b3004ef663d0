"""`make bi`: Superset in its own environment, with the dashboard, on the published warehouse."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from bi.superset.environment import InstallError, install
from bi.superset.home import Home
from bi.superset.server import DASHBOARD, USER, SupersetError, provision, running
from pipelines.paths import Paths


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Set up, import, start, print the address; stay until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m bi.superset.run", description=__doc__)
    parser.add_argument("--data", type=Path, help="data folder of the build (default: GWR_DATA_DIR or data)")
    parser.add_argument("--port", type=int, default=8088, help="port of the loopback address")
    parser.add_argument("--new-password", action="store_true", help="make and show a new password")
    options = parser.parse_args()
    paths = Paths.from_environment()
    paths = Paths(raw=paths.raw, data=(options.data or paths.data).absolute())
    home = Home(paths.data / "superset")
    signal.signal(signal.SIGTERM, _stop)
    try:
        print("Superset's environment (.venv-superset, 900 MB the first time) ...", flush=True)
        install()
        print(f"Datasets, charts and dashboard against {paths.published_database} ...", flush=True)
        password = provision(home, paths.published_database, new_password=options.new_password)
        with running(home, options.port) as (address, process):
            print(f"\n{address}{DASHBOARD}")
            if password:
                print(f"Sign in as {USER} with {password} (shown this once: note it down)")
            else:
                print(f"Sign in as {USER}; --new-password makes and shows another password.")
            print(f"Log: {home.log}. Ctrl-C stops it.", flush=True)
            return process.wait()
    except KeyboardInterrupt:
        return 0
    except (FileNotFoundError, InstallError, SupersetError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
