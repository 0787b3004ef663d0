"""Evaluation: our judge, its agreement with the shared one, and the soundness of gold and corpus files."""

from __future__ import annotations

import importlib.util
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines import evaluation
from pipelines.evaluation.agreement import STRICT_FIELDS
from pipelines.evaluation.baseline import kept
from pipelines.evaluation.gold import GoldError
from pipelines.paths import PROJECT_ROOT
from pipelines.vocabulary import codes

GOLD_DIR = PROJECT_ROOT / "tests" / "gold"
CORPUS_FILES = sorted((PROJECT_ROOT / "tests" / "corpus" / "reading").glob("*.yml"))
SHARED_JUDGE = PROJECT_ROOT.parent / "shared" / "scoring" / "score.py"
INDEX = yaml.safe_load((GOLD_DIR / "index.yml").read_text(encoding="utf-8"))


def gold_row(**changes: Any) -> dict[str, Any]:
    row = {
        "char_start": 10,
        "char_end": 14,
        "source_text": "5.2%",
        "indicator_text": "规上工业增加值",
        "core": "工业+增加值",
        "measure": "growth",
        "value": 5.2,
        "value_upper": None,
        "unit_text": "%",
        "bound": "at_least",
        "target_type": "annual_target",
        "year": 2026,
        "period_start_year": None,
        "streak_years": None,
        "commitment": "plain",
        "sector": ["industry"],
        "optional": False,
    }
    return row | changes


def statement(**changes: Any) -> dict[str, Any]:
    row = gold_row()
    return row | {"sector": "industry", "confidence": 0.9} | changes


def read_gold(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return evaluation.load_gold(GOLD_DIR / f"{entry['gold']}.jsonl")


def as_statements(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"sector": row["sector"][0] or None, "confidence": 0.8} for row in rows]


def test_a_perfect_reading_is_strictly_right() -> None:
    result = evaluation.evaluate([gold_row()], [statement()])
    assert (result.strict.precision, result.strict.recall, result.strict.f1) == (1.0, 1.0, 1.0)
    assert set(result.fields.values()) == {1.0}
    assert not (result.missed or result.spurious or result.wrong)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": 5.3}, "value"),
        ({"value_upper": 6.0}, "value"),
        ({"unit_text": "个百分点"}, "unit_text"),
        ({"indicator_text": "农业增加值"}, "indicator_text"),
        ({"indicator_text": "规上工业增加值，全年"}, "indicator_text"),
        ({"indicator_text": "在去年较高基数上继续保持平稳较快发展的规上工业增加值"}, "indicator_text"),
        ({"measure": "share"}, "measure"),
        ({"bound": "point"}, "bound"),
        ({"target_type": "actual"}, "target_type"),
        ({"year": 2025}, "year"),
    ],
)
def test_one_wrong_field_is_named_and_not_strict(change: dict[str, Any], field: str) -> None:
    result = evaluation.evaluate([gold_row()], [statement(**change)])
    assert result.strict.count == 0
    assert [mismatch.fields for mismatch in result.wrong] == [(field,)]


@pytest.mark.parametrize(
    ("gold_unit", "read_unit"), [("名", "人"), ("标箱", "TEU"), ("％", "%"), ("套（间）", "套(间)")]
)
def test_units_written_differently_are_one(gold_unit: str, read_unit: str) -> None:
    result = evaluation.evaluate([gold_row(unit_text=gold_unit)], [statement(unit_text=read_unit)])
    assert result.strict.count == 1


def test_bounds_of_one_class_are_strictly_right_but_not_exact() -> None:
    result = evaluation.evaluate([gold_row()], [statement(bound="above")])
    assert result.strict.count == 1
    assert (result.fields["bound"], result.fields["exact_bound"]) == (1.0, 0.0)


def test_core_alternatives_and_parts() -> None:
    gold = gold_row(core="生产总值|GDP", indicator_text="地区生产总值")
    for name, right in (("GDP", 1), ("全市地区生产总值", 1), ("生产资料价格", 0)):
        assert evaluation.evaluate([gold], [statement(indicator_text=name)]).strict.count == right


def test_any_sector_is_right_where_the_first_is_empty() -> None:
    result = evaluation.evaluate([gold_row(sector=["", "macro"])], [statement(sector="urban")])
    assert result.fields["sector"] == 1.0


def test_missed_and_spurious() -> None:
    far = statement(char_start=90, char_end=94)
    result = evaluation.evaluate([gold_row()], [far])
    assert (len(result.missed), len(result.spurious)) == (1, 1)
    assert result.strict.f1 == 0.0


def test_optional_rows_and_statements_without_value_count_for_nothing() -> None:
    optional = gold_row(optional=True)
    without_value = statement(char_start=90, char_end=94, value=None)
    result = evaluation.evaluate([optional], [statement(year=1999), statement(), without_value])
    assert (result.gold_count, result.statement_count) == (0, 0)
    assert not (result.missed or result.spurious or result.wrong)


def test_two_names_sharing_a_value_are_matched_one_to_one() -> None:
    gold = [
        gold_row(indicator_text="工业投资", core="工业投资"),
        gold_row(indicator_text="民间投资", core="民间投资"),
    ]
    read = [statement(indicator_text="民间投资"), statement(indicator_text="工业投资")]
    assert evaluation.evaluate(gold, read).strict.f1 == 1.0
    assert evaluation.evaluate(gold, read[:1]).strict.recall == 0.5


def test_a_statement_matches_the_row_it_agrees_with_best() -> None:
    gold = [gold_row(), gold_row(value=9.9)]
    result = evaluation.evaluate(gold, [statement(value=9.9)])
    assert result.strict.count == 1
    assert [row["value"] for row in result.missed] == [5.2]


def test_empty_inputs() -> None:
    assert evaluation.evaluate([], []).strict.f1 == 0.0
    assert evaluation.evaluate([gold_row()], []).strict.recall == 0.0


def mistaken(rows: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Statements from gold rows with mistakes of every kind, the same ones for one seed."""
    chance = random.Random(seed)
    changes: list[dict[str, Any]] = [
        {"value": None},
        {"value": 7.0},
        {"unit_text": "家"},
        {"indicator_text": "别的指标"},
        {"indicator_text": "全市，生产总值"},
        {"bound": "above"},
        {"bound": None},
        {"measure": "level"},
        {"year": 1999},
        {"target_type": "baseline"},
        {"streak_years": 3},
        {"commitment": "strive"},
        {"sector": "marine"},
    ]
    read = []
    for right in as_statements(rows):
        if chance.random() < 0.1:
            continue
        change = chance.choice(changes) if chance.random() < 0.4 else {}
        shift = 3 if chance.random() < 0.1 else 0
        span = {"char_start": right["char_start"] + shift, "char_end": right["char_end"] + shift}
        read.append(right | change | span)
        if chance.random() < 0.1:
            read.append(read[-1] | {"value": 1.0})
    chance.shuffle(read)
    return read


@pytest.mark.skipif(not SHARED_JUDGE.exists(), reason="the shared judge is not on this machine")
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["gold"])
def test_agrees_with_the_shared_judge(entry: dict[str, Any], seed: int) -> None:
    spec = importlib.util.spec_from_file_location("shared_judge", SHARED_JUDGE)
    assert spec is not None
    assert spec.loader is not None
    shared = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(shared)
    gold = read_gold(entry)
    read = mistaken(gold, seed)
    theirs = shared.score(gold, read)
    ours = evaluation.evaluate(gold, read)
    assert (ours.gold_count, ours.statement_count) == (theirs["gold"], theirs["pred"])
    assert (ours.found.count, ours.strict.count) == (theirs["n_found"], theirs["n_strict"])
    for name, rates in (("found", ours.found), ("strict", ours.strict)):
        assert (rates.precision, rates.recall, rates.f1) == tuple(
            theirs[name][key] for key in ("p", "r", "f1")
        )
    assert ours.fields == theirs["fields"]
    assert list(ours.missed) == theirs["missed"]
    assert list(ours.spurious) == theirs["spurious"]
    assert [(m.gold, m.statement, list(m.fields)) for m in ours.wrong] == theirs["wrong"]
    assert 0 < ours.strict.count < ours.gold_count


def test_report_shows_rates_fields_and_as_many_errors_as_asked() -> None:
    gold = [gold_row(), gold_row(char_start=30, char_end=34, indicator_text="出口", core="出口")]
    result = evaluation.evaluate(gold, [statement(year=2025), statement(char_start=90, char_end=94)])
    short = evaluation.render(result)
    assert "2 gold rows, 2 statements" in short
    assert "strict" in short
    assert "Missed" not in short
    full = evaluation.render(result, errors=5)
    assert "出口" in full
    assert "year: 2026 / 2025" in full
    assert full == evaluation.render(result, errors=5)


def test_reliability_counts_the_confident_statements() -> None:
    gold = [gold_row(), gold_row(char_start=30, char_end=34)]
    read = [statement(confidence=0.95), statement(char_start=30, char_end=34, year=1999, confidence=0.6)]
    rows = evaluation.table([evaluation.evaluate(gold, read)], thresholds=(0.5, 0.9, 0.99))
    assert [(row.statements, row.strict, row.share) for row in rows] == [
        (2, 1, 0.5),
        (1, 1, 1.0),
        (0, 0, None),
    ]
    assert ">= 0.90" in evaluation.render_reliability(rows)


def test_baseline_notices_a_fall_a_rise_and_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "baseline.yml"
    scores = {"b": 0.9129, "a": 0.5}
    written = {
        name: evaluation.Accuracy("330200", 2026, 90, kept(score), kept(score))
        for name, score in scores.items()
    }
    evaluation.write_baseline(path, written)
    assert evaluation.load_baseline(path) == written
    assert list(evaluation.load_baseline(path)) == ["a", "b"]
    baseline = {name: one.strict_f1 for name, one in written.items()}
    assert baseline == {"a": 0.5, "b": 0.912}
    assert evaluation.compare(baseline, scores) == []
    changes = evaluation.compare(baseline, {"b": 0.911, "c": 0.7})
    assert [(change.gold, change.is_regression) for change in changes] == [
        ("a", True),
        ("b", True),
        ("c", True),
    ]
    rise = evaluation.compare(baseline, scores | {"b": 0.95})
    assert [change.is_regression for change in rise] == [False]
    assert "0.912 -> 0.95" in str(rise[0])


def test_a_kept_score_is_never_rounded_up() -> None:
    assert (kept(0.9389999), kept(0.938), kept(1.0)) == (0.938, 0.938, 1.0)


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "a: 0.9",
        "a: {place: '330200', year: 2026, numbers: 9, found_f1: 1.0}",
        "a: {place: '330200', year: 2026, numbers: 9, found_f1: 1.0, strict_f1: high}",
        "a: {place: '330200', year: 2026, numbers: 9, found_f1: 1.0, strict_f1: 93}",
    ],
)
def test_a_malformed_baseline_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "baseline.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"year is expected, both F1 from 0 to 1"):
        evaluation.load_baseline(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"gold.jsonl:1: no JSON"),
        ("[1]", "one JSON object"),
        ('{"char_start": 1}', "row 1 lacks char_end"),
    ],
)
def test_a_malformed_gold_file_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=message):
        evaluation.load_gold(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source_text": "5.3%"}, "the span holds"),
        ({"modifier_text": "不少于"}, "does not stand near"),
        ({"measure": "amount"}, "measure 'amount'"),
        ({"sector": ["industrial"]}, "sector 'industrial'"),
        ({"value_upper": 6.0}, "exactly with bound range"),
        ({"commitment": None}, "exactly with a target"),
        ({"period_start_year": 2027}, "after year"),
        ({"core": "农业"}, "lacks its own core"),
        ({"indicator_text": "工业，增加值"}, "clause mark"),
    ],
)
def test_a_wrong_annotation_is_named(changes: dict[str, Any], message: str) -> None:
    text = "规上工业增加值增长到5.2%以上。"
    sound = gold_row()
    assert evaluation.problems([sound], text) == []
    found = evaluation.problems([sound | changes], text)
    assert len(found) == 1
    assert message in found[0]


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["gold"])
def test_gold_file_is_sound(entry: dict[str, Any]) -> None:
    text = (PROJECT_ROOT / entry["text"]).read_text(encoding="utf-8")
    rows = read_gold(entry)
    assert evaluation.problems(rows, text) == []
    assert [row["char_start"] for row in rows] == sorted(row["char_start"] for row in rows)
    assert all(row["year"] <= entry["year"] for row in rows if row["target_type"] in ("actual", "baseline"))
    assert all(row["year"] == entry["year"] for row in rows if row["target_type"] == "annual_target")
    assert all(row["year"] > entry["year"] for row in rows if row["target_type"] == "plan_target")


def test_every_gold_file_is_indexed() -> None:
    assert {path.stem for path in GOLD_DIR.glob("*.jsonl")} == {entry["gold"] for entry in INDEX}


def test_gold_covers_every_class() -> None:
    rows = [row for entry in INDEX for row in read_gold(entry) if not row["optional"]]
    assert len(rows) >= 450
    for key in ("measure", "bound", "target_type", "commitment", "growth_basis"):
        counts = Counter(row.get(key) for row in rows)
        missing = set(codes(key)) - set(counts)
        assert not missing, f"{key}: {missing}"


@pytest.mark.parametrize("path", CORPUS_FILES, ids=lambda path: path.stem)
def test_corpus_file_is_sound(path: Path) -> None:
    examples = yaml.safe_load(path.read_text(encoding="utf-8"))
    ids = [example["id"] for example in examples]
    assert ids == [f"{path.stem}-{number:02d}" for number in range(1, len(ids) + 1)]
    for example in examples:
        text = example["text"]
        assert example["role"] in codes("context_role"), example["id"]
        assert example["period"][0] <= example["period"][1], example["id"]
        spans = [expected["source_text"] for expected in example["expect"]]
        for span in (*spans, *example.get("reject", []), *example.get("optional", [])):
            assert span in text, (example["id"], span)
        for expected in example["expect"]:
            assert expected.keys() >= {"indicator", "value", "unit_text", "target_type", *STRICT_FIELDS[3:]}
            for key in ("measure", "bound", "target_type", "commitment", "growth_basis"):
                assert key not in expected or expected[key] in codes(key), (example["id"], key)


def test_corpus_is_large_and_has_negatives() -> None:
    examples = [
        example for path in CORPUS_FILES for example in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    assert len(examples) >= 200
    assert sum(not example["expect"] for example in examples) >= 40
    texts = Counter(example["text"] for example in examples)
    assert [text for text, count in texts.items() if count > 1] == []
