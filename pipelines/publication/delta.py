"""Whether a publication can begin with the version that readers see, and which rows it has to replace then.

A publication by what changed makes what a publication of everything makes: the same Parquet bytes, the same rows, so
the same name. It is tried where all of this is known: the record of the last publication is of the version that
readers see, whose files are as they were; the same code published it; and the build database says what its builds
changed since (`pipelines.build_log`). Whatever is not known, and whatever goes wrong on the way, leads to a
publication of everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field

from pipelines.build_log import changed_since
from pipelines.publication.catalog import PublishedModel
from pipelines.publication.sql import literal, quoted
from pipelines.publication.tables import Sum
from pipelines.publication.unchanged import State, is_as_published
from pipelines.publication.versions import current_version
from pipelines.warehouse import is_as_left

RULES_FILE = Path(__file__).parent / "rules" / "delta.yml"


class Follows(BaseModel):
    """A value that rows of every place take over from another table.

    Attributes:
        from_table: the other table (`from`).
        key: the column by which it is found, in both tables.
        column: the column of the value, in both tables.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_table: str = Field(alias="from")
    key: str
    column: str


class DeltaRules(BaseModel):
    """Which rows follow what changed, and how much may change: `publication/rules/delta.yml`.

    Raises:
        pydantic.ValidationError: a rule is missing, unknown or out of its range.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    follows: dict[str, Follows]
    same_place: dict[str, str]
    compared_by_place_from: int = Field(ge=1)
    most_documents: float = Field(ge=0, le=1)
    most_appended_rows: int = Field(ge=0)


@cache
def delta_rules() -> DeltaRules:
    """The rules as they are in the file.

    Raises:
        pydantic.ValidationError: the file is not what `DeltaRules` says.
    """
    return DeltaRules.model_validate(yaml.safe_load(RULES_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since the version that readers see.

    Attributes:
        earlier: that version's folder.
        documents: documents that are new, changed or gone.
        places: codes of the places of which rows may differ.
        sums: model -> the sum over all its rows in `earlier`.
        appended: model -> how many of its rows in `earlier` stand behind those in order.
    """

    earlier: Path
    documents: frozenset[str]
    places: frozenset[str]
    sums: Mapping[str, Sum]
    appended: Mapping[str, int]


def plan_delta(
    known: State | None, build_database: Path, tables_with: str, published: Path
) -> tuple[Delta | None, str]:
    """What changed since the version that readers see; None and the reason, where all has to be copied.

    Args:
        known: what the last publication wrote down.
        build_database: what is to be published.
        tables_with: the code that publishes tables now, see `publication_code`.
        published: the folder that readers open.

    Raises:
        duckdb.Error: the build database can't be read.
    """
    version = current_version(published)
    if known is None or version is None:
        return None, "it is not known what readers have"
    if known.tables_with != tables_with:
        return None, "the code that publishes, the dbt project, dbt or DuckDB changed"
    if not is_as_published(known, version):
        return None, "the version that readers see is not the one published last, or its files changed"
    if not is_as_left(build_database):
        return None, "another program wrote the build database"
    with duckdb.connect(":memory:") as database:
        database.execute(f"attach {literal(str(build_database))} as build (read_only)")
        changed = changed_since(database, "build", known.built)
        if changed is None:
            return None, "all rows were built since"
        (documents,) = database.execute("select count(*) from build.main.dim_documents").fetchone() or (0,)
    if len(changed.documents) > delta_rules().most_documents * documents:
        return None, f"{len(changed.documents):,} of {documents:,} documents changed"
    return Delta(version, changed.documents, changed.places, known.sums, known.appended), ""


def lay_out(database: duckdb.DuckDBPyConnection, delta: Delta) -> None:
    """Put what changed where the conditions of the models look for it, as a build has it for dbt.

    `changes` then holds what changed in the attached databases `fresh` (the earlier version as yet) and `build`:
    what belongs to a changed place in either.

    Raises:
        duckdb.Error: one of them lacks a table.
    """
    database.execute("attach ':memory:' as changes")
    for name, column, values in (
        ("documents", "document_id", delta.documents),
        ("places", "ref_area", delta.places),
    ):
        database.execute(f"create table changes.{name} ({column} varchar)")
        database.execute(f"insert into changes.{name} select unnest(?::varchar[])", [sorted(values)])
    for name, column, table in (
        ("place_documents", "document_id", "dim_documents"),
        ("targets", "target_id", "fct_target_outcomes"),
    ):
        of_places = " union ".join(
            f"select {column} from {source}.main.{table} where ref_area in (select ref_area from changes.places)"
            for source in ("fresh", "build")
        )
        database.execute(f"create table changes.{name} as {of_places}")
    database.execute("insert into changes.place_documents select document_id from changes.documents")
    for model, rule in delta_rules().follows.items():
        key, column = quoted(rule.key), quoted(rule.column)
        database.execute(
            f"create table changes.{quoted(f'follows {model}')} as select coalesce(b.{key}, f.{key}) as followed"
            f" from build.main.{quoted(rule.from_table)} as b"
            f" full join fresh.main.{quoted(rule.from_table)} as f on b.{key} = f.{key}"
            f" where b.{column} is distinct from f.{column}"
        )


def changed_rows(database: duckdb.DuckDBPyConnection, model: PublishedModel) -> str | None:
    """The condition on the rows of a model that may differ, over the tables of `lay_out`; None: on no rows less
    than all.

    Raises:
        duckdb.Error: the tables are missing.
    """
    rules = delta_rules()
    if place := rules.same_place.get(model.name):
        return f"{quoted(place)} in (select ref_area from changes.places)"
    if not model.changed_rows:
        return None
    follows = rules.follows.get(model.name)
    if follows is None:
        return None if model.has_hooks else f"({model.changed_rows})"
    followed = f"select followed from changes.{quoted(f'follows {model.name}')}"
    if database.execute(f"{followed} limit 1").fetchone() is None:
        # One question less of each row, and groups of rows without the places are left out.
        return f"({model.changed_rows})"
    return f"({model.changed_rows} or {quoted(follows.key)} in ({followed}))"
