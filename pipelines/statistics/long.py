"""Tables with one figure a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.statistics.columns import column_letter
from pipelines.statistics.figures import Figure, Misfit, Problem, TableError, TableFigures
from pipelines.statistics.notation import clean_name, compact, is_missing
from pipelines.statistics.tables import title_unit
from pipelines.statistics.values import split_name

if TYPE_CHECKING:
    from pipelines.extraction.catalogue import Catalogue
    from pipelines.statistics.sidecar import LongSidecar
    from pipelines.statistics.tables import Table, TableRow


def read_long(table: Table, sidecar: LongSidecar, catalogue: Catalogue) -> TableFigures:
    """The figures of a long table. A row whose value is missing holds none.

    Raises:
        TableError: the headings of the table and those of the sidecar differ.
    """
    columns, width = _columns(table, sidecar)
    defaults = sidecar.constants.given()
    table_unit = defaults.pop("unit", None) or title_unit(table, sidecar)
    found = TableFigures()
    for row in table.body(sidecar):
        if any(cell.strip() for cell in row.cells[width:]):
            found.misfits.append(Misfit(row.line, _ragged(row, width)))
            continue
        if is_missing(table.cell(row, columns["value"]), sidecar.missing):
            continue
        fields = defaults | _told(table, row, columns, sidecar)
        marks = _clean_name(fields, table_unit, catalogue)
        found.figures.append(Figure(fields, row.line, marks=marks))
    return found


def _columns(table: Table, sidecar: LongSidecar) -> tuple[dict[str, int], int]:
    """Field -> position of its column, and the number of columns. A column that has cells but no
    heading goes by its letter."""
    header = table.header(sidecar)
    width = max((len(row.cells) for row in header), default=0)
    labels = [_lowest_label(table, header, column) for column in range(width)]
    for column in [column for column, label in enumerate(labels) if not label]:
        if any(table.cell(row, column).strip() for row in table.body(sidecar)):
            labels[column] = column_letter(column)
    repeated = sorted({label for label in labels if label and labels.count(label) > 1})
    if repeated:
        raise _misnamed("header_repeated", f"several columns are headed {', '.join(repeated)}")
    wanted = {label: name for name, label in sidecar.columns.items()}
    unread = set(sidecar.unread)
    absent = [label for label in (*wanted, *sorted(unread)) if label not in labels]
    if absent:
        raise _misnamed("column_missing", f"no column is headed {', '.join(absent)}")
    unmapped = [label for label in labels if label and label not in wanted and label not in unread]
    if unmapped:
        raise _misnamed("column_unmapped", f"the sidecar says nothing of {', '.join(unmapped)}")
    return {wanted[label]: column for column, label in enumerate(labels) if label in wanted}, width


def _lowest_label(table: Table, header: list[TableRow], column: int) -> str:
    texts = [compact(table.label(row, column)) for row in header]
    return next((text for text in reversed(texts) if text), "")


def _misnamed(code: str, reason: str) -> TableError:
    hint = "Compare the header of the table with `columns`, `unread` and `header_lines` in the sidecar."
    return TableError(Problem(code, reason, hint))


def _ragged(row: TableRow, width: int) -> Problem:
    return Problem(
        "row_ragged",
        f"{len(row.cells)} cells under {width} headings",
        "Look for a stray delimiter; put a text that holds one in quotation marks.",
        content=" | ".join(row.cells),
    )


def _told(table: Table, row: TableRow, columns: dict[str, int], sidecar: LongSidecar) -> dict[str, str]:
    """The fields whose cells say something. A merged cell speaks for the rows it covers, but a
    value stands for its own row only."""
    told = {}
    for name, column in columns.items():
        own_row_only = name in ("value", "value_upper")
        text = table.cell(row, column) if own_row_only else table.label(row, column)
        if not is_missing(text, sidecar.missing):
            told[name] = text.strip()
    return told


def _clean_name(fields: dict[str, str], table_unit: str | None, catalogue: Catalogue) -> str:
    """Clean the name in place and return its footnote marks. A figure without a unit of its own
    has that in its name's bracket, else that of the table."""
    printed = fields.get("indicator", "")
    if "unit" in fields:
        name, marks = clean_name(printed)
    else:
        name, bracket_unit, marks = split_name(printed, catalogue)
        unit = bracket_unit or table_unit
        if unit is not None:
            fields["unit"] = unit
    if name:
        fields["indicator"] = name
    return marks
