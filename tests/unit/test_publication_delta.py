"""A publication of what changed is the one of everything: the same name, the same bytes, the same rows."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publication import changed_tables, parquet_files, parts
from pipelines.publication import delta as planning
from pipelines.publication import publish as publishing
from pipelines.publication.package import PACKAGE
from pipelines.publication.parquet_files import WrittenFile
from pipelines.publication.provenance import Provenance
from pipelines.publication.publish import Publication, publish
from pipelines.publication.tables import DATABASE
from pipelines.publication.unchanged import last_publication
from pipelines.publication.version_manifest import read_version_manifest
from pipelines.publication.versions import current_version, is_whole, put_back
from pipelines.warehouse import note_left
from tests.unit.reports_warehouse import Figures, Reports, manifest

GDP, STATIONS = "gdp", "stations"
LOOKUPS = ("ids.fact", "ids.statement", "ids.target")


def figures(number: float, about: str | None) -> Figures:
    return ((GDP, number, about), ("jobs", number / 2, about), ("grain", number + 1, None))


@pytest.fixture
def small_tables_count(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = planning.delta_rules().model_copy(update={"compared_by_place_from": 10, "most_documents": 0.5})
    for module in (planning, changed_tables):
        monkeypatch.setattr(module, "delta_rules", lambda: rules)
    small_parts = parts.part_rules().model_copy(update={"most_rows": 4})
    monkeypatch.setattr(parts, "part_rules", lambda: small_parts)


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    """Twenty reports of ten places; one name stands in four of them."""
    made = {
        f"{place}-{year}": (str(place), figures(place + year, str(place)))
        for place in range(110000, 120000, 1000)
        for year in (2024, 2025)
    }
    for name in list(made)[:4]:
        place, said = made[name]
        made[name] = (place, (*said, (STATIONS, 3, place)))
    return Reports(tmp_path / "build" / "warehouse.duckdb", made)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


def checks_of(version: Path) -> set[str]:
    """The checks that are done of a first version too."""
    made = read_version_manifest(version)
    assert made is not None
    return {check.name for check in made.checks if not check.name.endswith(".not_emptied")}


class Publisher:
    """Publishes a build database, and says how it was done."""

    def __init__(self, reports: Reports, published: Path, log: pytest.LogCaptureFixture) -> None:
        self.reports, self.published, self.log = reports, published, log
        self.record = reports.database.with_name("published.json")

    def go(self, **given: Any) -> tuple[Publication, str]:
        """What came of it, and what was said of how."""
        self.log.clear()
        with self.log.at_level(logging.INFO, "pipelines.publication.publish"):
            done = publish(self.reports.database, manifest(), self.published, record=self.record, **given)
        return done, "\n".join(record.getMessage() for record in self.log.records)

    def current(self) -> Path:
        version = current_version(self.published)
        assert version is not None
        return version

    def compare(self, tmp_path: Path, done: Publication) -> None:
        """Hold what readers have against a publication of everything into an empty folder."""
        whole = publish(self.reports.database, manifest(), tmp_path / f"whole-{done.version}")
        other = current_version(tmp_path / f"whole-{done.version}")
        assert other is not None
        assert (done.version, done.rows) == (whole.version, whole.rows)
        assert (self.current() / PACKAGE).read_bytes() == (other / PACKAGE).read_bytes()
        assert checks_of(self.current()) == checks_of(other)
        assert is_whole(self.current())
        with duckdb.connect() as database:
            database.execute(f"attach '{self.current()}/warehouse.duckdb' as ours (read_only)")
            database.execute(f"attach '{other}/warehouse.duckdb' as theirs (read_only)")
            for table in (*whole.rows, *LOOKUPS):
                name = table if "." in table else f"main.{table}"
                one, two = f"from ours.{name}", f"from theirs.{name}"
                for left, right in ((one, two), (two, one)):
                    assert database.execute(f"{left} except all {right}").fetchall() == [], table
            described = (
                "select table_name, column_name, data_type, is_nullable, comment from duckdb_columns()"
                " where database_name = '{}' order by all"
            )
            assert (
                database.execute(described.format("ours")).fetchall()
                == database.execute(described.format("theirs")).fetchall()
            )
        # The number of the file format: it decides which clients open the file.
        assert (self.current() / DATABASE).read_bytes()[12:20] == (other / DATABASE).read_bytes()[12:20]


@pytest.fixture
def publisher(
    reports: Reports, published: Path, caplog: pytest.LogCaptureFixture, small_tables_count: None
) -> Publisher:
    reports.database.parent.mkdir()
    reports.build(whole=True)
    publisher = Publisher(reports, published, caplog)
    _, said = publisher.go()
    assert said == "all tables are copied: it is not known what readers have"
    return publisher


Edit = Callable[[dict[str, tuple[str, Figures]]], Any]


def new(reports: dict[str, tuple[str, Figures]]) -> None:
    reports["130000-2026"] = ("130000", figures(7, "130000"))


def changed(reports: dict[str, tuple[str, Figures]]) -> None:
    reports["112000-2024"] = ("112000", (*figures(5, "112000"), ("ports", 1, "115000")))


def no_longer_about_another(reports: dict[str, tuple[str, Figures]]) -> None:
    changed(reports)
    reports["112000-2024"] = ("112000", figures(5, "112000"))


def removed(reports: dict[str, tuple[str, Figures]]) -> None:
    del reports["114000-2025"]


def all_of_a_place_removed(reports: dict[str, tuple[str, Figures]]) -> None:
    del reports["119000-2024"], reports["119000-2025"]


def moved(reports: dict[str, tuple[str, Figures]]) -> None:
    reports["116000-2024"] = ("117000", figures(9, "117000"))


def sector_of_all_places(reports: dict[str, tuple[str, Figures]]) -> None:
    reports["118000-2026"] = ("118000", ((STATIONS, 1, "118000"),))


@pytest.mark.parametrize(
    ("edits", "at_once"),
    [
        ([new, changed, no_longer_about_another], False),
        ([all_of_a_place_removed, sector_of_all_places], False),
        ([new, sector_of_all_places, removed, moved], False),
        ([new, sector_of_all_places, removed, moved], True),
    ],
    ids=lambda given: "+".join(edit.__name__ for edit in given) if isinstance(given, list) else str(given),
)
def test_what_changed_is_published_as_if_all_were(
    publisher: Publisher, reports: Reports, tmp_path: Path, edits: list[Edit], at_once: bool
) -> None:
    versions = {publisher.current().name}
    for number, edit in enumerate(edits, 1):
        edit(reports.reports)
        reports.build()
        if at_once and number < len(edits):
            continue
        done, said = publisher.go()
        assert said.startswith("copied for "), said
        assert done.changed
        publisher.compare(tmp_path, done)
        versions.add(done.version)
    assert len(versions) > 1


@pytest.mark.parametrize("rule", ["small tables are compared as one", "many places changed"])
def test_more_rows_may_be_replaced_than_changed(
    publisher: Publisher, reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    if rule == "many places changed":
        monkeypatch.setattr(changed_tables, "_MOST_NARROWED", 0)
    else:
        rules = changed_tables.delta_rules().model_copy(update={"compared_by_place_from": 2000})
        monkeypatch.setattr(changed_tables, "delta_rules", lambda: rules)
    for edit in (changed, all_of_a_place_removed):
        edit(reports.reports)
        reports.build()
        done, said = publisher.go()
        assert said.startswith("copied for "), said
        publisher.compare(tmp_path, done)


def test_what_did_not_change_is_the_same_file(publisher: Publisher, reports: Reports) -> None:
    before = publisher.current()
    new(reports.reports)
    reports.build()
    _, said = publisher.go()
    assert said.startswith("copied for 1 changed documents")
    same = {
        file.stem
        for file in (publisher.current() / "parquet").iterdir()
        if file.samefile(before / "parquet" / file.name)
    }
    assert same == {"dim_indicators"}
    reports.build()
    done, said = publisher.go()
    assert said.startswith("copied for 0 changed documents")
    assert not done.changed


def test_rows_stand_in_order_again_when_many_stand_behind(
    publisher: Publisher, reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def facts() -> tuple[list[Any], int]:
        known = last_publication(publisher.record)
        assert known is not None
        with duckdb.connect(str(publisher.current() / "warehouse.duckdb"), read_only=True) as database:
            return (
                database.execute("select ref_area from fct_indicators").fetchall(),
                known.appended.get("fct_indicators", 0),
            )

    places, appended = facts()
    assert (places == sorted(places), appended) == (True, 0)
    changed(reports.reports)
    reports.build()
    publisher.go()
    places, appended = facts()
    # Two places: that of the report, and the one that it speaks about.
    assert (places == sorted(places), appended) == (False, 5)
    removed(reports.reports)
    reports.build()
    rules = changed_tables.delta_rules().model_copy(update={"most_appended_rows": 6})
    monkeypatch.setattr(changed_tables, "delta_rules", lambda: rules)
    done, said = publisher.go()
    assert said.startswith("copied for 1 ")
    places, appended = facts()
    assert (places == sorted(places), appended) == (True, 0)
    publisher.compare(tmp_path, done)


def rewritten(publisher: Publisher) -> None:
    file = publisher.current() / "warehouse.duckdb"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes())


def rotten(name: str) -> Callable[[Publisher], None]:
    def rot(publisher: Publisher) -> None:
        file = publisher.current() / name
        times = file.stat()
        file.chmod(0o644)
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 255
        file.write_bytes(content)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    rot.__name__ = f"rotten {name}"
    return rot


def written_by_another(publisher: Publisher) -> None:
    with duckdb.connect(str(publisher.reports.database)) as database:
        database.execute("update agg_values set value = 0")


def all_built(publisher: Publisher) -> None:
    publisher.reports.build(whole=True)


def most_changed(publisher: Publisher) -> None:
    for name, (place, said) in list(publisher.reports.reports.items())[:15]:
        publisher.reports.reports[name] = (place, said[:1])
    publisher.reports.build()


def column_added(publisher: Publisher) -> None:
    with duckdb.connect(str(publisher.reports.database)) as database:
        database.execute("alter table fct_target_evidence alter verdict type decimal(30, 3)")
    note_left(publisher.reports.database)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (rewritten, "all tables are copied: the version that readers see is not the one published last"),
        (rotten("warehouse.duckdb"), "warehouse.duckdb is damaged: its bytes are not those"),
        (written_by_another, "all tables are copied: another program wrote the build database"),
        (all_built, "all tables are copied: all rows were built since"),
        (most_changed, "documents changed"),
        (column_added, "fct_target_evidence has other columns than in version"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_what_is_not_known_is_published_whole(
    publisher: Publisher, reports: Reports, tmp_path: Path, fault: Callable[[Publisher], None], reason: str
) -> None:
    new(reports.reports)
    reports.build()
    fault(publisher)
    done, said = publisher.go()
    assert reason in said and said.startswith("all tables are copied")
    publisher.compare(tmp_path, done)


@pytest.mark.parametrize("table", ["dim_indicators", "fct_indicators"])
def test_a_damaged_file_is_not_taken_over(
    publisher: Publisher, reports: Reports, tmp_path: Path, table: str
) -> None:
    new(reports.reports)
    reports.build()
    rotten(f"parquet/{table}.parquet")(publisher)
    done, said = publisher.go()
    assert f"{table}.parquet is damaged" in said
    publisher.compare(tmp_path, done)


def test_parts_without_a_change_are_taken_over(
    publisher: Publisher, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, WrittenFile] = {}
    write = changed_tables.write_parquet_files
    monkeypatch.setattr(
        changed_tables, "write_parquet_files", lambda *given: written.update(write(*given)) or written
    )
    changed(reports.reports)
    reports.build()
    publisher.go()
    facts = written["fct_indicators"]
    # The place of the report, and the one that it speaks about.
    assert {part.name for part in facts.new} == {"112", "115"}
    assert len(facts.parts) == 10


def test_other_code_copies_all(publisher: Publisher, reports: Reports, tmp_path: Path) -> None:
    new(reports.reports)
    reports.build()
    _, said = publisher.go(made_from=Provenance(dbt_project="another"))
    assert said == "all tables are copied: the code that publishes, the dbt project, dbt or DuckDB changed"


def test_after_a_rollback_all_is_copied(publisher: Publisher, reports: Reports, tmp_path: Path) -> None:
    first = publisher.current().name
    new(reports.reports)
    reports.build()
    publisher.go()
    put_back(publisher.published, first)
    changed(reports.reports)
    reports.build()
    done, said = publisher.go()
    assert said.startswith(
        "all tables are copied: the version that readers see is not the one published last"
    )
    publisher.compare(tmp_path, done)


def test_content_that_was_there_before_is_gone_on_from_rightly(
    publisher: Publisher, reports: Reports, tmp_path: Path
) -> None:
    first, before = publisher.current().name, dict(reports.reports)
    changed(reports.reports)
    reports.build()
    publisher.go()
    reports.reports = before
    reports.build()
    back, said = publisher.go()
    # The file of the first publication is used again: what was noted of the other one is not of this one.
    assert said.startswith("copied for 1") and back.version == first
    moved(reports.reports)
    reports.build()
    done, said = publisher.go()
    assert said == "all tables are copied: all rows were built since"
    publisher.compare(tmp_path, done)


@pytest.mark.parametrize("damage", ["parquet", "rows", "twice", "ids"])
def test_what_went_wrong_on_the_way_is_published_whole(
    publisher: Publisher, reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    new(reports.reports)
    reports.build()
    rows_to_write = parquet_files.rows_to_write
    check = publishing.check_changed_version

    def wrong_rows(wanted: Any, part: Any) -> str:
        query = rows_to_write(wanted, part)
        if wanted.model.name != "fct_indicators" or not wanted.earlier:
            return query
        return query.replace("select *", "select * replace (value * 2 as value)")

    def damaged(database: Any, root: Path, *given: Any) -> Any:
        done = {
            "rows": "update fct_indicators set value = -1 where ref_area = '130000'",
            "twice": "update fct_indicators set fact_id = '110000gdp' where ref_area = '130000'",
            "ids": "update ids.fact set ref_area = '110000' where ref_area = (select max(ref_area) from ids.fact)",
        }
        with duckdb.connect(str(root / "warehouse.duckdb")) as file:
            file.execute(done[damage])
        return check(database, root, *given)

    with monkeypatch.context() as patched:
        if damage == "parquet":
            patched.setattr(parquet_files, "rows_to_write", wrong_rows)
        else:
            patched.setattr(publishing, "check_changed_version", damaged)
        done, said = publisher.go()
    assert said.startswith("all tables are copied, because those that changed could not be replaced")
    expected = {
        "parquet": "fct_indicators.parquet: rows of 13: a value is not the one",
        "rows": "fct_indicators.rows: a value is not the one",
        "ids": "fct_indicators.ids: ids.fact does not lead to the rows",
        "twice": "fct_indicators.grain: more than one row with fact_id=110000gdp",
    }
    assert expected[damage] in said
    publisher.compare(tmp_path, done)


def test_an_interrupted_one_leaves_what_readers_have(
    publisher: Publisher, reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = publisher.current()
    new(reports.reports)
    reports.build()

    def interrupted(*given: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "check_changed_version", interrupted)
        with pytest.raises(KeyboardInterrupt):
            publisher.go()
    assert publisher.current() == before and is_whole(before)
    assert [path.name for path in before.parent.iterdir()] == [before.name]
    done, said = publisher.go()
    assert said.startswith("copied for 1 ")
    publisher.compare(tmp_path, done)
