"""Parquet files of a version are written from its DuckDB file: the same bytes with an earlier version and without."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines.publication import parts
from pipelines.publication.catalog import PublishedColumn, PublishedModel
from pipelines.publication.earlier_files import DamagedFileError
from pipelines.publication.parquet_files import FileToWrite, WrittenFile, write_parquet_files
from pipelines.publication.parquet_footer import ParquetFileError
from pipelines.publication.parquet_parts import parts_of
from pipelines.publication.parts import WHOLE_TABLE, TablePart
from pipelines.publication.sums import write_sums
from pipelines.publication.tables import DATABASE, parquet_file

TABLE = PublishedModel(
    name="fct_things",
    description="",
    columns=tuple(PublishedColumn(name, "", False, ()) for name in ("fact_id", "ref_area", "value")),
    grain=("fact_id",),
    primary_key=("fact_id",),
    foreign_keys=(),
)
Rows = Mapping[str | None, int]
BEFORE: Rows = {"110000": 30, "330100": 80, "330200": 70, "650000": 20, None: 5}


@pytest.fixture(autouse=True)
def a_hundred_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = parts.part_rules().model_copy(update={"most_rows": 100})
    monkeypatch.setattr(parts, "part_rules", lambda: rules)


def version(folder: Path, rows: Rows, *, appended: str = "") -> Path:
    """A version's folder with the DuckDB file alone; rows of a place that was appended stand behind the others."""
    (folder / "parquet").mkdir(parents=True)
    with duckdb.connect(str(folder / DATABASE)) as database:
        database.execute("create table fct_things (fact_id varchar, ref_area varchar, value integer)")
        for behind in (False, True):
            for place, count in rows.items():
                if (place == appended) is behind:
                    database.execute(
                        "insert into fct_things select concat(?::varchar, '-', printf('%04d', i)), ?, i * 7 % 11"
                        " from range(?) as r(i)",
                        [place, place, count],
                    )
        if not appended:
            database.execute("create table sorted as from fct_things order by ref_area, fact_id")
            database.execute("drop table fct_things")
            database.execute("alter table sorted rename to fct_things")
    return folder


def published(folder: Path, rows: Rows) -> tuple[Path, WrittenFile]:
    """A version of which all was written, with its sums."""
    root = version(folder, rows)
    (written,) = write_parquet_files(root, [FileToWrite(TABLE)]).values()
    write_sums(root)
    return root, written


def names(among: frozenset[TablePart]) -> set[str | None]:
    return {part.name for part in among}


def test_a_big_table_is_written_in_parts(tmp_path: Path) -> None:
    root, written = published(tmp_path / "one", BEFORE)
    assert {part.name: rows for part, rows in written.parts.items()} == {
        "1": 30,
        "3301": 80,
        "3302": 70,
        "6": 20,
        None: 5,
    }
    assert written.new == written.parts.keys()
    assert pq.read_metadata(parquet_file(root, TABLE)).num_row_groups == 5
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_small_table_is_one_part(tmp_path: Path) -> None:
    root, written = published(tmp_path / "one", {"110000": 60, None: 40})
    assert written.parts == {WHOLE_TABLE: 100}
    assert parts_of(parquet_file(root, TABLE)) == {}


@pytest.mark.parametrize(
    ("after", "appended", "anew"),
    [
        pytest.param({**BEFORE, "330100": 81}, "330100", {"3301"}, id="rows of a place"),
        pytest.param({**BEFORE, "370000": 1}, "370000", {"37"}, id="first row of a province"),
        pytest.param({**BEFORE, "100000": 1}, "100000", {"1"}, id="first place of all"),
        pytest.param({**BEFORE, "650000": 0}, "650000", set(), id="a province goes"),
        pytest.param({**BEFORE, "330100": 10}, "330100", {"3"}, id="two parts become one"),
        pytest.param({**BEFORE, "110000": 90, "120000": 20}, "120000", {"11", "12"}, id="one becomes two"),
        pytest.param({**BEFORE, None: 0}, "", set(), id="rows without a place go"),
        pytest.param({"330100": 90}, "330100", {""}, id="little is left"),
    ],
)
def test_what_changed_gives_the_bytes_of_the_whole(
    tmp_path: Path, after: Rows, appended: str, anew: set[str]
) -> None:
    earlier, _ = published(tmp_path / "earlier", BEFORE)
    whole, _ = published(tmp_path / "whole", after)
    root = version(tmp_path / "root", after, appended=appended)
    changed = frozenset(
        place for place in BEFORE.keys() | after.keys() if BEFORE.get(place, 0) != after.get(place, 0)
    )
    wanted = FileToWrite(TABLE, in_order=not appended, earlier=earlier, changed=changed)
    (written,) = write_parquet_files(root, [wanted]).values()
    assert parquet_file(root, TABLE).read_bytes() == parquet_file(whole, TABLE).read_bytes()
    assert names(written.new) == anew
    assert written.rows == sum(after.values())


def test_a_table_that_becomes_big_is_divided(tmp_path: Path) -> None:
    small: Rows = {"110000": 60, "330100": 20}
    big: Rows = {"110000": 60, "330100": 50}
    earlier, _ = published(tmp_path / "earlier", small)
    whole, _ = published(tmp_path / "whole", big)
    root = version(tmp_path / "root", big)
    wanted = FileToWrite(TABLE, earlier=earlier, changed=frozenset({"330100"}))
    (written,) = write_parquet_files(root, [wanted]).values()
    assert names(written.new) == {"1", "3"}
    assert parquet_file(root, TABLE).read_bytes() == parquet_file(whole, TABLE).read_bytes()


def test_parts_with_other_rows_than_the_table_are_not_taken_over(tmp_path: Path) -> None:
    earlier, _ = published(tmp_path / "earlier", BEFORE)
    root = version(tmp_path / "root", {**BEFORE, "330100": 81})
    with pytest.raises(ParquetFileError, match="it has 80 rows of 3301, there are 81"):
        write_parquet_files(root, [FileToWrite(TABLE, earlier=earlier, changed=frozenset({"110000"}))])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["earlier", "root"]


@pytest.mark.parametrize("damage", ["cut off", "another byte", "gone"])
def test_a_damaged_file_is_not_taken_from(tmp_path: Path, damage: str) -> None:
    earlier, _ = published(tmp_path / "earlier", BEFORE)
    file = parquet_file(earlier, TABLE)
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(content[: len(content) // 2] if damage == "cut off" else content)
    root = version(tmp_path / "root", {**BEFORE, "330100": 81})
    with pytest.raises((DamagedFileError, FileNotFoundError), match=r"fct_things\.parquet"):
        write_parquet_files(root, [FileToWrite(TABLE, earlier=earlier, changed=frozenset({"330100"}))])
