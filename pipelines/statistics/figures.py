"""What passes between reading a table and making observations of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file, a row or a cell was not taken.

    `code` is stable and made for filters; `reason` says what is wrong, `hint` what to do about it.
    """

    code: str
    reason: str
    hint: str
    column: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Misfit:
    """A problem at a line of a table, counted from 1."""

    line: int
    problem: Problem


class TableError(Exception):
    """A whole table that can't be read."""

    def __init__(self, problem: Problem) -> None:
        """Carry the problem; its reason is the message."""
        super().__init__(problem.reason)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed figure with everything its table says about it, still as text.

    `fields` is keyed by the field names of the sidecar (`sidecar.Fields` and `value`,
    `value_upper`); a field that the table does not give is absent. `cell` is the column letter
    where a line holds several figures; `marks` are the footnote marks of its labels.
    """

    fields: dict[str, str]
    line: int
    cell: str | None = None
    marks: str = ""


@dataclass(slots=True)
class TableFigures:
    """The figures of a table in reading order, and the lines that could not be read as any."""

    figures: list[Figure] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
