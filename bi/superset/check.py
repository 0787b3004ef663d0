"""`make bi-check`: Superset set up from nothing on a published warehouse, and tried for real.

Fails where a chart of the dashboard has no rows, a dataset names a column that is not there, a filter
does not work, anything can be written, or the page in a browser shows an error or asks for anything
outside this machine.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bi.superset.api import Api
from bi.superset.browser import CHROMIUM, visit
from bi.superset.environment import InstallError, install
from bi.superset.home import Home
from bi.superset.probes import (
    Finding,
    charts,
    probe_charts,
    probe_dashboard,
    probe_datasets,
    probe_filters,
    probe_read_only,
)
from bi.superset.server import USER, SupersetError, free_port, provision, running
from bi.superset.warehouse import BuildError, build_specimen
from pipelines.paths import Paths


def _step(started: float, text: str) -> None:
    print(f"[{time.monotonic() - started:5.0f} s] {text}", flush=True)


def _probe_page(api: Api, address: str, password: str, picture: Path | None) -> Iterator[Finding]:
    """The dashboard in a browser: each chart gets rows by its own query, and nothing leaves the machine."""
    if CHROMIUM is None:
        yield Finding(
            "page", "not looked at", "no chromium on this machine: install it, or give --no-browser"
        )
        return
    held = {chart.id: chart.name for chart in charts(api)}
    seen = visit(address, USER, password, len(held), picture)
    for number, name in held.items():
        rows = seen.rows.get(number)
        yield Finding(f"page: {name}", f"{rows} rows", None if rows else "the page got no rows for it")
    problems = [*seen.failed, *(f"asks {url}" for url in seen.outside), *seen.errors]
    yield Finding("page", f"{seen.drawn} charts drawn", "; ".join(problems) or None)


def findings(
    paths: Paths, home: Home, picture: Path | None, browser: bool, started: float
) -> Iterator[Finding]:
    """All findings on a Superset that is set up in `home` against the warehouse of `paths`.

    Raises:
        FileNotFoundError: there is no warehouse.
        SupersetError: Superset can't be set up, started or asked.
    """
    database = paths.published_database
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    _step(started, "set Superset up and import the bundle")
    password = provision(home, database)
    if not password:
        raise SupersetError(f"{home.folder}: not a fresh folder; the check needs one.")
    _step(started, "import it once more, as the next `make bi` does")
    if provision(home, database):
        yield Finding("second import", "made another password", "the administrator was not kept")
    mode = home.secret_key.stat().st_mode & 0o777
    yield Finding("secret key", oct(mode), None if mode == 0o600 else "others can read it")
    (home.folder / "secret.txt").write_text("not to be read", encoding="ascii")
    with running(home, free_port()) as (address, _), Api(address, USER, password) as api:
        _step(started, f"ask {address}")
        yield from probe_dashboard(api)
        yield from probe_datasets(api)
        yield from probe_charts(api)
        yield from probe_filters(api)
        if browser:
            _step(started, "open the dashboard in a browser")
            yield from _probe_page(api, address, password, picture)
        yield from probe_read_only(api, str(home.folder))
    left = [name for name in ("written.csv", "other.duckdb") if (home.folder / name).exists()]
    yield Finding("files written", "none", f"{left}" if left else None)
    same = hashlib.sha256(database.read_bytes()).hexdigest() == before
    yield Finding("warehouse file", "the same bytes as before", None if same else "it was changed")
    _step(started, "Superset is shut down")


def main() -> int:
    """Run the check. Returns 0 where all holds."""
    parser = argparse.ArgumentParser(prog="python -m bi.superset.check", description=__doc__)
    parser.add_argument("--data", type=Path, help="data folder of a build (default: build the specimens)")
    parser.add_argument("--no-browser", action="store_true", help="ask the API only")
    parser.add_argument("--picture", type=Path, help="write a PNG of the dashboard there")
    options = parser.parse_args()
    started = time.monotonic()
    failed = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gwr-superset-")))
        try:
            _step(started, "Superset's environment (.venv-superset)")
            install()
            if options.data:
                paths = Paths(raw=folder / "raw", data=options.data.absolute())
            else:
                _step(started, "build the specimens and the shipped statistics")
                paths = build_specimen(folder)
            home = Home(folder / "superset")
            for finding in findings(paths, home, options.picture, not options.no_browser, started):
                failed += finding.problem is not None
                print(
                    f"  {'FAILED' if finding.problem else 'ok'}  {finding.what}: {finding.problem or finding.said}"
                )
        except (BuildError, FileNotFoundError, InstallError, SupersetError) as error:
            print(error, file=sys.stderr)
            failed += 1
    _step(started, f"{failed} failed" if failed else "all holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
