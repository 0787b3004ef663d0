"""The first two sheets of a workbook: what the tables are, and what their columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.workbook import Workbook

from pipelines.export.cells import CellWriter
from pipelines.export.rules import about
from pipelines.export.source import Mart, PublishedAs

_TABLES = {"table": 30, "rows": 12, "what it holds": 60, "one row is": 60, "answers": 60}
_COLUMNS = {"table": 30, "column": 30, "type": 12, "always filled": 13, "meaning": 100}


def write_about(
    workbook: Workbook,
    cells: CellWriter,
    marts: Sequence[Mart],
    rows: Mapping[str, int],
    sheets: Mapping[str, str],
    where: str | None,
    made_from: PublishedAs,
) -> None:
    """The sheet `about`: title, version, filter, tables with grain and question, citation, licence, notes."""
    sheet = workbook.add_worksheet("about")
    bold = workbook.add_format({"bold": True, "valign": "top"})
    title = workbook.add_format({"bold": True, "font_size": 14})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    number = workbook.add_format({"num_format": "#,##0", "valign": "top"})
    link = workbook.add_format({"font_color": "#0B5394", "underline": 1, "valign": "top"})
    for index, width in enumerate(_TABLES.values()):
        sheet.set_column(index, index, width)
    names = {"version": made_from.version or "unknown", "release": made_from.release or "(release unknown)"}
    cells.write_text(sheet, 0, 0, about().title, title)
    cells.write_text(sheet, 2, 0, "data version", bold)
    cells.write_text(sheet, 2, 1, names["version"])
    line = 3
    if where is not None:
        cells.write_text(sheet, line, 0, "only rows where", bold)
        cells.write_text(sheet, line, 1, where)
        line += 1
    line += 1
    for index, heading in enumerate(_TABLES):
        cells.write_text(sheet, line, index, heading, bold)
    for mart in marts:
        line += 1
        sheet.write_url(line, 0, f"internal:'{sheets[mart.name]}'!A1", link, mart.name)
        sheet.write_number(line, 1, rows[mart.name], number)
        for index, text in enumerate((mart.holds, mart.grain, mart.answers), start=2):
            cells.write_text(sheet, line, index, text, wrapped)
    for heading, lines in (
        ("how to cite", about().citation),
        ("licence", about().licence),
        ("how to read", about().notes),
    ):
        line += 1
        for text in lines:
            line += 1
            if text is lines[0]:
                cells.write_text(sheet, line, 0, heading, bold)
            cells.write_text(sheet, line, 1, text.format(**names))


def write_columns(workbook: Workbook, cells: CellWriter, marts: Sequence[Mart], header: object) -> None:
    """The sheet `columns`: every column of every table, with type and meaning."""
    sheet = workbook.add_worksheet("columns")
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    top = workbook.add_format({"valign": "top"})
    for index, (heading, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, heading, header)
    line = 0
    for mart in marts:
        for column in mart.columns:
            line += 1
            filled = "yes" if column.required else "no"
            for index, text in enumerate((mart.name, column.name, column.data_type.lower(), filled)):
                cells.write_text(sheet, line, index, text, top)
            cells.write_text(sheet, line, 4, column.description, wrapped)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, line, len(_COLUMNS) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
