"""DuckDB with extensions from installed Python packages: nothing is downloaded, the home stays untouched."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import duckdb

from pipelines.publication.sql import literal
from pipelines.publication.targets.errors import TargetError


def extension_file(name: str) -> Path:
    """The file of an extension in its Python package.

    Raises:
        TargetError: the package, or its file for this DuckDB, is not installed.
    """
    package = f"duckdb_extension_{name}"
    spec = find_spec(package)
    folders = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    for folder in folders:
        file = folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        if file.is_file():
            return file
    wanted = f"{package.replace('_', '-')}=={duckdb.__version__}"
    raise TargetError(f"DuckDB's extension {name} is not installed. Install the Python package {wanted}")


def load_extensions(
    connection: duckdb.DuckDBPyConnection, extensions: Iterable[str], directory: Path
) -> None:
    """Load extensions into a connection whose `extension_directory` is this folder.

    Raises:
        TargetError: one of them is not installed.
        duckdb.Error: the folder can't be written, or a file is damaged.
    """
    files = {name: extension_file(name) for name in extensions}
    directory.mkdir(parents=True, exist_ok=True)
    for name, file in files.items():
        connection.execute(f"force install {literal(str(file))}")
        connection.execute(f"load {name}")


def connect_with(extensions: Iterable[str], directory: Path) -> duckdb.DuckDBPyConnection:
    """An empty in-memory DuckDB with extensions loaded; it never fetches another one by itself.

    Args:
        extensions: names, such as `postgres_scanner`.
        directory: where DuckDB keeps its copy of their files.

    Raises:
        TargetError: one of them is not installed.
        duckdb.Error: the folder can't be written, or a file is damaged.
    """
    connection = duckdb.connect(
        config={
            "extension_directory": str(directory),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    # Else a statement of more than two seconds draws one over the output of the build.
    connection.execute("set enable_progress_bar = false")
    load_extensions(connection, extensions, directory)
    return connection
