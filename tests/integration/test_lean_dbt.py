"""dbt without its needless work (`pipelines/lean_dbt/`) against dbt as it is: the same SQL, results and messages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.failing_rows import described, failing_rows
from pipelines.lean_dbt import KNOWN, is_known
from pipelines.paths import DBT_PROJECT_DIR
from pipelines.waiting_dbt import WaitingDbt
from pipelines.warehouse import DBT, PARSE_STATE, dbt_environment, manifest_folders
from tests.conftest import Built

BROKEN = (
    "insert into seeds.units select * replace (null as name_en) from seeds.units where unit = 'yuan'",
    "update seeds.units set name_zh = null where unit = 'tonne'",
)
OPTIONS = ["--no-use-colors", "--log-level-file", "info", "--log-format-file", "text"]
SELECTED = ["--threads", "1", "--exclude-resource-type", "unit_test", "--select", "units", "dim_units"]


@pytest.fixture(scope="module")
def both(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Folders in which one dbt of each kind has built and tested some models, and then tested damaged rows."""
    (manifest,) = manifest_folders(built.paths)
    folders = {kind: tmp_path_factory.mktemp(kind) for kind in ("plain", "lean")}
    # At its own path: that is a part of what the project was parsed with.
    database = built.paths.build_database
    aside = database.rename(database.with_name("aside.duckdb"))
    try:
        for kind, folder in folders.items():
            shutil.copyfile(aside, database)
            for step, command in {"build": ["build", "--full-refresh"], "test": ["test"]}.items():
                target = folder / step
                target.mkdir()
                shutil.copyfile(manifest / PARSE_STATE, target / PARSE_STATE)
                (target / "messages").write_bytes(_run(kind, [*OPTIONS, *command, *SELECTED], built, target))
                if step == "build":
                    with duckdb.connect(str(database)) as connection:
                        for statement in BROKEN:
                            connection.execute(statement)
        yield folders
    finally:
        aside.rename(database)


def _run(kind: str, options: list[str], built: Built, target: Path) -> bytes:
    environment = {
        **os.environ,
        **dbt_environment(built.paths),
        "DBT_LOG_FORMAT": "json",
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
    }
    if kind == "plain":
        process = subprocess.Popen(
            [str(DBT), *options], env=environment, cwd=DBT_PROJECT_DIR, stdout=subprocess.PIPE
        )
    else:
        waiting = WaitingDbt(built.paths)
        started = waiting.run(options, environment, DBT_PROJECT_DIR, target / PARSE_STATE)
        assert started is not None
        process = started
    return process.communicate(timeout=120)[0]


def _without_time(text: str) -> str:
    """A message, without how long it took and where the folder is."""
    text = re.sub(r"\d+(\.\d+)? seconds|\d\d:\d\d:\d\d|\d+\.\d+s\b", "…", text)
    return re.sub(r"/\S*/(plain|lean)\d*/", "/", text)


def _results(target: Path) -> list[Any]:
    results = json.loads((target / "run_results.json").read_bytes())["results"]
    assert results
    kept = (
        "unique_id",
        "status",
        "message",
        "failures",
        "compiled_code",
        "relation_name",
        "adapter_response",
    )
    return sorted([{key: one[key] for key in kept} for one in results], key=lambda one: str(one["unique_id"]))


def test_the_versions_of_the_lock_are_those_whose_inside_is_known() -> None:
    assert is_known(), f"look at pipelines/lean_dbt with the new versions, then name them there: {KNOWN}"


@pytest.mark.parametrize("step", ["build", "test"])
def test_results_are_those_of_dbt(both: dict[str, Path], step: str) -> None:
    plain, lean = (_results(both[kind] / step) for kind in ("plain", "lean"))
    assert lean == plain
    statuses = {one["status"] for one in plain}
    assert statuses == ({"success", "pass"} if step == "build" else {"pass", "fail"})


@pytest.mark.parametrize("folder", ["compiled", "run"])
def test_the_sql_is_that_of_dbt(both: dict[str, Path], folder: str) -> None:
    texts = {
        kind: {
            file.relative_to(both[kind]).as_posix(): file.read_text(encoding="utf-8")
            for file in (both[kind] / "build" / folder).rglob("*.sql")
        }
        for kind in both
    }
    assert len(texts["plain"]) > 5
    assert texts["lean"] == texts["plain"]


@pytest.mark.parametrize("step", ["build", "test"])
def test_messages_are_those_of_dbt(both: dict[str, Path], step: str) -> None:
    found = {}
    for kind, folder in both.items():
        lines = (folder / step / "messages").read_text(encoding="utf-8").splitlines()
        found[kind] = [
            (one["info"]["name"], one["info"]["level"], _without_time(one["info"]["msg"]))
            for one in map(json.loads, lines)
            if one["info"]["level"] != "debug"
        ]
    assert len(found["plain"]) > 10
    assert found["lean"] == found["plain"]
    assert "LogTestResult" in {name for name, _, _ in found["plain"]}


def test_rows_of_failed_tests_say_in_which_column_they_fail(built: Built, both: dict[str, Path]) -> None:
    ids = {
        one["unique_id"].split(".")[2]: one["unique_id"]
        for one in _results(both["lean"] / "test")
        if one["status"] == "fail"
    }
    assert {"units_unique", "units_not_null"} <= set(ids)
    found = failing_rows(
        built.paths.build_database, both["lean"] / "test" / "run_results.json", [*ids.values(), "no such"]
    )
    assert set(found) == set(ids.values())
    repeated = found[ids["units_unique"]].rows(named=True)
    assert {(one["repeated_in"], one["repeated_value"], one["row_count"]) for one in repeated} == {
        ("unit", "yuan", 2),
        ("name_zh", "元", 2),
    }
    empty = found[ids["units_not_null"]].rows(named=True)
    assert {(one["null_column"], one["unit"]) for one in empty} == {("name_en", "yuan"), ("name_zh", "tonne")}
    assert described(found[ids["units_not_null"]].filter(unit="tonne")).startswith(
        "null_column name_zh, unit tonne"
    )


def test_log_file_is_that_of_dbt(both: dict[str, Path]) -> None:
    logs = {
        kind: [
            _without_time(line)
            for line in (folder / "test" / "dbt.log").read_text(encoding="utf-8").splitlines()
            if "=====" not in line
        ]
        for kind, folder in both.items()
    }
    assert len(logs["plain"]) > 10
    assert logs["lean"] == logs["plain"]
