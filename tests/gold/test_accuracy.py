"""Accuracy on the gold files can't fall unnoticed; the shared gold files are judged where they are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines import evaluation
from pipelines.documents.readers import read_text
from pipelines.evaluation.corpus import accuracies, measure, read_rows
from pipelines.schemas import Statement, frame, violations

ROOT = Path(__file__).parents[2]
GOLD = Path(__file__).parent
SHARED = ROOT.parent / "shared" / "corpus"
FIELDS = {
    "measure": 0.95,
    "exact_bound": 0.95,
    "commitment": 0.95,
    "period_start_year": 0.87,
    "sector": 0.83,
    "streak_years": 0.90,
}
SHARED_BARS = {
    "ningbo-2026": 0.95,
    "jiangsu-2026": 0.90,
    "china-2025": 0.90,
    "yunnan-2025": 0.88,
    "tongchuan-2010": 0.88,
}


def statements(path: Path, place: str, year: int) -> list[dict[str, Any]]:
    """The statements of a text, as rows; every one grounded and inside the closed lists."""
    text = read_text(path.read_bytes(), path.suffix).text
    rows = read_rows(path, place, year)
    for row in rows:
        assert text[row["char_start"] : row["char_end"]] == row["source_text"]
    assert violations(Statement, frame(Statement, rows)).is_empty()
    return rows


@pytest.fixture(scope="module")
def evaluations() -> dict[str, evaluation.Evaluation]:
    """Measured once."""
    return measure(GOLD / "index.yml", ROOT)


def test_strict_f1_equals_the_baseline(evaluations: dict[str, evaluation.Evaluation]) -> None:
    """A fall is an error, a rise asks for a new baseline: `python -m pipelines.evaluation --write-baseline`."""
    scores = {name: one.strict.f1 for name, one in evaluations.items()}
    baseline = evaluation.load_baseline()
    changes = evaluation.compare({name: one.strict_f1 for name, one in baseline.items()}, scores)
    assert not changes, "\n".join(map(str, changes))
    assert baseline == accuracies(GOLD / "index.yml", evaluations)


def test_fields_hold_their_bars(evaluations: dict[str, evaluation.Evaluation]) -> None:
    low = [
        f"{name}: {field} {one.fields[field]:.3f} < {bar}"
        for name, one in evaluations.items()
        for field, bar in FIELDS.items()
        if one.fields[field] < bar
    ]
    assert not low, "\n".join(low)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/corpus, which is not part of the project")
@pytest.mark.parametrize("name", SHARED_BARS)
def test_shared_gold(name: str) -> None:
    """The judge's gold files, where they are at hand."""
    gold = SHARED / "gold" / f"{name}.jsonl"
    year = int(name.rpartition("-")[2])
    places = {
        "ningbo": "330200",
        "jiangsu": "320000",
        "china": "100000",
        "yunnan": "530000",
        "tongchuan": "610200",
    }
    place = places[name.partition("-")[0]]
    (text,) = (SHARED / "reports").glob(f"{place}-{year}-*.txt")
    score = evaluation.evaluate(evaluation.load_gold(gold), statements(text, place, year))
    assert score.strict.f1 >= SHARED_BARS[name], evaluation.render(score, errors=30)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/corpus, which is not part of the project")
def test_every_shared_report_is_read() -> None:
    """No exception, every span grounded, every statement inside the closed lists."""
    for path in sorted((SHARED / "reports").glob("*.txt")):
        place, year, _ = path.stem.split("-", 2)
        assert statements(path, place, int(year)), path.name
