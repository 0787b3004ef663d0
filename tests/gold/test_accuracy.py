"""Accuracy on the gold files can't fall unnoticed; the shared gold files are judged where they are there."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines import evaluation
from pipelines.documents.outline import outline
from pipelines.documents.readers import read_text
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.rules import engine
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
    found = extract(
        DocumentKey(f"{place}-report-{year}", place, year), outline(text, year).sentences, engine()
    )
    rows = [dataclasses.asdict(statement) for statement in found.statements]
    for row in rows:
        assert text[row["char_start"] : row["char_end"]] == row["source_text"]
    assert violations(Statement, frame(Statement, rows)).is_empty()
    return rows


def measured() -> dict[str, evaluation.Evaluation]:
    """Every gold file of the index against what is read from its text."""
    index = yaml.safe_load((GOLD / "index.yml").read_text(encoding="utf-8"))
    return {
        entry["gold"]: evaluation.evaluate(
            evaluation.load_gold(GOLD / f"{entry['gold']}.jsonl"),
            statements(ROOT / entry["text"], entry["place"], entry["year"]),
        )
        for entry in index
    }


@pytest.fixture(scope="module")
def evaluations() -> dict[str, evaluation.Evaluation]:
    """Measured once."""
    return measured()


def test_strict_f1_equals_the_baseline(evaluations: dict[str, evaluation.Evaluation]) -> None:
    """A fall is an error, a rise asks for a new baseline: `python tests/gold/test_accuracy.py`."""
    scores = {name: one.strict.f1 for name, one in evaluations.items()}
    changes = evaluation.compare(evaluation.load_baseline(GOLD / "baseline.json"), scores)
    assert not changes, "\n".join(map(str, changes))


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


if __name__ == "__main__":
    evaluation.write_baseline(
        GOLD / "baseline.json", {name: one.strict.f1 for name, one in measured().items()}
    )
