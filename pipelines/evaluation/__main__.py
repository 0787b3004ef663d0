"""`python -m pipelines.evaluation`: the accuracy on every gold file, and how far confidence can be trusted.

`--write-baseline` keeps the accuracy of this reader (baseline.yml) as what the next one must reach; the site
shows it.
"""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from pipelines.evaluation import render_reliability, table, write_baseline
from pipelines.evaluation.baseline import BASELINE
from pipelines.evaluation.corpus import accuracies, measure
from pipelines.paths import PROJECT_ROOT

GOLD = PROJECT_ROOT / "tests" / "gold"
FIELDS = (
    "measure",
    "exact_bound",
    "target_type",
    "year",
    "period_start_year",
    "sector",
    "streak_years",
    "commitment",
)


def main(arguments: list[str]) -> None:
    """Measure and print; write the baseline where asked to."""
    evaluations = measure(GOLD / "index.yml", PROJECT_ROOT)
    shown = Table("gold", "rows", "found", "strict P", "strict R", "strict F1", *FIELDS)
    for name, one in evaluations.items():
        shown.add_row(
            name,
            str(one.gold_count),
            f"{one.found.f1:.3f}",
            f"{one.strict.precision:.3f}",
            f"{one.strict.recall:.3f}",
            f"{one.strict.f1:.3f}",
            *(f"{one.fields[field]:.3f}" for field in FIELDS),
        )
    Console(width=200).print(shown)
    print(render_reliability(table(list(evaluations.values()))))
    if "--write-baseline" in arguments:
        write_baseline(BASELINE, accuracies(GOLD / "index.yml", evaluations))


if __name__ == "__main__":
    main(sys.argv[1:])
