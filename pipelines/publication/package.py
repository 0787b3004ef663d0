"""The Frictionless data package that describes the published Parquet files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from frictionless import Field as FrictionlessField
from frictionless import Package, Resource, Schema, fields

from pipelines.ids import file_sha256
from pipelines.publication.catalog import PublishedColumn, PublishedModel

__all__ = ["FIELD_TYPES", "PACKAGE", "file_sha256", "write_data_package"]

PACKAGE = "datapackage.json"

FIELD_TYPES: dict[str, type[FrictionlessField]] = {
    "VARCHAR": fields.StringField,
    "BOOLEAN": fields.BooleanField,
    "DATE": fields.DateField,
    "TIMESTAMP": fields.DatetimeField,
    "TINYINT": fields.IntegerField,
    "SMALLINT": fields.IntegerField,
    "INTEGER": fields.IntegerField,
    "BIGINT": fields.IntegerField,
    "HUGEINT": fields.IntegerField,
    "FLOAT": fields.NumberField,
    "DOUBLE": fields.NumberField,
    "DECIMAL": fields.NumberField,
}
"""DuckDB type, without its parameters -> Table Schema type. A list is an array."""


def _field(column: PublishedColumn, data_type: str) -> FrictionlessField:
    kind = fields.ArrayField if data_type.endswith("[]") else FIELD_TYPES[data_type.split("(", maxsplit=1)[0]]
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.values and kind is fields.StringField:
        constraints["enum"] = list(column.values)
    return kind(name=column.name, description=column.description, constraints=constraints)


def _resource(
    model: PublishedModel, data_types: Mapping[str, str], file: Path, root: Path, sums: Mapping[str, str]
) -> Resource:
    path = file.relative_to(root).as_posix()
    schema = Schema(
        fields=[_field(column, data_types[column.name]) for column in model.columns],
        primary_key=list(model.primary_key),
        foreign_keys=[
            {"fields": [key.column], "reference": {"resource": key.model, "fields": [key.model_column]}}
            for key in model.foreign_keys
        ],
    )
    return Resource(
        name=model.name,
        description=model.description,
        path=path,
        format="parquet",
        mediatype="application/vnd.apache.parquet",
        hash=f"sha256:{sums.get(path) or file_sha256(file)}",
        bytes=file.stat().st_size,
        schema=schema,
    )


def write_data_package(
    root: Path,
    models: tuple[PublishedModel, ...],
    data_types: Mapping[str, Mapping[str, str]],
    sums: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Write `datapackage.json` beside the folder `parquet/` that it describes; no time in it.

    Args:
        root: the folder that holds `parquet/<model>.parquet`.
        models: what is published.
        data_types: model -> column -> DuckDB type.
        sums: path in the folder -> sha256, of files of which it is known.

    Raises:
        KeyError: a column has a type that FIELD_TYPES does not know, or is not in the database.
    """
    package = Package(
        name="gov-work-reports",
        title="Chinese government work reports: what was promised, in numbers, and was it delivered",
        description="Statements read from government work reports, published statistics, and the"
        " dimensions to join them by. One Parquet file a table, its rows ordered by its grain.",
        resources=[
            _resource(model, data_types[model.name], root / "parquet" / f"{model.name}.parquet", root, sums)
            for model in models
        ],
    )
    target = root / PACKAGE
    target.write_text(
        json.dumps(package.to_descriptor(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return target
