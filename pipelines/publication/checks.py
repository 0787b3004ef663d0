"""What has to hold of a version before readers may see it, read back from the files they will open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.publication.catalog import PublishedModel
from pipelines.publication.ids import id_rules, lookup_problem
from pipelines.publication.sql import literal, quoted
from pipelines.publication.tables import (
    DATABASE,
    Sum,
    column_types,
    from_parquet,
    parquet_file,
    spill_folder,
    sum_of,
)


class VersionCheckError(ValueError):
    """A version that readers must not see: a check did not pass."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `<model>.<what>`, what is wrong (empty where it passed), and whether that was accepted."""

    name: str
    problem: str = ""
    accepted: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem


@dataclass(frozen=True, slots=True)
class Earlier:
    """The version that readers have: model -> rows, and path below raw/ -> sha256 (empty where unknown)."""

    rows: Mapping[str, int]
    inputs: Mapping[str, str]


def check_version(
    build_database: Path, root: Path, models: Sequence[PublishedModel]
) -> tuple[list[Check], dict[str, Sum]]:
    """Read a version back and hold it against the build database and what the models declare.

    For each model: `smoke` (its first row by the grain and its own smoke queries, on the file alone),
    `contract` (columns, types, not null), `grain` (no two rows share it), `rows` and `parquet` (both files
    hold the rows of the build database), `ids` (each id of `rules/ids.yml` leads to the place of its row).

    Args:
        build_database: what the version was copied from.
        root: the version's folder.
        models: what is published.

    Returns:
        The checks, and model -> the sum over its rows in the build database (`sum_of`).

    Raises:
        duckdb.Error: the build database can't be read.
    """
    sums: dict[str, Sum] = {}
    try:
        database = duckdb.connect(str(root / DATABASE), read_only=True)
    except duckdb.Error as error:
        return [Check(f"{DATABASE}.opens", first_line(error))], sums
    with database:
        database.execute(f"set temp_directory = {literal(str(spill_folder(root)))}")
        checks = [Check(f"{model.name}.smoke", smoke_problem(database, model)) for model in models]
        database.execute(f"attach {literal(str(build_database))} as build (read_only)")
        for model in models:
            sums[model.name] = sum_of(database, f"build.main.{quoted(model.name)}")
            checks += _against_build(database, root, model, sums[model.name])
    return sorted(checks, key=lambda check: check.name), sums


def _against_build(
    database: duckdb.DuckDBPyConnection, root: Path, model: PublishedModel, expected: Sum
) -> list[Check]:
    built, file = f"build.main.{quoted(model.name)}", from_parquet(parquet_file(root, model))
    parquet = parquet_columns_problem(database, model, file) or rows_problem(database, file, expected)
    return [
        Check(f"{model.name}.contract", contract_problem(database, model, built)),
        Check(f"{model.name}.grain", grain_problem(database, model)),
        Check(f"{model.name}.rows", rows_problem(database, quoted(model.name), expected)),
        Check(f"{model.name}.parquet", parquet),
        *(
            [Check(f"{model.name}.ids", lookup_problem(database, model.name))]
            if model.name in id_rules().functions
            else []
        ),
    ]


def smoke_problem(database: duckdb.DuckDBPyConnection, model: PublishedModel) -> str:
    """What is wrong with a table's first row or its smoke queries; empty where nothing is."""
    table, order = quoted(model.name), ", ".join(map(quoted, model.grain))
    try:
        top = database.execute(f"select * from {table} order by {order} limit 1").fetchone()
        if top is None:
            return ""
        for query in model.smoke:
            # The first row is enough: without a limit all are made before one is given.
            if database.execute(f"select * from ({query.rstrip().rstrip(';')}) limit 1").fetchone() is None:
                return f"no row comes from its smoke query: {' '.join(query.split())}"
    except duckdb.Error as error:
        return first_line(error)
    return ""


def first_line(error: Exception) -> str:
    """An error in one line."""
    return str(error).strip().splitlines()[0]


def contract_problem(database: duckdb.DuckDBPyConnection, model: PublishedModel, built: str) -> str:
    """What is wrong with a table's columns, types and `not null`; `built` is the relation it was copied from."""
    try:
        described = database.execute(f"describe {quoted(model.name)}").fetchall()
        there = {name: (kind, nullable == "NO") for name, kind, nullable, *_ in described}
        types = column_types(database, built)
        written = _data_types(database, [column.data_type for column in model.columns if column.data_type])
        declared = {
            column.name: (written.get(column.data_type or "") or types.get(column.name), column.required)
            for column in model.columns
        }
    except duckdb.Error as error:
        return first_line(error)
    if list(there) != list(declared):
        return f"columns {', '.join(there)}; declared are {', '.join(declared)}"
    wrong = [
        f"{name} is {_shown(*there[name])}, declared as {_shown(*declared[name])}"
        for name in there
        if there[name] != declared[name]
    ]
    return "; ".join(wrong)


def _data_types(database: duckdb.DuckDBPyConnection, written: Iterable[str]) -> dict[str, str]:
    """Types as models write them -> in DuckDB's own words."""
    different = sorted(set(written))
    if not different:
        return {}
    columns = ", ".join(f"null::{kind} as it{number}" for number, kind in enumerate(different))
    return dict(zip(different, column_types(database, f"(select {columns})").values(), strict=True))


def _shown(kind: str | None, required: bool) -> str:
    return f"{kind} not null" if required else str(kind)


def grain_problem(
    database: duckdb.DuckDBPyConnection, model: PublishedModel, among: str | None = None
) -> str:
    """What two rows share that should tell them apart; with `among` only what is in that relation too."""
    table, columns = quoted(model.name), ", ".join(map(quoted, model.grain))
    looked_for = f" where exists (from {among} as mine where {_same_grain(model)})" if among else ""
    try:
        twice = database.execute(
            f"select {columns} from {table} as t{looked_for} group by all having count(*) > 1 limit 1"
        ).fetchone()
    except duckdb.Error as error:
        return first_line(error)
    if twice is None:
        return ""
    values = ", ".join(f"{name}={value}" for name, value in zip(model.grain, twice, strict=True))
    return f"more than one row with {values}"


def _same_grain(model: PublishedModel) -> str:
    return " and ".join(f"t.{name} is not distinct from mine.{name}" for name in map(quoted, model.grain))


def rows_problem(
    database: duckdb.DuckDBPyConnection, relation: str, expected: Sum, where: str = "true"
) -> str:
    """What is wrong with the rows of a relation that a condition holds for, against their sum as it should be."""
    try:
        found = sum_of(database, relation, where)
    except duckdb.Error as error:
        return first_line(error)
    if found == expected:
        return ""
    if found[0] != expected[0]:
        return f"{found[0]:,} rows, the build database has {expected[0]:,}"
    return "a value is not the one in the build database"


def parquet_columns_problem(database: duckdb.DuckDBPyConnection, model: PublishedModel, file: str) -> str:
    """What is wrong with a Parquet file's columns and types, against the table's."""
    try:
        here, there = column_types(database, file), column_types(database, quoted(model.name))
    except duckdb.Error as error:
        return first_line(error)
    wrong = sorted(set(here.items()) ^ set(there.items()))
    return f"columns differ from the table's: {', '.join(map(' '.join, wrong))}" if wrong else ""


def check_not_emptied(
    rows: Mapping[str, int],
    inputs: Mapping[str, str],
    before: Earlier | None,
    models: Sequence[PublishedModel],
    *,
    accepted: bool,
) -> list[Check]:
    """See that no table that readers have rows of becomes empty, unless the input says why.

    Input files that were taken away say why, as long as each folder of raw/ keeps some of its own: a
    folder that lost all looks like a disk that is not mounted.

    Args:
        rows: model -> rows of the new version.
        inputs: path below raw/ -> sha256 of the new version.
        before: what readers have, None before the first publication.
        models: what is published; those that declare `may_be_empty` are lists of what is wrong or open.
        accepted: whether the operator accepts it; the check then says so and stops nothing.
    """
    if before is None:
        return []
    gone = sorted(set(before.inputs) - set(inputs))
    lost = sorted(_folders(before.inputs) - _folders(inputs))
    explained = bool(gone) and not lost
    if lost:
        why = f"raw/{lost[0]} had {_count(before.inputs, lost[0])} files and has none: is its disk mounted?"
    else:
        why = "no input file was taken away" if before.inputs else "its input is not known"
    may_be_empty = {model.name for model in models if model.may_be_empty}
    checks = []
    for model, count in sorted(rows.items()):
        had = before.rows.get(model, 0)
        emptied = had > 0 and count == 0 and model not in may_be_empty and not explained
        problem = f"empty, readers have {had:,} rows; {why}" if emptied else ""
        checks.append(Check(f"{model}.not_emptied", problem, accepted=emptied and accepted))
    return checks


def _folders(inputs: Collection[str]) -> set[str]:
    return {path.split("/", maxsplit=1)[0] for path in inputs if "/" in path}


def _count(inputs: Collection[str], folder: str) -> int:
    return sum(path.startswith(f"{folder}/") for path in inputs)


def refuse_if_failed(checks: Sequence[Check]) -> None:
    """Stop a publication of which a check did not pass.

    Raises:
        VersionCheckError: names the checks, what is wrong, and what to do.
    """
    failed = [check for check in checks if not check.passed and not check.accepted]
    if not failed:
        return
    said = "".join(f"\n  {check.name}: {check.problem}" for check in failed)
    emptied = all(check.name.endswith(".not_emptied") for check in failed)
    advice = (
        "Put the input back, or build once with GWR_ACCEPT_CHANGES=true where it is meant."
        if emptied
        else "Build again; where it stays, something writes to the build database, the disk is failing, or"
        " a model or its smoke query is wrong."
    )
    raise VersionCheckError(
        f"the new version is not published, {len(failed)} of {len(checks)} checks failed:{said}\n{advice}"
        " Readers keep the version they have."
    )
