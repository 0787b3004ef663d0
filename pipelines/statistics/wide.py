"""Tables with indicators one way and years the other: every cell between them is a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.statistics.columns import column_letter, column_position
from pipelines.statistics.figures import Figure, Misfit, Problem, TableFigures
from pipelines.statistics.labels import Labels, read_labels
from pipelines.statistics.notation import clean_name, compact, is_missing
from pipelines.statistics.sidecar import NamedFields
from pipelines.statistics.tables import title_unit
from pipelines.statistics.values import split_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.extraction.catalogue import Catalogue
    from pipelines.statistics.sidecar import WideSidecar
    from pipelines.statistics.tables import Table, TableRow


class WideReader:
    """Reads one wide table.

    What is said of a figure is laid in layers, each over the one before: the table (constants, the
    unit in its title), the period (a unit beside it), the name (a unit in its own column or in the
    name's bracket, then `indicators` of the sidecar), the heading, and last the name under that
    heading.
    """

    def __init__(self, table: Table, sidecar: WideSidecar, catalogue: Catalogue) -> None:
        """Look up once what every cell needs."""
        self._table = table
        self._sidecar = sidecar
        self._catalogue = catalogue
        self._label_columns = [_position(letter) for letter in sidecar.label_columns]
        self._unit_column = None if sidecar.unit_column is None else _position(sidecar.unit_column)
        self._apart = {*self._label_columns, self._unit_column, *map(_position, sidecar.unread_columns)}
        self._table_unit = title_unit(table, sidecar)

    def read(self) -> TableFigures:
        """The figures, row by row. A missing cell holds none; a column or row with a label that
        the sidecar does not explain is a misfit as a whole."""
        found = TableFigures()
        names_in_rows = self._sidecar.indicators_in == "rows"
        columns = self._columns(may_name=not names_in_rows)
        for column, labels in columns.items():
            _report(found, labels, self._sidecar.header_lines[1], column_letter(column))
        for row, texts in self._labelled_rows():
            cells = {
                column: text
                for column, text in enumerate(row.cells)
                if column not in self._apart and not is_missing(text, self._sidecar.missing)
            }
            if not cells:
                continue
            labels = read_labels(texts, self._sidecar.headings, self._catalogue, may_name=names_in_rows)
            _report(found, labels, row.line, self._sidecar.label_columns[-1])
            for column, text in cells.items():
                across = columns.get(column)
                if across is None:
                    found.misfits.append(Misfit(row.line, _unheaded(column, text)))
                elif not (labels.unknown or across.unknown):
                    named, dated = (labels, across) if names_in_rows else (across, labels)
                    found.figures.append(self._figure(named, dated, row, column, text))
        return found

    def _columns(self, *, may_name: bool) -> dict[int, Labels]:
        """The labels of every column of figures, by its position.

        A label of an upper header row that is printed once for several columns holds for the blank
        ones to its right, whether the file says so by merging or not.
        """
        header = self._table.header(self._sidecar)
        width = max((len(row.cells) for row in header), default=0)
        positions = [column for column in range(width) if column not in self._apart]
        texts: dict[int, list[str]] = {column: [] for column in positions}
        for row in header:
            above = ""
            for column in positions:
                label = self._table.label(row, column)
                if not label.strip() and row is not header[-1]:
                    label = above
                above = label
                texts[column].append(label)
        return {
            column: read_labels(labels, self._sidecar.headings, self._catalogue, may_name=may_name)
            for column, labels in texts.items()
            if any(label.strip() for label in labels)
        }

    def _labelled_rows(self) -> Iterator[tuple[TableRow, list[str]]]:
        """The rows with their labels; a blank label of a group takes the one above."""
        above = [""] * len(self._label_columns)
        for row in self._table.body(self._sidecar):
            own = [self._table.label(row, column) for column in self._label_columns]
            filled = [text if text.strip() else last for text, last in zip(own[:-1], above, strict=False)]
            above = [*filled, own[-1]]
            yield row, above

    def _figure(self, named: Labels, dated: Labels, row: TableRow, column: int, text: str) -> Figure:
        own_unit = "" if self._unit_column is None else self._table.label(row, self._unit_column).strip()
        name, name_unit, marks = self._name(named.names, own_unit)
        said = self._said_of(name, named.names)
        layers: tuple[Mapping[str, str | None], ...] = (
            {"unit": self._table_unit},
            self._sidecar.constants.given(),
            {"unit": dated.period_unit or named.period_unit},
            {"unit": name_unit, "indicator": name},
            said.given(),
            named.said | dated.said,
            said.given_under([*named.headings, *dated.headings]),
            named.period | dated.period | {"value": text},
        )
        fields = {key: value for layer in layers for key, value in layer.items() if value}
        return Figure(fields, row.line, column_letter(column), marks + named.marks + dated.marks)

    def _name(self, names: list[str], own_unit: str) -> tuple[str, str | None, str]:
        """The last name, its unit and its footnote marks. Without a unit of its own it takes that
        in its bracket, else in the bracket of a name above it."""
        if not names:
            return "", own_unit, ""
        if own_unit:
            name, marks = clean_name(names[-1])
            return name, own_unit, marks
        split = [split_name(name, self._catalogue) for name in reversed(names)]
        name, _, marks = split[0]
        return name, next((unit for _, unit, _ in split if unit), None), marks

    def _said_of(self, name: str, path: list[str]) -> NamedFields:
        """What the sidecar says of a name: of its whole path (常住人口/男), else of its last part."""
        whole = "/".join(compact(split_name(part, self._catalogue)[0]) for part in path)
        known = self._sidecar.indicators
        return known.get(whole) or known.get(compact(name)) or NamedFields()


def read_wide(table: Table, sidecar: WideSidecar, catalogue: Catalogue) -> TableFigures:
    """The figures of a wide table; see `WideReader`."""
    return WideReader(table, sidecar, catalogue).read()


def _position(letter: str) -> int:
    return column_position(letter)


def _unheaded(column: int, text: str) -> Problem:
    letter = column_letter(column)
    return Problem(
        "heading_missing",
        f"column {letter} has a figure but no heading",
        "Give the column a heading, check `header_lines`, or add it to `unread_columns`.",
        column=letter,
        content=text,
    )


def _report(found: TableFigures, labels: Labels, line: int, column: str) -> None:
    if labels.unknown:
        found.misfits.append(
            Misfit(
                line,
                Problem(
                    "heading_unknown",
                    f"the sidecar does not explain the label {', '.join(labels.unknown)}",
                    "Add it to `headings`, or the column to `unread_columns`.",
                    column=column,
                    content=" | ".join(labels.unknown),
                ),
            )
        )
