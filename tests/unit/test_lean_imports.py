"""Packages that nothing here needs are not loaded with those that would take them in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipelines.lean_imports import without


def test_a_build_loads_neither_pandas_nor_dbt() -> None:
    code = (
        "import sys, pipelines.build\n"
        "left = {'pandas', 'frictionless', 'pypdf', 'docx', 'dbt.version', 'networkx'}\n"
        "print(sorted(left & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_they_can_be_imported_afterwards() -> None:
    code = "import pipelines.lean_imports.dagster_dbt, dbt.version, numpy; print(dbt.version.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "dbt.version"


def test_without_hides_only_what_is_named_and_only_inside() -> None:
    sys.modules.pop("wave", None)
    with without("wave"):
        with pytest.raises(ModuleNotFoundError, match="No module named 'wave'") as raised:
            import wave  # noqa: PLC0415
        assert raised.value.name == "wave"
        import colorsys  # noqa: F401, PLC0415
    import wave  # noqa: F401, PLC0415
