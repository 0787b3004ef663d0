"""The bundle of datasets, charts and dashboard as one .zip that any Superset imports.

`python -m bi.superset.bundle --to FILE.zip` writes it for a Superset that runs already.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path
from typing import Any

import yaml

from pipelines.paths import Paths

BUNDLE = Path(__file__).resolve().parent / "bundle"
DATABASE = Path("databases/warehouse.yaml")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def warehouse_uri(database: Path) -> str:
    """The SQLAlchemy address of a DuckDB file, with the options that the bundle's database asks for.

    The options keep a reader a reader: the file is opened read-only, SQL reaches no other file and no
    address, and can't change that. Links are not resolved, so that the next version is seen.
    """
    stand_in = yaml.safe_load((BUNDLE / DATABASE).read_text(encoding="utf-8"))["sqlalchemy_uri"]
    return f"duckdb:///{database.absolute()}?{stand_in.partition('?')[2]}"


def read_bundle() -> dict[Path, dict[str, Any]]:
    """Path below the bundle -> content of each of its files."""
    paths = sorted(BUNDLE.rglob("*.yaml"))
    return {path.relative_to(BUNDLE): yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths}


def zip_bundle(database: Path) -> bytes:
    """The bundle against a DuckDB file, as Superset imports it. Same input, same bytes.

    Raises:
        FileNotFoundError: there is no such DuckDB file.
    """
    if not database.is_file():
        raise FileNotFoundError(f"{database}: no warehouse there. Run `gwr build`, or name another --data.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in read_bundle().items():
            if path == DATABASE:
                content["sqlalchemy_uri"] = warehouse_uri(database)
            text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
            archive.writestr(zipfile.ZipInfo(str("gwr" / path), _ZIP_TIME), text)
    return buffer.getvalue()


def main() -> None:
    """Write the bundle to a file."""
    parser = argparse.ArgumentParser(prog="python -m bi.superset.bundle", description=__doc__)
    parser.add_argument("--data", type=Path, help="data folder of the build (default: GWR_DATA_DIR or data)")
    parser.add_argument("--to", type=Path, required=True, help="the .zip to write")
    options = parser.parse_args()
    paths = Paths.from_environment()
    data = options.data or paths.data
    options.to.write_bytes(zip_bundle(Paths(raw=paths.raw, data=data).published_database))
    print(f"{options.to}: send it to POST /api/v1/assets/import/ of your Superset")


if __name__ == "__main__":
    main()
