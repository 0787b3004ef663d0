"""The query cookbook: every file runs on a published warehouse, and its answers are right."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.paths import PROJECT_ROOT, SEEDS_DIR
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration

FOLDER = PROJECT_ROOT / "docs" / "queries"
NAMES = sorted(path.stem for path in FOLDER.glob("*.sql"))

COLUMNS = {
    "01_headline_targets": """name_zh name_en measure obs_value obs_value_upper unit_measure bound modifier_text
        commitment commitment_text relative_to outcome source_kind source_text sentence_text target_id""",
    "02_promised_and_delivered": """indicator_text target_type set_year measure target_value target_value_upper
        target_bound actual_value actual_bound unit_measure outcome gap gap_share tolerance_rule settled_by_rule
        promised_by promised_in delivered_by delivered_in target_id""",
    "03_why_not_comparable": """ref_area year indicator_text measure target_value unit_measure bound
        outcome_reason evidence_reason evidence_measure evidence_growth_basis evidence_value
        evidence_unit_measure evidence_source_title target_id""",
    "04_vintages": """year vintage_date obs_value unit_measure bound obs_status source_kind source_title remark
        chosen_value change_from_chosen per_cent_from_chosen chosen_rule row_ref""",
    "05_which_figure_was_chosen": """measure target_type growth_basis obs_value unit_measure bound is_chosen
        chosen_rule obs_status source_kind vintage_date source_title candidate_count distinct_value_count""",
    "06_reconciliation": """ref_area year indicator_key measure target_type reconciliation reason reported_value
        reported_bound official_value unit_measure difference difference_share stated_year
        reported_source_title official_status official_source_title official_vintage_date""",
    "07_path_to_2030": """indicator_key measure actual_year actual_value actual_bound target_value target_bound
        unit_measure is_already_reached required_change required_growth required_price_basis
        growth_target_year growth_target growth_target_upper growth_target_compared_basis reading""",
    "08_coverage": """year headline coverage reading annual_target_count plan_target_count target_value
        target_value_upper unit_measure bound source_title""",
    "09_hardness_words": """target_type bound modifier_text commitment commitment_text target_count settled_count
        met_count met_within_tolerance_count missed_count share_met""",
    "10_places_compared": """year ref_area place_name_zh place_level gdp_growth_low gdp_growth_high
        gdp_growth_bound gdp_growth_modifier_text gdp_growth_commitment gdp_growth_coverage gdp_growth_outcome
        actual_growth distance settled_by_rule actual_source_title""",
    "11_sector_matrix": """sector name_zh actual_count baseline_count annual_target_count plan_target_count
        share_with_value target_count settled_count met_count share_met""",
    "12_ranks_and_streaks": """ref_area report_year year target_type indicator_text measure value unit_text bound
        rank_scope streak_years source_text sentence_text statement_id""",
    "13_trace_a_statement": """indicator_text measure value value_upper unit_text target_type char_start char_end
        source_text in_the_text before after sentence_text section_path rule_id inherited match_rule
        confidence file_path file_sha256 statement_id""",
    "14_rejected_numbers": "reason rule_id source_text around char_start char_end document_id",
    "15_files_taken_and_set_aside": "file_path taken_count line column_name reason_code reason hint",
    "16_readings_to_review": """review_rank review_reasons confidence indicator_text measure target_type year
        value unit_text source_text sentence_text rule_id inherited document_id statement_id""",
    "17_unmatched_names": """frequency_rank name_zh sector use_count nearest_id nearest_name similarity
        candidate_ids example_document_id example_sentence_text""",
    "18_sdmx_export": """DATAFLOW FREQ REF_AREA INDICATOR MEASURE TARGET_TYPE GROWTH_BASIS PRICE_BASIS RANK_SCOPE
        UNIT_MEASURE TIME_PERIOD OBS_VALUE OBS_VALUE_UPPER UNIT_MULT OBS_STATUS BOUND SOURCE_KIND SOURCE_TITLE
        VINTAGE_DATE""",
    "19_document_summary": """document_id title text_version char_count sentence_count statement_count
        actual_count baseline_count annual_target_count plan_target_count rejected_count catalogued_share
        per_thousand_characters average_confidence file_path""",
    "20_indicator_history": """measure year actual_value actual_bound actual_status actual_chosen_rule
        baseline_value annual_target_value annual_target_value_upper annual_target_bound plan_target_value
        plan_target_value_upper plan_target_bound unit_measure rank_scope""",
}

Row = dict[str, Any]
Ask = Callable[..., list[Row]]


def sql_of(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def run(warehouse: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = warehouse.execute(sql)
    columns = [column for column, *_ in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def ask(warehouse: duckdb.DuckDBPyConnection) -> Ask:
    """Run a query of the cookbook; what is asked about can be replaced, as a reader would."""

    def asked(name: str, **replaced: str) -> list[Row]:
        sql = sql_of(name)
        for column, value in replaced.items():
            sql, count = re.subn(rf"\S+ as {column}\b", f"{value} as {column}", sql, count=1)
            assert count == 1, column
        return run(warehouse, sql)

    return asked


@pytest.fixture
def count(warehouse: duckdb.DuckDBPyConnection) -> Callable[[str], int]:
    """How many rows a table or a condition on it has."""

    def counted(table: str) -> int:
        [[rows]] = warehouse.execute(f"select count(*) from {table}").fetchall()
        return int(rows)

    return counted


def only(rows: list[Row], **wanted: Any) -> Row:
    """The one row with these values."""
    found = [row for row in rows if wanted.items() <= row.items()]
    assert len(found) == 1, (wanted, rows)
    return found[0]


def test_the_cookbook_is_whole() -> None:
    assert list(COLUMNS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_query_returns_rows_of_its_columns(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    cursor = warehouse.execute(sql_of(name))
    assert [column for column, *_ in cursor.description or []] == COLUMNS[name].split()
    assert cursor.fetchone() is not None


@pytest.mark.parametrize("name", NAMES)
def test_every_query_says_how_to_read_it(name: str) -> None:
    head, _, sql = sql_of(name).partition("*/")
    _, english, chinese, _, *rest = head.split("\n")
    assert english.endswith(("?", "."))
    assert re.search("[一-鿿]{4}", chinese)
    said = "\n".join(rest)
    for word in ("Mart: ", "Grain: ", "Read: ", "Traps: "):
        assert word in said, word
    for mart in re.findall(r"(?:from|join) ((?:dim|fct|agg|rpt)_\w+)", sql):
        assert mart in said, mart


def test_the_list_of_questions_is_in_step_with_the_files() -> None:
    listed = re.findall(r"^\| \[(\w+)\]\((\w+)\.sql\) \| (.+) \|$", (FOLDER / "README.md").read_text(), re.M)
    assert [(name, name) for name in NAMES] == [(shown, file) for shown, file, _ in listed]
    for name, _, question in listed:
        assert question.replace("`", "") == sql_of(name).split("\n")[1]


def test_headline_targets_keep_bound_word_and_tie(ask: Ask) -> None:
    rows = ask("01_headline_targets")
    growth = only(rows, name_zh="地区生产总值", measure="growth")
    assert (growth["obs_value"], growth["obs_value_upper"], growth["bound"]) == (5.0, 5.5, "range")
    assert (growth["commitment"], growth["outcome"]) == ("plain", "pending")
    unemployment = only(rows, name_zh="城镇登记失业率")
    assert (unemployment["obs_value"], unemployment["bound"]) == (3.5, "at_most")
    assert unemployment["modifier_text"] == "以内"
    income = only(rows, relative_to="经济增长")
    assert income["obs_value"] is None


@pytest.mark.parametrize(
    ("indicator", "measure", "target", "actual", "outcome", "gap"),
    [
        ("地区生产总值", "level", 1.7e12, 1.87e12, "met", 1.7e11),
        ("地区生产总值", "growth", 5.5, 4.9, "missed", -0.6),
        ("常住人口城镇化率", "share", 80.0, 81.0, "met", 1.0),
        ("高新技术企业", "level", 6000.0, 10000.0, "met", 4000.0),
    ],
)
def test_promised_and_delivered(
    ask: Ask, indicator: str, measure: str, target: float, actual: float, outcome: str, gap: float
) -> None:
    row = only(ask("02_promised_and_delivered"), indicator_text=indicator, measure=measure)
    assert (row["target_value"], row["actual_value"], row["outcome"]) == (target, actual, outcome)
    assert row["gap"] == gap


def test_both_sides_of_an_outcome_are_quoted(ask: Ask, count: Callable[[str], int]) -> None:
    rows = ask("02_promised_and_delivered")
    assert all(row["promised_in"] and row["delivered_in"] for row in rows)
    urbanisation = only(rows, indicator_text="常住人口城镇化率")
    assert urbanisation["promised_in"].startswith("statistics/330200-ningbo/earlier_targets.csv:")
    assert "常住人口城镇化率超81%" in urbanisation["delivered_in"]
    assert urbanisation["actual_bound"] == "above"
    assert len(rows) == count("fct_target_outcomes where year = 2025 and is_settled")


def test_a_level_is_not_settled_by_a_growth_rate(ask: Ask) -> None:
    row = only(ask("03_why_not_comparable"), indicator_text="社会消费品零售总额")
    assert (row["outcome_reason"], row["target_value"]) == ("measure_differs", 6e11)
    assert (row["evidence_measure"], row["evidence_value"]) == ("growth", 4.7)


def test_vintages_stand_beside_the_figure_that_is_used(ask: Ask) -> None:
    rows = ask("04_vintages")
    revised = [row for row in rows if row["year"] == 2023]
    assert {(row["obs_value"], row["obs_status"]) for row in revised} == {
        (1.71466e12, "revised"),
        (1.64528e12, "preliminary"),
    }
    assert {row["chosen_value"] for row in revised} == {1.71466e12}
    restated = only(rows, year=2020, obs_value=1.31e12)
    assert (restated["change_from_chosen"], restated["per_cent_from_chosen"]) == (6.913e10, 5.57)
    assert restated["chosen_rule"] == "official_preliminary"


def test_one_figure_of_each_grain_is_chosen(ask: Ask) -> None:
    rows = ask("05_which_figure_was_chosen")
    levels = [row for row in rows if (row["measure"], row["target_type"]) == ("level", "actual")]
    chosen = only(levels, is_chosen=True)
    assert (chosen["obs_value"], chosen["chosen_rule"]) == (1.24087e12, "official_preliminary")
    assert len(levels) == chosen["candidate_count"]
    assert len({row["obs_value"] for row in levels}) == chosen["distinct_value_count"] == 2
    assert {row["chosen_rule"] for row in levels if not row["is_chosen"]} == {None}


def test_a_restated_base_differs_and_a_repeated_figure_agrees(ask: Ask) -> None:
    rows = ask("06_reconciliation")
    base = only(rows, indicator_key="gdp", year=2020, target_type="baseline")
    assert (base["reconciliation"], base["difference"]) == ("differs", 6.913e10)
    revenue = only(rows, indicator_key="general_budget_revenue", year=2020, target_type="baseline")
    assert (revenue["reconciliation"], revenue["difference"]) == ("agrees", 0.0)


def test_the_path_shows_both_growth_rates_and_does_not_compare_them(ask: Ask) -> None:
    gdp = only(ask("07_path_to_2030"), indicator_key="gdp")
    assert gdp["required_growth"] == pytest.approx(100 * ((2.6 / 1.87) ** (1 / 5) - 1), abs=1e-5)
    assert (gdp["growth_target"], gdp["growth_target_upper"]) == (5.0, 5.5)
    assert (gdp["required_price_basis"], gdp["growth_target_compared_basis"]) == ("nominal", "real")
    assert gdp["reading"] == "nominal against real: not comparable"


def test_coverage_never_calls_an_unknown_a_silence(ask: Ask) -> None:
    rows = ask("08_coverage")
    assert all(row["reading"] for row in rows)
    assert only(rows, year=2026, headline="cpi")["coverage"] == "stated"
    assert only(rows, year=2026, headline="income")["coverage"] == "relative"
    unread = only(rows, year=2025, headline="gdp_growth")
    assert (unread["coverage"], unread["target_value"]) == ("no_document", 5.5)
    assert unread["reading"].startswith("unknown")


def test_every_word_of_coverage_has_a_reading() -> None:
    with (SEEDS_DIR / "verdicts.csv").open(encoding="utf-8") as file:
        words = [row["code"] for row in csv.DictReader(file) if row["list_name"] == "coverage"]
    assert words
    assert re.findall(r"when '(\w+)' then", sql_of("08_coverage")) == words


def test_targets_by_hardness_word(ask: Ask, count: Callable[[str], int]) -> None:
    rows = ask("09_hardness_words")
    assert sum(row["target_count"] for row in rows) == count("fct_target_outcomes where bound is not null")
    above = only(rows, target_type="annual_target", bound="above", modifier_text=None)
    assert (above["settled_count"], above["missed_count"], above["share_met"]) == (1, 1, 0.0)
    around = only(rows, target_type="annual_target", modifier_text="左右", commitment="plain")
    assert around["target_count"] >= 5
    assert around["share_met"] is None


def test_places_compared(ask: Ask) -> None:
    rows = ask("10_places_compared")
    missed = only(rows, year=2025, ref_area="330200")
    assert (missed["gdp_growth_low"], missed["gdp_growth_high"]) == (5.5, None)
    assert (missed["gdp_growth_outcome"], missed["actual_growth"], missed["distance"]) == (
        "missed",
        4.9,
        -0.6,
    )
    pending = only(rows, year=2026, ref_area="330200")
    assert (pending["gdp_growth_low"], pending["gdp_growth_high"]) == (5.0, 5.5)
    assert (pending["gdp_growth_outcome"], pending["place_name_zh"]) == ("pending", "宁波市")


def test_the_sector_matrix_loses_nothing(ask: Ask, count: Callable[[str], int]) -> None:
    rows = ask("11_sector_matrix")
    kinds = ("actual", "baseline", "annual_target", "plan_target")
    assert sum(row[f"{kind}_count"] for row in rows for kind in kinds) == count("fct_indicator_statements")
    assert sum(row["target_count"] for row in rows) == count("fct_target_outcomes")
    assert sum(row["settled_count"] for row in rows) == count("fct_target_outcomes where is_settled")
    assert only(rows, sector="macro")["settled_count"] >= 2


def test_ranks_keep_their_field_and_their_years(ask: Ask) -> None:
    rows = ask("12_ranks_and_streaks")
    port = only(rows, streak_years=17)
    assert (port["value"], port["rank_scope"], port["source_text"]) == (1.0, "全球", "第一")
    gdp = only(rows, source_text="第11位")
    assert (gdp["value"], gdp["rank_scope"], gdp["streak_years"]) == (11.0, "全国城市", None)


def test_a_statement_leads_back_to_its_characters(ask: Ask, specimen: Path) -> None:
    text = specimen.read_text(encoding="utf-8")
    [growth] = ask("13_trace_a_statement")
    assert growth["in_the_text"] == growth["source_text"] == "5%-5.5%"
    assert text[growth["char_start"] : growth["char_end"]] == "5%-5.5%"
    assert growth["before"] + growth["in_the_text"] + growth["after"] in text
    assert growth["before"].endswith("地区生产总值增长")


def test_rejected_numbers_have_reasons_and_surroundings(ask: Ask, count: Callable[[str], int]) -> None:
    rows = ask("14_rejected_numbers")
    assert len(rows) == count("fct_rejected_candidates")
    assert all(row["source_text"] in row["around"] for row in rows)
    assert only(rows, source_text="12345")["reason"] == "slogan"
    assert only(rows, source_text="第四届")["reason"] == "edition"


def test_every_file_is_accounted_for(ask: Ask, count: Callable[[str], int]) -> None:
    taken = {row["file_path"]: row["taken_count"] for row in ask("15_files_taken_and_set_aside")}
    assert taken == {
        "reports/330200-ningbo/2026.txt": count("fct_indicator_statements"),
        "statistics/330200-ningbo/earlier_targets.csv": 11,
        "statistics/330200-ningbo/figures.csv": 291,
    }


@pytest.fixture
def with_quarantine(built: Built, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the warehouse in which a file and a row of another were set aside."""
    copy = shutil.copyfile(built.paths.published_database, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            """
            insert into rpt_quarantine by name
            select * from (values
                ('1', 'documents', 'reports/330200-ningbo/2025.txt', null, 'file_empty', 'empty', 'get it'),
                ('2', 'statistics', 'statistics/330200-ningbo/figures.csv', 17, 'unit_unknown', '亿贝', 'mend')
            ) as rows (quarantine_id, stage, file_path, line, reason_code, reason, hint)
            """
        )
        yield connection


def test_what_was_set_aside_comes_first(with_quarantine: duckdb.DuckDBPyConnection) -> None:
    rows = run(with_quarantine, sql_of("15_files_taken_and_set_aside"))
    columns = ("file_path", "taken_count", "line", "reason_code")
    assert [tuple(row[column] for column in columns) for row in rows[:2]] == [
        ("reports/330200-ningbo/2025.txt", 0, None, "file_empty"),
        ("statistics/330200-ningbo/figures.csv", 291, 17, "unit_unknown"),
    ]
    assert [row["reason_code"] for row in rows[2:]] == [None, None]


def test_the_least_certain_readings_come_first(ask: Ask, count: Callable[[str], int]) -> None:
    rows = ask("16_readings_to_review")
    assert len(rows) == 25
    listed = [row["review_rank"] for row in rows if row["review_rank"]]
    assert listed == list(range(1, min(25, count("rpt_statements_to_review")) + 1))
    rest = [row["confidence"] for row in rows if not row["review_rank"]]
    assert rest == sorted(rest)


def test_unmatched_names_have_a_neighbour(ask: Ask, count: Callable[[str], int]) -> None:
    rows = ask("17_unmatched_names")
    assert [row["frequency_rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(0 < row["similarity"] <= 1 for row in rows if row["nearest_id"])
    for row in rows[:5]:
        assert count(f"dim_indicators where is_catalogued and indicator_id = '{row['nearest_id']}'") == 1
        assert count(f"dim_indicators where not is_catalogued and name_zh = '{row['name_zh']}'") == 1


def test_sdmx_rows_are_unique_and_in_whole_units(ask: Ask) -> None:
    rows = ask("18_sdmx_export")
    keys = Counter(tuple(list(row.values())[:11]) for row in rows)
    assert max(keys.values()) == 1
    assert {row["UNIT_MULT"] for row in rows} == {0}
    gdp = [row for row in rows if (row["INDICATOR"], row["MEASURE"]) == ("GDP", "LEVEL")]
    revised = only(gdp, TIME_PERIOD="2023", TARGET_TYPE="ACTUAL")
    assert (revised["OBS_VALUE"], revised["UNIT_MEASURE"], revised["OBS_STATUS"]) == (1.71466e12, "YUAN", "A")
    assert only(gdp, TIME_PERIOD="2030")["TARGET_TYPE"] == "PLAN_TARGET"


def test_a_document_is_summed_up(ask: Ask, count: Callable[[str], int]) -> None:
    [row] = ask("19_document_summary")
    assert (row["document_id"], row["text_version"]) == ("330200-report-2026", "full")
    kinds = ("actual", "baseline", "annual_target", "plan_target")
    assert sum(row[f"{kind}_count"] for kind in kinds) == row["statement_count"] > 100
    assert row["catalogued_share"] == round(
        count("fct_indicator_statements where indicator_id is not null") / row["statement_count"], 3
    )


def test_a_history_has_actuals_and_targets_side_by_side(ask: Ask) -> None:
    rows = ask("20_indicator_history")
    growth = only(rows, measure="growth", year=2025)
    assert (growth["actual_value"], growth["annual_target_value"]) == (4.9, 5.5)
    assert growth["annual_target_bound"] == "above"
    level = only(rows, measure="level", year=2020)
    assert (level["actual_value"], level["baseline_value"]) == (1.24087e12, 1.31e12)
    assert only(rows, measure="level", year=2025)["plan_target_value"] == 1.7e12


def test_another_indicator_can_be_asked_about(ask: Ask) -> None:
    rows = ask("20_indicator_history", indicator_key="'high_tech_enterprises'")
    assert only(rows, measure="level", year=2020)["baseline_value"] == 3102.0
    assert only(rows, measure="level", year=2025)["plan_target_bound"] == "above"
