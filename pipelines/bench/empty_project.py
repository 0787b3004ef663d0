"""dbt projects that have nothing to do, for `pipelines.bench.start`."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROJECT = {
    "dbt_project.yml": "name: nothing\nversion: '1.0'\nconfig-version: 2\nprofile: nothing\nflags: {send_anonymous_usage_stats: false}\n",
    "profiles.yml": "nothing: {target: x, outputs: {x: {type: duckdb, path: x.duckdb, threads: 2}}}\n",
    "models/nothing.sql": "select 1 as one\n",
}
"""A dbt project of one model."""


def nodes_of(manifest: Mapping[str, Any]) -> Counter[str]:
    """How many nodes of each kind a manifest has: `seed`, `test`, and models by what they become (`view`, ...)."""
    return Counter(
        node["config"]["materialized"] if node["resource_type"] == "model" else node["resource_type"]
        for node in manifest["nodes"].values()
    )


def files_of(nodes: Mapping[str, int]) -> dict[str, str]:
    """A dbt project with as many nodes of each kind, each of which is `select 1`: name -> text.

    Tests are shared out among models and seeds, and find nothing.
    """
    files = {name: text for name, text in PROJECT.items() if not name.startswith("models/")}
    for number in range(nodes.get("seed", 0)):
        files[f"seeds/seed_{number}.csv"] = "one\n1\n"
    for kind, count in nodes.items():
        if kind not in {"seed", "test"}:
            for number in range(count):
                text = f"{{{{ config(materialized='{kind}') }}}}\nselect 1 as one\n"
                files[f"models/{kind}_{number}.sql"] = text
    tested = sorted(Path(name).stem for name in files if name.startswith(("models/", "seeds/")))
    for number in range(nodes.get("test", 0)):
        model = tested[number % len(tested)]
        files[f"tests/test_{number}.sql"] = f"select one from {{{{ ref('{model}') }}}} where one != 1\n"
    return files


def make_nothing(folder: Path, files: Mapping[str, str] = PROJECT) -> None:
    """Write a dbt project, of one model unless given, and have dbt parse it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    dbt = [str(Path(sys.executable).parent / "dbt"), "parse"]
    subprocess.run(dbt, cwd=folder, capture_output=True, check=True)
