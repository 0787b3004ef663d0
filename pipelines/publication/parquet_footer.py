"""The footer of a Parquet file: it says where each column of each row group lies.

What a file says of itself beside that (schema, writer, orders of columns) is read as its own bytes tell, and comes out as
it went in. The numbers of fields are those of `parquet.thrift`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thrift.protocol.TCompactProtocol import TCompactProtocol, TCompactProtocolAccelerated
from thrift.protocol.TProtocol import TProtocolException
from thrift.Thrift import TType
from thrift.transport.TTransport import TMemoryBuffer

from pipelines.publication.parquet_structs import ColumnChunk, RowGroup

MAGIC = b"PAR1"
_TAIL = struct.Struct("<I4s")
_ROWS, _ROW_GROUPS, _TEXTS = 3, 4, 5
_KEY, _VALUE = 1, 2
_MOST_GROUPS = 32_767
_NOT_UNDERSTOOD = (
    *(TProtocolException, EOFError, AssertionError, RecursionError, MemoryError),
    *(LookupError, TypeError, ValueError, AttributeError, OverflowError),
)

Fields = list[tuple[int, int, Any]]
"""Fields of a struct in their order: number, type, value."""


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

    fields: Fields
    row_groups: list[RowGroup]
    texts: dict[str, str]
    start: int


def read_footer(file: Path) -> Footer:
    """The footer of a file.

    Raises:
        ParquetFileError: the file is cut off, no Parquet file, or says more than is known here.
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
        packed = handle.read()
    try:
        footer = _unpacked(packed, start)
        same = packed_footer(footer) == packed
    except _NOT_UNDERSTOOD as error:
        raise ParquetFileError(f"{file}: its footer can't be understood: {error!r}") from error
    if not same:
        # A field that is not declared would be lost.
        raise ParquetFileError(f"{file}: its footer says more than is known of the format here")
    return footer


def packed_footer(footer: Footer) -> bytes:
    """The bytes that end a file, from its footer to its magic number.

    Raises:
        ParquetFileError: there are more row groups than can be numbered.
    """
    if len(footer.row_groups) > _MOST_GROUPS:
        raise ParquetFileError(f"{len(footer.row_groups):,} row groups; a file has {_MOST_GROUPS:,} at most")
    rows = sum(group.num_rows for group in footer.row_groups)
    pairs = [
        [(_KEY, TType.STRING, key.encode()), (_VALUE, TType.STRING, text.encode())]
        for key, text in footer.texts.items()
    ]
    fields = [
        *footer.fields,
        (_ROWS, TType.I64, rows),
        (_ROW_GROUPS, TType.LIST, (TType.STRUCT, footer.row_groups)),
        *([(_TEXTS, TType.LIST, (TType.STRUCT, pairs))] if pairs else []),
    ]
    buffer = TMemoryBuffer()
    _write(TCompactProtocolAccelerated(buffer), TType.STRUCT, sorted(fields, key=lambda field: field[0]))
    packed: bytes = buffer.getvalue()
    return packed + _TAIL.pack(len(packed), MAGIC)


def moved(group: RowGroup, by: int, position: int) -> RowGroup:
    """A row group whose bytes lie further on in a file, or further back.

    Args:
        group: as it lies where it is.
        by: how many bytes further on.
        position: which row group of the file it is then, from 0.

    Raises:
        ParquetFileError: a column lies in another file.
    """
    return group.but(
        columns=[_moved_chunk(chunk, by) for chunk in group.columns],
        file_offset=_moved(group.file_offset, by),
        ordinal=None if group.ordinal is None else position,
    )


def _moved_chunk(chunk: ColumnChunk, by: int) -> ColumnChunk:
    if chunk.file_path is not None:
        raise ParquetFileError(f"a column lies in another file: {chunk.file_path!r}")
    pages = chunk.meta_data
    return chunk.but(
        file_offset=_moved(chunk.file_offset, by),
        offset_index_offset=_moved(chunk.offset_index_offset, by),
        column_index_offset=_moved(chunk.column_index_offset, by),
        meta_data=pages.but(
            data_page_offset=_moved(pages.data_page_offset, by),
            index_page_offset=_moved(pages.index_page_offset, by),
            dictionary_page_offset=_moved(pages.dictionary_page_offset, by),
            bloom_filter_offset=_moved(pages.bloom_filter_offset, by),
        ),
    )


def _moved(offset: int | None, by: int) -> int | None:
    # Zero says as little as nothing: no page lies before the magic number.
    return offset + by if offset else offset


def _unpacked(packed: bytes, start: int) -> Footer:
    protocol = TCompactProtocolAccelerated(TMemoryBuffer(packed))
    fields: Fields = []
    groups: list[RowGroup] = []
    texts: dict[str, str] = {}
    for number, kind in _numbers(protocol):
        if number == _ROW_GROUPS:
            groups = _read_groups(protocol)
        elif number == _TEXTS:
            for pair in _read(protocol, kind)[1]:
                said = {key: value for key, _, value in pair}
                texts[said[_KEY].decode()] = said[_VALUE].decode()
        else:
            fields.append((number, kind, _read(protocol, kind)))
    return Footer([field for field in fields if field[0] != _ROWS], groups, texts, start)


def _read_groups(protocol: TCompactProtocol) -> list[RowGroup]:
    _, count = protocol.readListBegin()
    groups = []
    for _ in range(count):
        group = RowGroup()
        group.read(protocol)
        groups.append(group)
    protocol.readListEnd()
    return groups


def _numbers(protocol: TCompactProtocol) -> Iterator[tuple[int, int]]:
    """The fields of a struct, number and type; the value of each is read before the next is asked for."""
    protocol.readStructBegin()
    while True:
        _, kind, number = protocol.readFieldBegin()
        if kind == TType.STOP:
            break
        yield number, kind
        protocol.readFieldEnd()
    protocol.readStructEnd()


def _read(protocol: TCompactProtocol, kind: int) -> Any:
    if kind == TType.STRUCT:
        return [(number, of, _read(protocol, of)) for number, of in _numbers(protocol)]
    if kind == TType.LIST:
        of, count = protocol.readListBegin()
        values = [_read(protocol, of) for _ in range(count)]
        protocol.readListEnd()
        return of, values
    return getattr(protocol, f"read{_SIMPLE[kind]}")()


def _write(protocol: TCompactProtocol, kind: int, value: Any) -> None:
    if isinstance(value, RowGroup):
        value.write(protocol)
    elif kind == TType.STRUCT:
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
        getattr(protocol, f"write{_SIMPLE[kind]}")(value)


_SIMPLE = {
    TType.BOOL: "Bool",
    TType.BYTE: "Byte",
    TType.I16: "I16",
    TType.I32: "I32",
    TType.I64: "I64",
    TType.DOUBLE: "Double",
    TType.STRING: "Binary",
}
