"""The rules of `export/rules/`: how numbers look in Excel, and what a workbook says about itself."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from pipelines.export.source import MartColumn

_FOLDER = Path(__file__).resolve().parent / "rules"


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(_Rules):
    """A kind of numbers: which columns are of it, and Excel's number formats."""

    kind: str
    types: frozenset[str]
    names: str = ".*"
    says: str = ""
    format: str
    fraction: str | None = None

    def fits(self, column: MartColumn) -> bool:
        """Whether a column is of this kind."""
        return (
            column.data_type.split("(", maxsplit=1)[0] in self.types
            and re.fullmatch(self.names, column.name, re.IGNORECASE) is not None
            and re.search(self.says, column.description) is not None
        )


class Width(_Rules):
    """Least and most width of a column in characters, and how many rows are looked at to choose it."""

    least: int
    most: int
    sample_rows: int


class Formats(_Rules):
    """Number formats of Excel by kind of column, and widths."""

    kinds: tuple[Kind, ...]
    date: str
    timestamp: str
    width: Width

    def kind_of(self, column: MartColumn) -> Kind | None:
        """The first kind that a column is of; None for texts, dates and truth values."""
        return next((kind for kind in self.kinds if kind.fits(column)), None)


class About(_Rules):
    """Title, citation, licence and notes. `{version}` and `{release}` stand for those of the data."""

    title: str
    citation: tuple[str, ...]
    licence: tuple[str, ...]
    notes: tuple[str, ...]


def _read(name: str) -> object:
    return yaml.load((_FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def formats() -> Formats:
    """The rules of formats.yml, read once in a process."""
    return Formats.model_validate(_read("formats.yml"))


@cache
def about() -> About:
    """The rules of about.yml, read once in a process."""
    return About.model_validate(_read("about.yml"))
