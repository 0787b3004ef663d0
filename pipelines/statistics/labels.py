"""What the labels beside a cell say of it: its name, its period, and what kind of figure it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from pipelines.statistics.notation import compact, parse_period, split_bracket, split_marks
from pipelines.statistics.values import split_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.extraction.catalogue import Catalogue
    from pipelines.statistics.sidecar import Fields


@dataclass(slots=True)
class Labels:
    """The labels along one row or one column, outermost first, sorted by what they are.

    `names` are parts of an indicator's name; `headings` those that the sidecar knows, with what it
    says of them in `said`; `period` holds year and sub_period; `period_unit` is a unit printed
    beside the period; `unknown` are labels that are none of these.
    """

    names: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    period: dict[str, str] = field(default_factory=dict)
    period_unit: str | None = None
    marks: str = ""
    unknown: list[str] = field(default_factory=list)


def read_labels(
    texts: Iterable[str], headings: Mapping[str, Fields], catalogue: Catalogue, *, may_name: bool
) -> Labels:
    """Sort labels into periods, headings and names.

    Args:
        texts: the labels; blank ones and repetitions of the one before are skipped.
        headings: compacted heading -> what the sidecar says of it.
        catalogue: knows the units.
        may_name: whether a label that is neither period nor heading is part of a name.
    """
    labels = Labels()
    for text, _ in groupby(text for text in texts if text.strip()):
        bare, marks = split_marks(compact(text))
        if _take_period(labels, bare, catalogue) or _take_heading(labels, bare, headings, catalogue):
            labels.marks += marks
        elif may_name:
            labels.names.append(text)
        else:
            labels.unknown.append(text)
    return labels


def _take_period(labels: Labels, bare: str, catalogue: Catalogue) -> bool:
    """Take `2024年`, `2024年(亿元)` or `2024年(初步)`."""
    head, bracket = bare, ""
    period = parse_period(bare)
    if period is None:
        head, bracket = split_bracket(bare)
        period = parse_period(head)
    if period is None:
        return False
    year, sub_period = period
    labels.period["year"] = str(year)
    if sub_period is not None:
        labels.period["sub_period"] = sub_period
    if bracket and split_unit(bracket, catalogue) is not None:
        labels.period_unit = bracket
    elif bracket:
        labels.period["remark"] = bracket
    return True


def _take_heading(labels: Labels, bare: str, headings: Mapping[str, Fields], catalogue: Catalogue) -> bool:
    """Take a heading of the sidecar, as it stands or with a unit in its bracket: `增长(%)`."""
    head, bracket = split_bracket(bare)
    if bare in headings:
        labels.headings.append(bare)
        labels.said |= headings[bare].given()
        return True
    if head in headings and split_unit(bracket, catalogue) is not None:
        labels.headings.append(head)
        labels.said |= {"unit": bracket} | headings[head].given()
        return True
    return False
