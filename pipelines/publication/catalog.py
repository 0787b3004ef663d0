"""What is published, read from the dbt manifest: names, meanings, keys and closed lists."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from pipelines.vocabulary import codes

PUBLISHED_SCHEMA = "main"


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column whose values stand in a column of another published model."""

    column: str
    model: str
    model_column: str


@dataclass(frozen=True, slots=True)
class PublishedColumn:
    """A column of a published model. `values` is its closed list, empty where it has none; `data_type` is
    the type that the model's contract declares, as it is written there, None where it declares none."""

    name: str
    description: str
    required: bool
    values: tuple[str, ...]
    data_type: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedModel:
    """A model that readers see, as dbt declares it.

    `grain` holds the columns that tell its rows apart, and orders them. It is the primary key, or,
    where one of the columns may be null, the columns of the model's `unique_combination` test.
    `smoke` holds queries (`meta: smoke:` in dbt) that return a row whenever the model has rows;
    `may_be_empty` (`meta: may_be_empty:`) is true of lists that get empty when things get better.
    `changed_rows` is the condition by which dbt tells the rows that a build makes anew
    (`incremental_predicates`), empty where it makes all of them; `has_hooks` is true where something
    else is done to the rows besides.
    """

    name: str
    description: str
    columns: tuple[PublishedColumn, ...]
    grain: tuple[str, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    smoke: tuple[str, ...] = ()
    may_be_empty: bool = False
    changed_rows: str = ""
    has_hooks: bool = False


def _tests(manifest: Mapping[str, Any], model_id: str, name: str) -> Iterator[Mapping[str, Any]]:
    """The generic tests of one kind on a model that hold for all its rows."""
    for node in manifest["nodes"].values():
        is_of_kind = node.get("attached_node") == model_id and node["test_metadata"]["name"] == name
        if is_of_kind and not node["config"]["where"] and node["config"]["severity"].lower() == "error":
            yield node


def _required(node: Mapping[str, Any]) -> set[str]:
    """The columns that the model's contract declares as not null."""
    required = set()
    for column in node["columns"].values():
        if {c["type"] for c in column["constraints"]} & {"not_null", "primary_key"}:
            required.add(column["name"])
    for constraint in node["constraints"]:
        if constraint["type"] in {"not_null", "primary_key"}:
            required.update(constraint["columns"])
    return required


def _closed_lists(manifest: Mapping[str, Any], model_id: str) -> dict[str, tuple[str, ...]]:
    """Column -> codes, for the columns that a test holds to a closed list."""
    return {
        column: codes(list_name)
        for test in _tests(manifest, model_id, "in_closed_lists")
        for column, list_name in test["test_metadata"]["kwargs"]["lists"].items()
    }


def _foreign_keys(
    manifest: Mapping[str, Any], model_id: str, published: Collection[str]
) -> tuple[ForeignKey, ...]:
    """The keys by which the model is joined to published models."""
    keys = [
        ForeignKey(column, *target.split("."))
        for test in _tests(manifest, model_id, "foreign_keys")
        for column, target in test["test_metadata"]["kwargs"]["keys"].items()
    ]
    return tuple(sorted((key for key in keys if key.model in published), key=astuple))


def _grain(manifest: Mapping[str, Any], model_id: str) -> tuple[str, ...]:
    node = manifest["nodes"][model_id]
    if node["primary_key"]:
        return tuple(node["primary_key"])
    for test in _tests(manifest, model_id, "unique_combination"):
        return tuple(test["test_metadata"]["kwargs"]["columns"])
    raise ValueError(
        f"{node['name']} is published but nothing says what tells its rows apart: give it a primary key"
        " (tests unique and not_null on a column) or a unique_combination test"
    )


def _model(manifest: Mapping[str, Any], model_id: str, published: Collection[str]) -> PublishedModel:
    node = manifest["nodes"][model_id]
    required = _required(node) | set(node["primary_key"])
    required |= {test["column_name"] for test in _tests(manifest, model_id, "not_null")}
    values = _closed_lists(manifest, model_id)
    config = node.get("config", {})
    meta = config.get("meta", {})
    predicates = config.get("incremental_predicates") if config.get("materialized") == "incremental" else None
    return PublishedModel(
        name=node["name"],
        description=node["description"],
        columns=tuple(
            PublishedColumn(
                name,
                column["description"],
                name in required,
                values.get(name, ()),
                column.get("data_type"),
            )
            for name, column in node["columns"].items()
        ),
        grain=_grain(manifest, model_id),
        primary_key=tuple(node["primary_key"]),
        foreign_keys=_foreign_keys(manifest, model_id, published),
        smoke=tuple(meta.get("smoke", ())),
        may_be_empty=bool(meta.get("may_be_empty", False)),
        changed_rows=" and ".join(predicates or ()),
        has_hooks=bool(config.get("post-hook") or config.get("pre-hook")),
    )


def published_models(manifest: Mapping[str, Any]) -> tuple[PublishedModel, ...]:
    """The models in the schema that readers see, ordered by name.

    Raises:
        ValueError: nothing declares what tells the rows of a model apart.
    """
    published = {
        node["name"]: unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["schema"] == PUBLISHED_SCHEMA
    }
    return tuple(_model(manifest, published[name], published) for name in sorted(published))
