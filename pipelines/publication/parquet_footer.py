"""The footer of a Parquet file: it says where each column of each row group lies.

It is read field by field, as its own bytes tell, and what is not named here comes out as it went in. The numbers of
fields are those of `parquet.thrift`, which defines the format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thrift.protocol.TCompactProtocol import TCompactProtocol
from thrift.protocol.TProtocol import TProtocolException
from thrift.Thrift import TType
from thrift.transport.TTransport import TMemoryBuffer

MAGIC = b"PAR1"
_TAIL = struct.Struct("<I4s")

# FileMetaData
_ROWS, _ROW_GROUPS, _TEXTS = 3, 4, 5
# RowGroup
_COLUMNS, _ROWS_OF_GROUP, _GROUP_OFFSET, _ORDINAL = 1, 3, 5, 7
_MOST_GROUPS = 32_767
# ColumnChunk: what it can't have here (a file of its own, encryption), what is said of its pages, and where the chunk
# and the indexes of its pages lie.
_FILE_PATH, _ENCRYPTION, _META_DATA = 1, frozenset({8, 9}), 3
_CHUNK_OFFSETS = frozenset({2, 4, 6})
# ColumnMetaData: where the first page of data, of an index and of a dictionary lie, and the Bloom filter.
_PAGE_OFFSETS = frozenset({9, 10, 11, 14})

_NOT_UNDERSTOOD = (
    *(TProtocolException, EOFError, AssertionError, RecursionError),
    *(LookupError, TypeError, ValueError, AttributeError),
)

Struct = list[tuple[int, int, Any]]
"""Fields in their order: number, type, value."""


class ParquetFileError(ValueError):
    """A file does not end as a Parquet file does, or has what can't be moved to another place."""


@dataclass(frozen=True, slots=True)
class Footer:
    """What a footer says.

    Attributes:
        fields: of the file, without its rows, row groups and texts: schema, writer, orders of columns.
        row_groups: of the file.
        texts: key -> text that was written with it.
        start: where the footer begins. All bytes between the magic number and it belong to row groups.
    """

    fields: Struct
    row_groups: list[Struct]
    texts: dict[str, str]
    start: int


def read_footer(file: Path) -> Footer:
    """The footer of a file.

    Raises:
        ParquetFileError: the file is cut off, or no Parquet file.
        OSError: it can't be read.
    """
    with file.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(max(0, size - _TAIL.size))
        tail = handle.read(_TAIL.size)
        length, magic = _TAIL.unpack(tail) if len(tail) == _TAIL.size else (0, b"")
        start = size - _TAIL.size - length
        if magic != MAGIC or start < len(MAGIC):
            raise ParquetFileError(f"{file} does not end as a Parquet file does; it has {size:,} bytes")
        handle.seek(start)
        packed = handle.read(length)
    try:
        fields = _read(TCompactProtocol(TMemoryBuffer(packed)), TType.STRUCT)
        _, groups = field(fields, _ROW_GROUPS)
        pairs = [pair for number, _, value in fields if number == _TEXTS for pair in value[1]]
        texts = {field(pair, 1).decode(): field(pair, 2).decode() for pair in pairs}
        # Whoever takes row groups from it finds what each must have.
        for group in groups:
            rows_of(group)
            moved(group, 0)
    except _NOT_UNDERSTOOD as error:
        raise ParquetFileError(f"{file}: its footer can't be understood: {error!r}") from error
    kept = [one for one in fields if one[0] not in {_ROWS, _ROW_GROUPS, _TEXTS}]
    return Footer(kept, groups, texts, start)


def packed_footer(footer: Footer) -> bytes:
    """The bytes that end a file, from its footer to its magic number.

    Raises:
        ParquetFileError: there are more row groups than can be numbered.
    """
    if len(footer.row_groups) > _MOST_GROUPS:
        raise ParquetFileError(f"{len(footer.row_groups):,} row groups; a file has {_MOST_GROUPS:,} at most")
    groups = [
        [(number, kind, position if number == _ORDINAL else value) for number, kind, value in group]
        for position, group in enumerate(footer.row_groups)
    ]
    fields = [
        *footer.fields,
        (_ROWS, TType.I64, sum(map(rows_of, groups))),
        (_ROW_GROUPS, TType.LIST, (TType.STRUCT, groups)),
    ]
    if footer.texts:
        pairs = [
            [(1, TType.STRING, key.encode()), (2, TType.STRING, text.encode())]
            for key, text in footer.texts.items()
        ]
        fields.append((_TEXTS, TType.LIST, (TType.STRUCT, pairs)))
    buffer = TMemoryBuffer()
    _write(TCompactProtocol(buffer), TType.STRUCT, sorted(fields, key=lambda one: one[0]))
    packed: bytes = buffer.getvalue()
    return packed + _TAIL.pack(len(packed), MAGIC)


def field(fields: Struct, number: int) -> Any:
    """The value of a field.

    Raises:
        LookupError: there is none.
    """
    for found, _, value in fields:
        if found == number:
            return value
    raise LookupError(f"field {number} is missing")


def rows_of(group: Struct) -> int:
    """How many rows a row group has."""
    return int(field(group, _ROWS_OF_GROUP))


def moved(group: Struct, by: int) -> Struct:
    """A row group whose bytes lie further on in a file, or further back.

    Raises:
        ParquetFileError: its columns lie in another file, or are encrypted by where they lie.
    """
    kind, chunks = field(group, _COLUMNS)
    there = (kind, [_moved_chunk(chunk, by) for chunk in chunks])
    return [
        (number, kind, there if number == _COLUMNS else _moved(number == _GROUP_OFFSET, value, by))
        for number, kind, value in group
    ]


def _moved_chunk(chunk: Struct, by: int) -> Struct:
    if any(number == _FILE_PATH or number in _ENCRYPTION for number, *_ in chunk):
        raise ParquetFileError("a column lies in another file, or is encrypted")
    pages = [
        (number, kind, _moved(number in _PAGE_OFFSETS, value, by))
        for number, kind, value in field(chunk, _META_DATA)
    ]
    return [
        (number, kind, pages if number == _META_DATA else _moved(number in _CHUNK_OFFSETS, value, by))
        for number, kind, value in chunk
    ]


def _moved(is_offset: bool, value: Any, by: int) -> Any:
    # Zero says that it is not known: no page lies before the magic number.
    return value + by if is_offset and value else value


def _read(protocol: TCompactProtocol, kind: int) -> Any:
    if kind == TType.STRUCT:
        return list(_read_fields(protocol))
    if kind == TType.LIST:
        of, count = protocol.readListBegin()
        values = [_read(protocol, of) for _ in range(count)]
        protocol.readListEnd()
        return of, values
    return getattr(protocol, _READERS[kind])()


def _read_fields(protocol: TCompactProtocol) -> Iterable[tuple[int, int, Any]]:
    protocol.readStructBegin()
    while True:
        _, kind, number = protocol.readFieldBegin()
        if kind == TType.STOP:
            break
        yield number, kind, _read(protocol, kind)
        protocol.readFieldEnd()
    protocol.readStructEnd()


def _write(protocol: TCompactProtocol, kind: int, value: Any) -> None:
    if kind == TType.STRUCT:
        protocol.writeStructBegin("")
        for number, of, inner in value:
            protocol.writeFieldBegin("", of, number)
            _write(protocol, of, inner)
            protocol.writeFieldEnd()
        protocol.writeFieldStop()
        protocol.writeStructEnd()
    elif kind == TType.LIST:
        of, values = value
        protocol.writeListBegin(of, len(values))
        for inner in values:
            _write(protocol, of, inner)
        protocol.writeListEnd()
    else:
        getattr(protocol, _WRITERS[kind])(value)


_SIMPLE = {
    TType.BOOL: "Bool",
    TType.BYTE: "Byte",
    TType.I16: "I16",
    TType.I32: "I32",
    TType.I64: "I64",
    TType.DOUBLE: "Double",
    TType.STRING: "Binary",
}
_READERS = {kind: f"read{name}" for kind, name in _SIMPLE.items()}
_WRITERS = {kind: f"write{name}" for kind, name in _SIMPLE.items()}
