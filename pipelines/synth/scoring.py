"""What reading finds of made-up reports: precision and recall over many texts, by field and by construction."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable

from pipelines.documents.outline import outline
from pipelines.evaluation.agreement import REPORTED_FIELDS, STRICT_FIELDS
from pipelines.evaluation.score import Evaluation, Rates, evaluate
from pipelines.extraction.statements import extract
from pipelines.rules import engine
from pipelines.synth.reports import SynthReport


@dataclasses.dataclass(slots=True)
class Score:
    """Counts over several texts.

    `fields` counts the found numbers whose field is right; `missed`, `wrong` (by construction and field) and
    `constructions` are counted by the template that made the gold row, None for deeds.
    """

    reports: int = 0
    characters: int = 0
    gold: int = 0
    statements: int = 0
    found: int = 0
    strict: int = 0
    spurious: int = 0
    fields: Counter[str] = dataclasses.field(default_factory=Counter)
    constructions: Counter[str] = dataclasses.field(default_factory=Counter)
    missed: Counter[str] = dataclasses.field(default_factory=Counter)
    wrong: Counter[tuple[str, str]] = dataclasses.field(default_factory=Counter)

    @property
    def found_rates(self) -> Rates:
        """Numbers whose value and unit are right."""
        return self._rates(self.found)

    @property
    def strict_rates(self) -> Rates:
        """Statements that are right in every field of STRICT_FIELDS."""
        return self._rates(self.strict)

    def share(self, field: str) -> float:
        """Of the numbers found, the share whose field is right."""
        return self.fields[field] / self.found if self.found else 0.0

    def add(self, report: SynthReport, evaluation: Evaluation) -> None:
        """Count one text."""
        self.reports += 1
        self.characters += len(report.text)
        self.gold += evaluation.gold_count
        self.statements += evaluation.statement_count
        self.found += evaluation.found.count
        self.strict += evaluation.strict.count
        self.spurious += len(evaluation.spurious)
        for field, share in evaluation.fields.items():
            self.fields[field] += round(share * evaluation.found.count)
        self.constructions.update(row["construction"] for row in report.truth if not row["optional"])
        self.missed.update(row["construction"] for row in evaluation.missed)
        self.wrong.update(
            (mismatch.gold["construction"], field)
            for mismatch in evaluation.wrong
            for field in mismatch.fields
        )

    def _rates(self, right: int) -> Rates:
        both = self.statements + self.gold
        return Rates(
            count=right,
            precision=right / self.statements if self.statements else 0.0,
            recall=right / self.gold if self.gold else 0.0,
            f1=2 * right / both if both else 0.0,
        )


def compare(report: SynthReport) -> Evaluation:
    """What reading makes of one report, against its truth."""
    sentences = outline(report.text, report.document.report_year).sentences
    read = extract(report.document, sentences, engine()).statements
    return evaluate(report.truth, [dataclasses.asdict(statement) for statement in read])


def score(reports: Iterable[SynthReport]) -> Score:
    """Read the reports and count."""
    total = Score()
    for report in reports:
        total.add(report, compare(report))
    return total


__all__ = ["REPORTED_FIELDS", "STRICT_FIELDS", "Score", "compare", "score"]
