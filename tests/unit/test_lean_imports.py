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


def test_to_check_a_table_loads_neither_pandas_nor_hypothesis() -> None:
    code = (
        "import sys\n"
        "from pipelines.schemas import Candidate, frame, violations\n"
        "row = {name: 'no id' for name in ('candidate_id', 'document_id', 'sentence_id', 'source_text')}\n"
        "row |= {'char_start': 0, 'char_end': 5, 'reason': 'no word of the list', 'rule_id': 'one'}\n"
        "print(violations(Candidate, frame(Candidate, [row]))['column'].to_list())\n"
        "print(sorted({'pandas', 'numpy', 'hypothesis'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["['candidate_id', 'reason']", "[]"]


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
