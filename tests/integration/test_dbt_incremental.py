"""What dbt builds for the places that changed is what it builds from nothing, row for row."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pytest
from lake_factory import Row, observation

from pipelines.build_changes import Plan, forget_build, note_built, plan_build
from pipelines.documents.add import add_document
from pipelines.lake.documents import read_documents_stage
from pipelines.lake.layout import single_file
from pipelines.lake.statements import read_statements_stage
from pipelines.paths import DBT_PROJECT_DIR, Paths
from pipelines.publication import changed_tables, delta, parts
from pipelines.publication.publish import publish
from pipelines.schemas import LAKE_TABLES, frame, write_parquet
from pipelines.warehouse import (
    DBT,
    dbt_environment,
    load_manifest,
    note_left,
    prepare_build_database,
    run_folder,
)
from tests.several_places import OWN_TEXTS

pytestmark = pytest.mark.integration

JIANGSU, ZHEJIANG, NINGBO, HUBEI, NATION = "320000", "330000", "330200", "420000", "100000"
STATIONS = "萤石驿站"
"""A name that no catalogue has: its sector is the one of most sections that it stands in."""

JIANGSU_2024 = f"""政府工作报告（示例文本）
一、2023年工作回顾
（一）生态文明建设取得新成效。{STATIONS}达到50个。
二、2024年目标任务
新增就业100万人以上。
"""
NINGBO_2026 = f"""政府工作报告（示例文本）
一、2025年工作回顾
全国粮食产量1.43万亿斤。地区生产总值增长4.9%。
（一）城市建设取得新进展。{STATIONS}达到30个。
二、2026年目标任务
（一）推进城市更新。地区生产总值增长5%—5.5%，{STATIONS}达到90个。
"""
NINGBO_2022 = """政府工作报告（示例文本）
一、2022年目标任务
地区生产总值增长6%以上。
"""
HUBEI_2025 = """政府工作报告（示例文本）
一、2024年工作回顾
地区生产总值增长5.8%。
二、2025年目标任务
地区生产总值增长6%左右。
"""
GDP: Row = {
    "indicator_text": "地区生产总值",
    "indicator_id": "gdp",
    "measure": "growth",
    "growth_basis": "yoy",
    "price_basis": "unstated",
    "unit": "percent",
    "unit_text": "%",
    "decimals": 1,
    "ref_area": ZHEJIANG,
    "vintage_date": date(2026, 1, 20),
    "source_kind": "bulletin",
}
LEVEL: Row = GDP | {
    "measure": "level",
    "growth_basis": None,
    "price_basis": "nominal",
    "unit": "yuan",
    "unit_text": "元",
    "decimals": 0,
}
IN_WRONG_UNIT = observation(4, year=2023, value=8.2, **LEVEL)
"""A level beside those of the reports, in 万亿元 by mistake."""
BEFORE = [
    observation(1, year=2025, value=5.5, **GDP),
    observation(2, year=2024, value=5.4, **GDP),
    IN_WRONG_UNIT,
]
AFTER = [observation(1, year=2025, value=5.3, **GDP), observation(3, year=2023, value=6.0, **GDP)]


@dataclass
class Warehouse:
    """A lake of some reports and figures, and the database that dbt builds from it."""

    paths: Paths
    work: Path
    observations: list[Row] = field(default_factory=list)

    def add(self, texts: Mapping[tuple[str, int], str]) -> None:
        for (code, year), text in texts.items():
            file = self.work / f"{code}-{year}.txt"
            file.write_text(text, encoding="utf-8")
            add_document(self.paths.raw, file, code, year, title=f"示例 {code} {year}")

    def fill_lake(self) -> None:
        read_documents_stage(self.paths)
        read_statements_stage(self.paths)
        for name, rows in (("observations", self.observations), ("quarantine", [])):
            model = LAKE_TABLES[name]
            write_parquet(model, frame(model, rows), single_file(self.paths.lake, name))

    def plan(self) -> Plan:
        """What has to be built, whatever the share of the documents."""
        prepare_build_database(self.paths)
        return plan_build(self.paths, most=10)

    def dbt(self, *, full: bool) -> None:
        folder = run_folder(self.paths)
        data = ("--resource-type", "seed", "--resource-type", "model")
        command = [str(DBT), "build", *data, "--target-path", str(folder), "--log-path", str(folder)]
        environment = os.environ | dbt_environment(self.paths) | {"DBT_PROFILES_DIR": str(DBT_PROJECT_DIR)}
        done = subprocess.run(
            [*command, *(["--full-refresh"] if full else [])],
            cwd=DBT_PROJECT_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def differences(self) -> dict[str, int]:
        """Table -> rows that only one of this database and one built from nothing has."""
        kept = self.work / "partial.duckdb"
        shutil.copyfile(self.paths.build_database, kept)
        forget_build(self.paths)
        self.dbt(full=True)
        found = {}
        with duckdb.connect() as database:
            database.execute(f"attach '{kept}' as kept (read_only)")
            database.execute(f"attach '{self.paths.build_database}' as anew (read_only)")
            tables = database.execute(
                "select schema_name, table_name from duckdb_tables()"
                " where database_name = 'anew' and schema_name in ('main', 'intermediate')"
            ).fetchall()
            assert len(tables) > 20
            for schema, table in tables:
                ours, theirs = (f'from {name}."{schema}"."{table}"' for name in ("kept", "anew"))
                ((rows,),) = database.execute(
                    f"select (select count(*) from (select * {ours} except all select * {theirs}))"
                    f" + (select count(*) from (select * {theirs} except all select * {ours}))"
                ).fetchall()
                if rows:
                    found[table] = rows
        shutil.copyfile(kept, self.paths.build_database)
        note_left(self.paths.build_database)
        return found

    def failed_tests(self, names: Sequence[str]) -> set[str]:
        """Those of some tests of dbt that fail now."""
        folder = run_folder(self.paths)
        environment = os.environ | dbt_environment(self.paths) | {"DBT_PROFILES_DIR": str(DBT_PROJECT_DIR)}
        command = [
            str(DBT),
            "test",
            "--select",
            *names,
            "--target-path",
            str(folder),
            "--log-path",
            str(folder),
        ]
        done = subprocess.run(
            command, cwd=DBT_PROJECT_DIR, env=environment, capture_output=True, text=True, check=False
        )
        results = json.loads((folder / "run_results.json").read_bytes())["results"]
        assert len(results) == len(names), done.stdout
        assert {result["status"] for result in results} <= {"pass", "fail"}, done.stdout
        return {result["unique_id"].split(".")[2] for result in results if result["status"] == "fail"}

    def change(self, *statements: str) -> None:
        with duckdb.connect(str(self.paths.build_database)) as database:
            for statement in statements:
                database.execute(statement)

    def publish(self, caplog: pytest.LogCaptureFixture) -> str:
        """Publish what was built, hold it against a publication of everything, and say how it was done."""
        note_left(self.paths.build_database)
        manifest = load_manifest(self.paths)
        caplog.clear()
        with caplog.at_level(logging.INFO, "pipelines.publication.publish"):
            record = self.work / "published.json"
            done = publish(self.paths.build_database, manifest, self.paths.published, record=record)
        whole = publish(self.paths.build_database, manifest, self.work / done.version)
        assert (done.version, done.rows) == (whole.version, whole.rows)
        with duckdb.connect() as database:
            for name, folder in (("ours", self.paths.published), ("theirs", self.work / done.version)):
                database.execute(f"attach '{folder / 'warehouse.duckdb'}' as {name} (read_only)")
            for table in done.rows:
                for one, two in (("ours", "theirs"), ("theirs", "ours")):
                    query = f"from {one}.main.{table} except all from {two}.main.{table}"
                    assert database.execute(query).fetchall() == [], table
        return caplog.text

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.paths.build_database), read_only=True) as database:
            return database.execute(sql).fetchall()


@pytest.fixture
def whatever_the_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish what changed only, however much that is of so few reports."""
    rules = delta.delta_rules().model_copy(update={"most_documents": 1.0, "compared_by_place_from": 10})
    for module in (delta, changed_tables):
        monkeypatch.setattr(module, "delta_rules", lambda: rules)
    small_parts = parts.part_rules().model_copy(update={"most_rows": 20})
    monkeypatch.setattr(parts, "part_rules", lambda: small_parts)


@pytest.mark.usefixtures("whatever_the_share")
def test_what_changed_is_built_as_if_all_were(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    warehouse = Warehouse(Paths(tmp_path / "raw", tmp_path / "data"), tmp_path, BEFORE)
    later = (ZHEJIANG, 2026)
    first = {key: text for key, text in OWN_TEXTS.items() if key != later}
    warehouse.add({**first, (JIANGSU, 2024): JIANGSU_2024, (HUBEI, 2025): HUBEI_2025})
    warehouse.fill_lake()
    plan = warehouse.plan()
    assert plan.reason == "no run before this one built all of the database"
    warehouse.dbt(full=True)
    note_built(warehouse.paths, plan, all_passed=True)
    assert warehouse.plan().is_done
    assert "all tables are copied" in warehouse.publish(caplog)
    sector = "select distinct sector from {} where indicator_key = '{}' and ref_area = '{}'"
    in_jiangsu = sector.format("fct_indicators", STATIONS, JIANGSU)
    assert warehouse.ask(in_jiangsu) == [("ecology",)]
    years = f"select min(year), max(year) from {{}} where ref_area = '{HUBEI}'"
    panels = [years.format(table) for table in ("fct_target_coverage", "rpt_panel_targets")]
    assert [warehouse.ask(panel) for panel in panels] == [[(2024, 2026)]] * 2

    # A report of the next year, which settles targets, one that speaks about the nation, and the first of all.
    warehouse.add({later: OWN_TEXTS[later], (NINGBO, 2026): NINGBO_2026, (NINGBO, 2022): NINGBO_2022})
    warehouse.fill_lake()
    plan = warehouse.plan()
    assert (plan.is_full, plan.is_done) == (False, False)
    assert plan.places == {ZHEJIANG, NINGBO, NATION}
    warehouse.dbt(full=False)
    note_built(warehouse.paths, plan, all_passed=True)
    assert "copied for 3 changed documents and 3 places only" in warehouse.publish(caplog)
    assert warehouse.differences() == {}
    # The place itself did not change, but most now put this name into another sector.
    assert warehouse.ask(in_jiangsu) == [("urban",)]
    # Nor did this place, but every place has a row for each year from the first to the last of all.
    assert [warehouse.ask(panel) for panel in panels] == [[(2022, 2026)]] * 2
    assert warehouse.ask("select distinct ref_area from rpt_magnitude_flags") == [(ZHEJIANG,)]

    # Figures of a place change, one goes, one comes; the report about the nation goes, as do two others.
    warehouse.observations = AFTER
    for report in ("330200-*/2026", "330200-*/2022", "320000-*/2026"):
        for file in warehouse.paths.raw.glob(f"reports/{report}.*"):
            file.unlink()
    warehouse.fill_lake()
    plan = warehouse.plan()
    assert not plan.is_full
    assert plan.places == {JIANGSU, ZHEJIANG, NINGBO, NATION}
    warehouse.dbt(full=False)
    assert "copied for 3 changed documents and 4 places only" in warehouse.publish(caplog)
    # It is not said that this run ended: whatever comes next builds everything.
    assert warehouse.differences() == {}
    assert warehouse.ask(f"select * from fct_indicators where ref_area in ('{NINGBO}', '{NATION}')") == []
    assert [warehouse.ask(panel) for panel in panels] == [[(2024, 2026)]] * 2
    assert warehouse.ask("select * from rpt_magnitude_flags") == []
    check_the_tests_of(warehouse)
    assert warehouse.plan().reason == "no run before this one built all of the database"


def check_the_tests_of(warehouse: Warehouse) -> None:
    """After a run for all places but Hubei: what its tests look at, and what those of all rows do."""
    listed, referred, unique, together = (
        "fct_indicators_in_closed_lists",
        "fct_indicators_foreign_keys",
        "unique_fct_indicators_fact_id",
        "fct_indicators_grain",
    )
    names = (listed, referred, unique, together)
    assert warehouse.failed_tests(names) == set()
    # A row that was tested before is not tested again; that its indicator is gone is seen all the same.
    warehouse.change(
        f"update fct_indicators set bound = 'no such' where ref_area = '{HUBEI}'",
        f"delete from dim_indicators where indicator_key in"
        f" (select indicator_key from fct_indicators where ref_area = '{HUBEI}')",
    )
    assert warehouse.failed_tests(names) == {referred}
    # A bad row of a place that changed, and one that is there twice.
    bad = f"from fct_indicators where ref_area = '{JIANGSU}' order by fact_id limit 1"
    warehouse.change(
        f"insert into fct_indicators {bad}",
        f"update fct_indicators set bound = 'no such' where fact_id = (select fact_id {bad})",
    )
    assert warehouse.failed_tests(names) == set(names)
    # In a run that builds everything, all rows are looked at.
    warehouse.change(f"delete from fct_indicators where ref_area = '{JIANGSU}'")
    forget_build(warehouse.paths)
    assert warehouse.failed_tests(names) == {listed, referred}
