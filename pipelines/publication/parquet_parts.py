"""A Parquet file put together from parts: those of other files are taken over as bytes, under one footer.

Each part is some row groups in a row, with all that belongs to them. The footer of the whole says where each ends
(`PARTS`), so that another file can be put together from parts of this one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from pipelines.publication.byte_copies import copy_bytes
from pipelines.publication.parquet_footer import (
    MAGIC,
    Fields,
    Footer,
    ParquetFileError,
    moved,
    packed_footer,
    read_footer,
)
from pipelines.publication.parquet_structs import RowGroup
from pipelines.publication.parts import TablePart

PARTS = "gwr.parts"
"""Key in the footer of the parts: of each how its values begin, after how many characters it was told apart, its row
groups and its bytes."""


@dataclass(frozen=True, slots=True)
class ParquetPart:
    """Row groups in a row, as they lie in a file.

    Attributes:
        file: the file.
        start: where its bytes begin.
        size: how many they are.
        row_groups: what the footer of that file says of them.
        fields: what it says of the whole file.
    """

    file: Path
    start: int
    size: int
    row_groups: list[RowGroup]
    fields: Fields

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(group.num_rows for group in self.row_groups)


def whole_file(file: Path) -> ParquetPart:
    """All of a file as one part.

    Raises:
        ParquetFileError: the file is cut off, or no Parquet file.
        OSError: it can't be read.
    """
    footer = read_footer(file)
    start = len(MAGIC)
    return ParquetPart(file, start, footer.start - start, footer.row_groups, footer.fields)


def parts_of(file: Path) -> dict[TablePart, ParquetPart]:
    """The parts that a file was put together from; none where it was written as one.

    Raises:
        ParquetFileError: the file is cut off, no Parquet file, or its parts are not all of it.
        OSError: it can't be read.
    """
    footer = read_footer(file)
    if PARTS not in footer.texts:
        return {}
    try:
        said = [
            (TablePart(name, at), groups, size) for name, at, groups, size in json.loads(footer.texts[PARTS])
        ]
        group_ends = list(accumulate((groups for _, groups, _ in said), initial=0))
        byte_ends = list(accumulate((size for *_, size in said), initial=len(MAGIC)))
    except (ValueError, TypeError) as error:
        raise ParquetFileError(f"{file}: its parts can't be understood: {error}") from error
    if (group_ends[-1], byte_ends[-1]) != (len(footer.row_groups), footer.start):
        raise ParquetFileError(f"{file}: its parts are not all of the file")
    return {
        part: ParquetPart(
            file, byte_ends[i], size, footer.row_groups[group_ends[i] : group_ends[i + 1]], footer.fields
        )
        for i, (part, _, size) in enumerate(said)
    }


def put_together(file: Path, parts: Iterable[tuple[TablePart, ParquetPart]]) -> int:
    """Write a file from parts, in their order.

    Args:
        file: to be written; it must not be there.
        parts: one at least. Each is asked for when those before it are written, so that its own file may go then.

    Returns:
        How many rows it has.

    Raises:
        ParquetFileError: they have other columns, another writer, fewer bytes than they should, or none is given.
        OSError: a file can't be read or written.
    """
    fields: Fields | None = None
    groups: list[RowGroup] = []
    said = []
    with file.open("xb") as writing:
        at = writing.write(MAGIC)
        for part, there in parts:
            fields = fields or there.fields
            if there.fields != fields:
                raise ParquetFileError(
                    f"{there.file} has other columns or another writer than the parts before it"
                )
            copy_bytes(there.file, writing, there.start, there.size)
            for group in there.row_groups:
                groups.append(moved(group, at - there.start, len(groups)))
            at += there.size
            said.append([part.name, part.characters, len(there.row_groups), there.size])
        if fields is None:
            raise ParquetFileError(f"{file} has no parts")
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        writing.write(packed_footer(Footer(fields, groups, {PARTS: text}, at)))
    return sum(group.num_rows for group in groups)
