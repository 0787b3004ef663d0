"""What a Parquet file says of its row groups: the structs of `parquet.thrift`, which defines the format.

Declared as thrift wants them, so that it reads and writes them in compiled code: a file has thousands. Left out is what
belongs to encryption. An attribute is None where a file does not say it.
"""

from __future__ import annotations

from typing import Any, Self

from thrift.protocol.TBase import TBase
from thrift.Thrift import TType

Spec = tuple[Any, ...]

_NUMBERS = {"bool": TType.BOOL, "i16": TType.I16, "i32": TType.I32, "i64": TType.I64, "double": TType.DOUBLE}


class Struct(TBase):  # type: ignore[misc]
    """A struct that keeps the values it was read with."""

    thrift_spec: Spec = ()

    def __init__(self) -> None:
        """Nothing is said as yet."""
        for field in self.thrift_spec:
            if field:
                setattr(self, field[2], None)

    def but(self, **values: Any) -> Self:
        """A copy with other values."""
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__, **values)
        return made


def _field(number: int, name: str, kind: str | type[Struct], *, several: bool = False) -> Spec:
    if isinstance(kind, str):
        single: Spec = (_NUMBERS[kind], None) if kind in _NUMBERS else (TType.STRING, "BINARY")
    else:
        single = (TType.STRUCT, [kind, kind.thrift_spec])
    of = (TType.LIST, (*single, False)) if several else single
    return number, of[0], name, of[1], None


def _fields(*declared: Spec) -> Spec:
    """As thrift looks them up: by number."""
    by_number = {field[0]: field for field in declared}
    return tuple(by_number.get(number) for number in range(max(by_number) + 1))


class KeyValue(Struct):
    """A text that a column was given."""

    thrift_spec = _fields(_field(1, "key", "binary"), _field(2, "value", "binary"))


class Statistics(Struct):
    """The least and the greatest value, and how many are null."""

    thrift_spec = _fields(
        _field(1, "max", "binary"),
        _field(2, "min", "binary"),
        _field(3, "null_count", "i64"),
        _field(4, "distinct_count", "i64"),
        _field(5, "max_value", "binary"),
        _field(6, "min_value", "binary"),
        _field(7, "is_max_value_exact", "bool"),
        _field(8, "is_min_value_exact", "bool"),
        _field(9, "nan_count", "i64"),
    )


class SizeStatistics(Struct):
    """How large the values are without their encoding."""

    thrift_spec = _fields(
        _field(1, "unencoded_byte_array_data_bytes", "i64"),
        _field(2, "repetition_level_histogram", "i64", several=True),
        _field(3, "definition_level_histogram", "i64", several=True),
    )


class PageEncodingStats(Struct):
    """How many pages have an encoding."""

    thrift_spec = _fields(
        _field(1, "page_type", "i32"), _field(2, "encoding", "i32"), _field(3, "count", "i32")
    )


class ColumnMetaData(Struct):
    """A column in a row group: how it is written, and at which bytes of the file its pages begin."""

    data_page_offset: int
    index_page_offset: int | None
    dictionary_page_offset: int | None
    bloom_filter_offset: int | None

    thrift_spec = _fields(
        _field(1, "type", "i32"),
        _field(2, "encodings", "i32", several=True),
        _field(3, "path_in_schema", "binary", several=True),
        _field(4, "codec", "i32"),
        _field(5, "num_values", "i64"),
        _field(6, "total_uncompressed_size", "i64"),
        _field(7, "total_compressed_size", "i64"),
        _field(8, "key_value_metadata", KeyValue, several=True),
        _field(9, "data_page_offset", "i64"),
        _field(10, "index_page_offset", "i64"),
        _field(11, "dictionary_page_offset", "i64"),
        _field(12, "statistics", Statistics),
        _field(13, "encoding_stats", PageEncodingStats, several=True),
        _field(14, "bloom_filter_offset", "i64"),
        _field(15, "bloom_filter_length", "i32"),
        _field(16, "size_statistics", SizeStatistics),
    )


class ColumnChunk(Struct):
    """A column in a row group: its file, where that is another one, and at which bytes its indexes of pages begin."""

    file_path: bytes | None
    file_offset: int
    meta_data: ColumnMetaData
    offset_index_offset: int | None
    column_index_offset: int | None

    thrift_spec = _fields(
        _field(1, "file_path", "binary"),
        _field(2, "file_offset", "i64"),
        _field(3, "meta_data", ColumnMetaData),
        _field(4, "offset_index_offset", "i64"),
        _field(5, "offset_index_length", "i32"),
        _field(6, "column_index_offset", "i64"),
        _field(7, "column_index_length", "i32"),
    )


class SortingColumn(Struct):
    """A column that rows are sorted by."""

    thrift_spec = _fields(
        _field(1, "column_idx", "i32"), _field(2, "descending", "bool"), _field(3, "nulls_first", "bool")
    )


class RowGroup(Struct):
    """Rows whose columns lie together in a file."""

    columns: list[ColumnChunk]
    num_rows: int
    file_offset: int | None
    ordinal: int | None

    thrift_spec = _fields(
        _field(1, "columns", ColumnChunk, several=True),
        _field(2, "total_byte_size", "i64"),
        _field(3, "num_rows", "i64"),
        _field(4, "sorting_columns", SortingColumn, several=True),
        _field(5, "file_offset", "i64"),
        _field(6, "total_compressed_size", "i64"),
        _field(7, "ordinal", "i16"),
    )
