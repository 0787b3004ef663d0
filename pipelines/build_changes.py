"""What changed in the lake since the build database was made, so that dbt builds only that.

The build database knows what it was made from: the table `changes.made_from` holds the key of each document
and the digest of each place's observations, as the lake had them. It is taken away before dbt starts and
comes back when all that dbt had to do is done. Where it is missing (a run was killed or failed, or built a
part only), or where models, seeds or versions are not those that the database was made with, every row is
built anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from pipelines.changed_rows import lay_out_changes, rows_of_files, strings
from pipelines.lake.layout import Partition, partition_file, single_file
from pipelines.lake.ledger import Entry, ledger
from pipelines.lake.tasks import DOCUMENTS, STATEMENTS, TABLES
from pipelines.paths import Paths
from pipelines.publication.tables import from_parquet
from pipelines.warehouse import project_fingerprint

MOST_OF_THE_DOCUMENTS = 0.25
"""Where a larger share of the documents changed, building everything is faster."""

_PROJECT, _DOCUMENT, _OBSERVATIONS, _SET_ASIDE = "project", "document", "observations", "set_aside"
_ALL_PASSED, _SOME_DID_NOT = "all tests passed", "some tests did not pass"


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """What a build database is made from.

    Attributes:
        project: fingerprint of the dbt project, of dbt and of DuckDB.
        documents: document_id -> key of what was read from it.
        observations: ref_area -> digest of its rows.
        set_aside: digest of the quarantine.
        all_passed: whether all tests of dbt passed on it, warnings included.
    """

    project: str
    documents: Mapping[str, str]
    observations: Mapping[str, str]
    set_aside: str
    all_passed: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What dbt has to build.

    Attributes:
        made_from: the lake as it is now.
        is_done: whether dbt built and tested just that before, so that it need not run.
        reason: why every row is built; empty where only what changed is.
        documents: those that are new, changed or gone.
        places: those whose figures or documents changed.
    """

    made_from: MadeFrom
    is_done: bool = False
    reason: str = ""
    documents: frozenset[str] = field(default=frozenset())
    places: frozenset[str] = field(default=frozenset())

    @property
    def is_full(self) -> bool:
        """Whether every row is built."""
        return bool(self.reason)


def plan_build(paths: Paths, most: float = MOST_OF_THE_DOCUMENTS) -> Plan:
    """Compare the lake with what the build database was made from, and lay out for dbt what changed.

    The caller holds the build lock and has called `prepare_build_database`. What the database was made from
    is unknown afterwards, until `note_built`; unless there is nothing to do.

    Args:
        paths: whose lake and build database.
        most: the share of the documents from which on everything is built.

    Raises:
        duckdb.Error: the build database or a file of the lake can't be read.
    """
    entries = {stage: ledger(paths, stage).load() for stage in (DOCUMENTS, STATEMENTS)}
    with duckdb.connect(str(paths.build_database)) as database:
        now = MadeFrom(
            project_fingerprint(paths),
            _documents(entries),
            _digests(database, paths, "observations", "ref_area"),
            _digests(database, paths, "quarantine", "''").get("", ""),
        )
        before = _made_from(database)
        if before == replace(now, all_passed=True):
            return Plan(now, is_done=True)
        database.execute("begin")
        database.execute("drop schema if exists changes cascade")
        plan = _compared(database, paths, entries, before, now, most)
        if not plan.is_full:
            lay_out_changes(
                database,
                paths,
                documents=plan.documents,
                places=plan.places,
                files=_files(paths, entries, plan.documents),
                all_passed=before is not None and before.all_passed,
            )
        database.execute("commit")
    return plan


def forget_build(paths: Paths) -> None:
    """See that the next whole run builds every row, because this one builds a part of the models only."""
    with duckdb.connect(str(paths.build_database)) as database:
        database.execute("drop schema if exists changes cascade")


def note_built(paths: Paths, plan: Plan, *, all_passed: bool) -> None:
    """Say in the build database what it is made from now: dbt has done all that was planned.

    Args:
        paths: whose build database.
        plan: what was planned.
        all_passed: whether all tests passed; where one only warned, dbt runs again and says so again.
    """
    made_from = plan.made_from
    rows = [
        (_PROJECT, made_from.project, _ALL_PASSED if all_passed else _SOME_DID_NOT),
        (_SET_ASIDE, "", made_from.set_aside),
        *((_DOCUMENT, *pair) for pair in made_from.documents.items()),
        *((_OBSERVATIONS, *pair) for pair in made_from.observations.items()),
    ]
    kinds, names, keys = (list(column) for column in zip(*rows, strict=True))
    with duckdb.connect(str(paths.build_database)) as database:
        database.execute("begin")
        database.execute("drop schema if exists changes cascade")
        database.execute("create schema changes")
        database.execute("create table changes.made_from (kind varchar, name varchar, key varchar)")
        database.execute(
            "insert into changes.made_from select unnest(?::varchar[]), unnest(?::varchar[]),"
            " unnest(?::varchar[])",
            [kinds, names, keys],
        )
        database.execute("commit")


_Entries = Mapping[str, Mapping[Partition, Entry]]


def _documents(entries: _Entries) -> dict[str, str]:
    """document_id -> key of its text and of its statements, whatever partition it lies in."""
    keys: dict[str, str] = {}
    for stage, partitions in entries.items():
        for entry in partitions.values():
            for document, key in entry.keys.items():
                # A document whose key is not known counts as the files that hold it.
                told = key or "|".join(f"{table} {entry.sums[table]}" for table in sorted(entry.sums))
                keys[document] = f"{keys.get(document, '')} {stage} {told}".strip()
    return keys


def _digests(database: duckdb.DuckDBPyConnection, paths: Paths, table: str, column: str) -> dict[str, str]:
    """The digest of the rows of a lake table for each value of a column, in whatever order they stand."""
    rows = from_parquet(single_file(paths.lake, table))
    digests = f"select {column}, count(*) || ' ' || sum(hash(r)) from {rows} as r group by 1"
    return dict(database.execute(digests).fetchall())


def _made_from(database: duckdb.DuckDBPyConnection) -> MadeFrom | None:
    """What the build database is made from; None where that is not known."""
    found = database.execute(
        "select count(*) from duckdb_tables() where schema_name = 'changes' and table_name = 'made_from'"
        " and database_name = current_database()"
    ).fetchone()
    if found != (1,):
        return None
    kinds: dict[str, dict[str, str]] = {kind: {} for kind in (_PROJECT, _DOCUMENT, _OBSERVATIONS, _SET_ASIDE)}
    for kind, name, key in database.execute("select kind, name, key from changes.made_from").fetchall():
        kinds[kind][name] = key
    ((project, tests),) = kinds[_PROJECT].items()
    return MadeFrom(
        project,
        kinds[_DOCUMENT],
        kinds[_OBSERVATIONS],
        kinds[_SET_ASIDE].get("", ""),
        all_passed=tests == _ALL_PASSED,
    )


def _different(before: Mapping[str, str], now: Mapping[str, str]) -> set[str]:
    """The names that are new, gone, or have another key."""
    return {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}


def _compared(
    database: duckdb.DuckDBPyConnection,
    paths: Paths,
    entries: _Entries,
    before: MadeFrom | None,
    now: MadeFrom,
    most: float,
) -> Plan:
    if before is None:
        return Plan(now, reason="no run before this one built all of the database")
    if before.project != now.project:
        return Plan(now, reason="the dbt project, dbt or DuckDB changed")
    documents = _different(before.documents, now.documents)
    if len(documents) > most * len(now.documents):
        return Plan(now, reason=f"{len(documents):,} of {len(now.documents):,} documents changed")
    places = _different(before.observations, now.observations)
    if documents:
        places |= _places_before(database, documents) | _places_now(database, paths, entries, documents)
    return Plan(now, documents=frozenset(documents), places=frozenset(places))


def _distinct(database: duckdb.DuckDBPyConnection, queries: Iterable[str]) -> set[str]:
    found = database.execute(" union ".join(queries)).fetchall()
    return {value for (value,) in found if value is not None}


def _places_before(database: duckdb.DuckDBPyConnection, documents: set[str]) -> set[str]:
    """The places of the documents, and those that they spoke about, as the build database has it."""
    return _distinct(
        database,
        (
            f"select ref_area from main.{table} where document_id in (select unnest({strings(documents)}))"
            for table in ("dim_documents", "fct_indicator_statements")
        ),
    )


def _files(paths: Paths, entries: _Entries, documents: Set[str]) -> dict[str, list[Path]]:
    """Partitioned table -> the files of the lake that hold rows of some documents."""
    files: dict[str, list[Path]] = {}
    for stage, partitions in entries.items():
        here = sorted(partition for partition, entry in partitions.items() if documents & entry.keys.keys())
        for table in TABLES[stage]:
            files[table] = [partition_file(paths.lake, table, partition) for partition in here]
    return files


def _places_now(
    database: duckdb.DuckDBPyConnection, paths: Paths, entries: _Entries, documents: set[str]
) -> set[str]:
    """The places of the documents, and those that they speak about, as the lake has it."""
    files = _files(paths, entries, documents)
    queries = [
        f"select ref_area from {rows_of_files(files[table])} where list_contains({strings(documents)}, document_id)"
        for table in ("documents", "statements")
        if files[table]
    ]
    return _distinct(database, queries) if queries else set()


def describe(plan: Plan) -> str:
    """The plan in a sentence, for the run's log."""
    if plan.is_done:
        return "nothing changed since dbt built and tested it"
    if plan.is_full:
        return f"every row is built: {plan.reason}"
    return f"built for {len(plan.documents):,} changed documents and {len(plan.places):,} places only"
