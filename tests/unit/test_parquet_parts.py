"""A Parquet file put together from parts reads as one that was written at once, and says what can't be put together."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from pipelines.publication.byte_copies import CutOffError, copy_bytes
from pipelines.publication.parquet_footer import (
    Footer,
    ParquetFileError,
    moved,
    packed_footer,
    read_footer,
)
from pipelines.publication.parquet_parts import (
    PARTS,
    ParquetPart,
    parts_of,
    put_together,
    whole_file,
)
from pipelines.publication.parquet_structs import ColumnChunk, ColumnMetaData, RowGroup
from pipelines.publication.parts import TablePart

PROVINCES = ("11", "33", "65")
COLUMNS = "ref_area, year, value, name, tags, seen"


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    """Rows of three provinces, of which one fills three row groups: nulls, texts, lists, dates, a column of nothing."""
    made = duckdb.connect(config={"threads": 1})
    made.execute(
        """
        create table things as
        select
            printf('%s%04d', if(i < 500, '11', if(i < 7000, '33', '65')), i % 50) as ref_area,
            (2000 + i % 20)::smallint as year,
            if(i % 7 = 0, null, i / 3) as value,
            if(i % 3 = 0, null, 'name ' || i) as name,
            [i % 5, null] as tags,
            date '2020-01-01' + (i % 900)::integer as seen,
            null::varchar as nothing
        from range(7100) as r(i)
        order by ref_area, year, i
        """
    )
    return made


def written(database: duckdb.DuckDBPyConnection, file: Path, where: str = "true", columns: str = "*") -> Path:
    database.execute(
        f"copy (select {columns} from things where {where}) to '{file}'"
        " (format parquet, compression zstd, row_group_size 2048)"
    )
    return file


def province(name: str) -> TablePart:
    return TablePart(name, 2)


@pytest.fixture
def parts(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> dict[TablePart, ParquetPart]:
    return {
        province(name): whole_file(
            written(database, tmp_path / f"{name}.parquet", province(name).where("ref_area"))
        )
        for name in PROVINCES
    }


@pytest.fixture
def spliced(parts: dict[TablePart, ParquetPart], tmp_path: Path) -> Path:
    file = tmp_path / "spliced.parquet"
    assert put_together(file, parts.items()) == 7100
    return file


def test_three_readers_read_what_was_written(
    database: duckdb.DuckDBPyConnection, spliced: Path, tmp_path: Path
) -> None:
    at_once = written(database, tmp_path / "at_once.parquet")
    assert pq.read_table(spliced).equals(pq.read_table(at_once))
    assert pl.read_parquet(spliced).equals(pl.read_parquet(at_once))
    expected = database.execute("from things").fetchall()
    assert database.execute(f"from read_parquet('{spliced}')").fetchall() == expected


def test_a_reader_that_asks_for_a_place_reads_its_row_groups_alone(spliced: Path) -> None:
    """Row groups without the place are overwritten: whoever reads them fails."""
    metadata = pq.read_metadata(spliced)
    content = bytearray(spliced.read_bytes())
    groups = 0
    for i in range(metadata.num_row_groups):
        group = metadata.row_group(i)
        places = group.column(0).statistics
        if places.min[:2] == places.max[:2] == "65":
            groups += 1
            continue
        for c in range(group.num_columns):
            column = group.column(c)
            start = column.dictionary_page_offset or column.data_page_offset
            content[start : start + column.total_compressed_size] = bytes(column.total_compressed_size)
    assert (groups, metadata.num_row_groups) == (1, 5)
    spliced.write_bytes(content)
    query = f"select count(*), min(name), sum(year) from read_parquet('{spliced}') where ref_area >= '65' and ref_area < '66'"
    assert duckdb.sql(query).fetchone() == (100, "name 7000", 100 * 2009.5)
    assert pq.read_table(spliced, filters=[("ref_area", ">=", "65")]).num_rows == 100
    assert pl.scan_parquet(spliced).filter(pl.col("ref_area") >= "65").collect().height == 100
    with pytest.raises(duckdb.Error):
        duckdb.sql(f"select sum(hash(t)) from read_parquet('{spliced}') as t").fetchall()


def test_every_offset_leads_to_what_it_says(
    database: duckdb.DuckDBPyConnection, spliced: Path, parts: dict[TablePart, ParquetPart]
) -> None:
    """Page by page: the bytes at each offset are those of the part's own file; statistics are the same."""
    metadata, group = pq.read_metadata(spliced), 0
    content = spliced.read_bytes()
    query = "select * from parquet_metadata('{}') order by row_group_id, column_id"
    whole = database.execute(query.format(spliced)).pl()
    for part in parts.values():
        mine, theirs = part.file.read_bytes(), pq.read_metadata(part.file)
        for i in range(theirs.num_row_groups):
            for c in range(theirs.num_columns):
                one, two = metadata.row_group(group).column(c), theirs.row_group(i).column(c)
                assert one.statistics == two.statistics
                assert one.has_dictionary_page == two.has_dictionary_page
                for at, there in (
                    (one.data_page_offset, two.data_page_offset),
                    (one.dictionary_page_offset, two.dictionary_page_offset),
                ):
                    if there:
                        assert content[at : at + 40] == mine[there : there + 40]
            group += 1
        own = database.execute(query.format(part.file)).pl()
        here = whole.slice((group - theirs.num_row_groups) * theirs.num_columns, own.height)
        for one, two in zip(here["bloom_filter_offset"], own["bloom_filter_offset"], strict=True):
            assert (one is None) == (two is None)
            if two:
                assert content[one : one + 40] == mine[two : two + 40]
    assert group == metadata.num_row_groups
    assert whole["bloom_filter_offset"].is_not_null().any()


def test_parts_of_an_earlier_file_give_the_same_bytes(
    spliced: Path, parts: dict[TablePart, ParquetPart], tmp_path: Path
) -> None:
    there = parts_of(spliced)
    assert list(there) == list(parts)
    assert [part.rows for part in there.values()] == [500, 6500, 100]
    for anew in (*PROVINCES, None):
        again = tmp_path / f"again-{anew}.parquet"
        mixed = {part: parts[part] if part.name == anew else found for part, found in there.items()}
        put_together(again, mixed.items())
        assert again.read_bytes() == spliced.read_bytes()


def test_a_province_goes_and_another_comes(
    database: duckdb.DuckDBPyConnection, spliced: Path, parts: dict[TablePart, ParquetPart], tmp_path: Path
) -> None:
    there = parts_of(spliced)
    without = tmp_path / "without.parquet"
    put_together(without, [(part, found) for part, found in there.items() if part.name != "33"])
    assert pl.read_parquet(without)["ref_area"].str.slice(0, 2).unique().sort().to_list() == ["11", "65"]
    kept = parts_of(without)
    back = tmp_path / "back.parquet"
    put_together(back, [(p, parts[p] if p.name == "33" else kept[p]) for p in parts])
    assert back.read_bytes() == spliced.read_bytes()


def test_a_part_without_rows_takes_no_place(
    database: duckdb.DuckDBPyConnection, parts: dict[TablePart, ParquetPart], tmp_path: Path
) -> None:
    empty = whole_file(written(database, tmp_path / "empty.parquet", "false"))
    file = tmp_path / "with_empty.parquet"
    assert put_together(file, [(province("00"), empty), *parts.items()]) == 7100
    assert pl.read_parquet(file).height == duckdb.sql(f"from '{file}'").count("*").fetchall()[0][0] == 7100
    assert parts_of(file)[province("00")].rows == 0


@pytest.mark.parametrize(
    "columns", ["* exclude nothing", "year, * exclude year", "* replace (value::float as value)"]
)
def test_parts_with_other_columns_are_refused(
    database: duckdb.DuckDBPyConnection, parts: dict[TablePart, ParquetPart], tmp_path: Path, columns: str
) -> None:
    other = whole_file(written(database, tmp_path / "other.parquet", columns=columns))
    with pytest.raises(ParquetFileError, match=r"other\.parquet has other columns or another writer"):
        put_together(tmp_path / "new.parquet", [*parts.items(), (province("99"), other)])


def test_a_file_of_another_writer_is_refused(parts: dict[TablePart, ParquetPart], tmp_path: Path) -> None:
    pq.write_table(pq.read_table(parts[province("11")].file), tmp_path / "arrow.parquet")
    arrow = whole_file(tmp_path / "arrow.parquet")
    with pytest.raises(ParquetFileError, match="another writer"):
        put_together(tmp_path / "new.parquet", [*parts.items(), (province("99"), arrow)])


def test_nothing_to_put_together_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParquetFileError, match="has no parts"):
        put_together(tmp_path / "new.parquet", [])


@pytest.mark.parametrize("left", [0, 3, 7, 11, 12, 3000, -9, -1])
def test_a_file_that_is_cut_off_is_refused(spliced: Path, left: int) -> None:
    content = spliced.read_bytes()
    spliced.write_bytes(content[:left])
    for read in (parts_of, whole_file):
        with pytest.raises(ParquetFileError, match="spliced"):
            read(spliced)


@pytest.mark.parametrize("step", [1, 7])
def test_no_damage_of_a_footer_does_worse_than_be_refused(spliced: Path, step: int, tmp_path: Path) -> None:
    """Any byte of it: it is refused, or what is put together from it has a footer that is read again."""
    good, start = spliced.read_bytes(), read_footer(spliced).start
    refused = 0
    for at in range(start + step, len(good), 61):
        spliced.write_bytes(good[:at] + bytes([good[at] ^ (255 if step == 1 else 13)]) + good[at + 1 :])
        file = tmp_path / f"{at}.parquet"
        try:
            found = parts_of(spliced) or {province("00"): whole_file(spliced)}
            put_together(file, found.items())
            read_footer(file)
        except (ParquetFileError, CutOffError):
            refused += 1
        file.unlink(missing_ok=True)
    assert refused


def test_parts_that_are_not_all_of_the_file_are_refused(spliced: Path) -> None:
    footer = read_footer(spliced)
    said = json.loads(footer.texts[PARTS])
    assert [entry[0] for entry in said] == list(PROVINCES)
    content = spliced.read_bytes()[: footer.start]
    for wrong in (said[1:], [[*said[0][:3], said[0][3] - 1], *said[1:]], [said[0][:2]], {"11": 1}, 7):
        texts = {PARTS: json.dumps(wrong)}
        spliced.write_bytes(
            content + packed_footer(Footer(footer.fields, footer.row_groups, texts, footer.start))
        )
        with pytest.raises(ParquetFileError, match="parts"):
            parts_of(spliced)


def test_a_file_that_was_written_at_once_has_no_parts(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert parts_of(written(database, tmp_path / "at_once.parquet")) == {}


@pytest.mark.parametrize(
    "columns", ["*", "ref_area, [{'a': 1, 'b': ['x']}] as deep, map {'k': 1.5::decimal(9, 2)} as m"]
)
def test_a_footer_comes_out_as_it_went_in(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, columns: str
) -> None:
    file = written(database, tmp_path / "any.parquet", columns=columns)
    footer = read_footer(file)
    assert packed_footer(footer) == file.read_bytes()[footer.start :]


def test_offsets_of_page_indexes_and_of_groups_are_moved(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """What pyarrow writes and DuckDB does not: indexes of pages, offsets and numbers of row groups."""
    file = tmp_path / "indexed.parquet"
    table = database.execute("from things").to_arrow_table()
    pq.write_table(table, file, row_group_size=3000, write_page_index=True)
    part = whole_file(file)
    # The same rows twice, the second time further on.
    twice = tmp_path / "twice.parquet"
    put_together(twice, [(province("11"), part), (province("33"), part)])
    content, size = twice.read_bytes(), part.size
    groups = read_footer(twice).row_groups
    for one, two in zip(groups[:3], groups[3:], strict=True):
        assert one.file_offset and two.file_offset == one.file_offset + size
        for first, second in zip(one.columns, two.columns, strict=True):
            for name in ("offset_index", "column_index"):
                at, there = (getattr(chunk, f"{name}_offset") for chunk in (second, first))
                length = getattr(first, f"{name}_length")
                assert at - there == size
                assert content[at : at + length] == content[there : there + length]
    read = pq.read_table(twice)
    assert read.slice(0, 7100).equals(table) and read.slice(7100).equals(table)
    assert pq.read_metadata(twice).row_group(0).column(0).has_offset_index


def test_row_groups_that_have_a_number_are_numbered_anew(spliced: Path, tmp_path: Path) -> None:
    footer = read_footer(spliced)
    for group in footer.row_groups:
        group.ordinal = 0
    spliced.write_bytes(spliced.read_bytes()[: footer.start] + packed_footer(footer))
    numbered = tmp_path / "numbered.parquet"
    put_together(numbered, parts_of(spliced).items())
    assert [group.ordinal for group in read_footer(numbered).row_groups] == [0, 1, 2, 3, 4]
    assert pq.read_table(numbered).num_rows == 7100


def test_columns_of_other_files_are_not_moved(parts: dict[TablePart, ParquetPart]) -> None:
    (group,) = parts[province("11")].row_groups
    group.columns[1].file_path = b"elsewhere.parquet"
    with pytest.raises(ParquetFileError, match="another file: b'elsewhere"):
        moved(group, 5, 0)


def test_what_is_not_known_of_the_format_is_refused_not_lost(
    spliced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field that a later version of the format may have, as if there were no Bloom filters as yet."""
    monkeypatch.setattr(ColumnMetaData, "thrift_spec", ColumnMetaData.thrift_spec[:14])
    declared = list(ColumnChunk.thrift_spec)
    declared[3] = (3, 12, "meta_data", [ColumnMetaData, ColumnMetaData.thrift_spec], None)
    monkeypatch.setattr(ColumnChunk, "thrift_spec", tuple(declared))
    columns = (1, 15, "columns", (12, [ColumnChunk, ColumnChunk.thrift_spec], False), None)
    monkeypatch.setattr(RowGroup, "thrift_spec", (None, columns, *RowGroup.thrift_spec[2:]))
    with pytest.raises(ParquetFileError, match="more than is known"):
        read_footer(spliced)


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "encrypted.parquet"
    with duckdb.connect() as database:
        database.execute("set force_mbedtls_unsafe = 'true'")
        database.execute("pragma add_parquet_key('key', '0123456789112345')")
        database.execute(
            f"copy (select 1) to '{file}' (format parquet, encryption_config {{footer_key: 'key'}})"
        )
    with pytest.raises(ParquetFileError):
        read_footer(file)


def test_a_part_with_fewer_bytes_than_it_should_have_is_refused(
    parts: dict[TablePart, ParquetPart], tmp_path: Path
) -> None:
    last = parts[province("65")]
    os.truncate(last.file, last.size // 2)
    with pytest.raises(CutOffError, match=r"65\.parquet ends .* bytes too early"):
        put_together(tmp_path / "new.parquet", parts.items())


def test_bytes_are_copied_where_the_kernel_can_not(
    spliced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object) -> int:
        raise OSError("not between these file systems")

    monkeypatch.setattr(os, "copy_file_range", refuse)
    good = spliced.read_bytes()
    for start, size in ((0, None), (100, 2_000), (0, len(good))):
        with (tmp_path / "copy").open("wb") as writing:
            writing.write(b"before")
            copy_bytes(spliced, writing, start, size)
            writing.write(b"after")
        end = len(good) if size is None else start + size
        assert (tmp_path / "copy").read_bytes() == b"before" + good[start:end] + b"after"
