"""How good the reading is: statements compared with gold annotations, and kept from getting worse.

`score.evaluate` compares, `report.render` shows, `reliability.table` asks what a confidence is worth,
`baseline` holds the accuracy that must not be lost. Annotating is described in docs/annotation.md.
"""

from pipelines.evaluation.baseline import Accuracy, BaselineChange, compare, load_baseline, write_baseline
from pipelines.evaluation.gold import GoldError, load_gold, load_rows, problems
from pipelines.evaluation.reliability import Reliability, table
from pipelines.evaluation.report import render, render_reliability
from pipelines.evaluation.score import Evaluation, evaluate

__all__ = [
    "Accuracy",
    "BaselineChange",
    "Evaluation",
    "GoldError",
    "Reliability",
    "compare",
    "evaluate",
    "load_baseline",
    "load_gold",
    "load_rows",
    "problems",
    "render",
    "render_reliability",
    "table",
    "write_baseline",
]
