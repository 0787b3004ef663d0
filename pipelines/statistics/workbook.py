"""A sheet of an Excel workbook as the text that Excel shows."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pipelines.display import message
from pipelines.documents.archives import check_archive
from pipelines.documents.errors import DocumentError
from pipelines.settings import Settings
from pipelines.statistics.columns import column_position
from pipelines.statistics.figures import Problem, TableError

GENERAL_DIGITS = 10

_MERGE = re.compile(rb'mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_NOT_DIGITS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PLACES = re.compile(r"[0#?](?:\.(?P<places>[0#?]+))?(?P<scale>,*)(?P<percent>%?)[^0#?]*$")


def _refuse(code: str, reason: str, hint: str) -> TableError:
    return TableError(Problem(code, reason, hint))


def _check_size(data: bytes, most: int) -> None:
    """Refuse a workbook that would unpack into more than memory should hold."""
    hint = "Save only the table that is meant, without empty formatted rows."
    check_archive(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if not member.filename.startswith("xl/worksheets/"):
                continue
            merged = sum(
                (column_position(right.decode()) - column_position(left.decode()) + 1)
                * (int(bottom) - int(top) + 1)
                for left, top, right, bottom in _MERGE.findall(archive.read(member))
            )
            if merged > most:
                raise _refuse("file_too_large", f"merges more than {most} cells", hint)


def displayed(value: Any, number_format: str) -> str:
    """A cell's value as Excel shows it under its number format.

    The places of the format decide what is printed (0.0 shows 5.43 as 5.4), `%` multiplies by a
    hundred, a trailing comma divides by a thousand. Without places in the format ten digits are
    shown, as Excel does in a cell of format General.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    number = Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g"))
    section = _NOT_DIGITS.sub("", number_format.partition(";")[0])
    match = None if "E" in section or "/" in section else _PLACES.search(section)
    if match is None:
        places = max(GENERAL_DIGITS - len(str(abs(int(number)))), 0)
        shown = format(round(number, places), "f")
        return shown.rstrip("0").removesuffix(".") if "." in shown else shown
    number = number.scaleb(2 * len(match["percent"]) - 3 * len(match["scale"]))
    digits = match["places"] or ""
    shown = format(number.quantize(Decimal(1).scaleb(-len(digits)), rounding=ROUND_HALF_UP), "f")
    for _ in range(len(digits) - digits.count("0")):
        shown = shown.removesuffix("0")
    return shown.removesuffix(".") + match["percent"]


def read_sheet(data: bytes, sheet: str | None) -> tuple[list[tuple[str, ...]], dict[tuple[int, int], str]]:
    """The shown text of every cell of a sheet (the first one when `sheet` is None).

    A formula that was saved without its result is given as its own text, so that it can't pass for
    an empty cell.

    Returns:
        Rows of cells from line 1 on, and for merged cells the text of their upper left one, keyed
        by line (from 1) and column (from 0).

    Raises:
        TableError: the file is no workbook, has no such sheet, or is too large.
        MemoryError: there is not enough for it.
    """
    import openpyxl  # noqa: PLC0415 - takes long, and few tables are workbooks
    from openpyxl.utils import range_boundaries  # noqa: PLC0415

    most = Settings().max_table_cells
    try:
        _check_size(data, most)
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data))
    except (TableError, MemoryError):
        raise
    except DocumentError as error:
        raise _refuse(error.code, error.reason, error.hint) from error
    except Exception as error:  # openpyxl and zipfile raise almost anything on a damaged file
        raise _refuse(
            "file_unreadable",
            f"not a readable Excel workbook: {message(str(error))}",
            "Open it in Excel and save it as .xlsx again.",
        ) from error
    names = [worksheet.title for worksheet in values.worksheets]
    name = names[0] if sheet is None and names else sheet
    if name not in names:
        raise _refuse("sheet_missing", f"no sheet {name!r} among {names}", "Correct `sheet` in the sidecar.")
    shown, typed = values[name], formulas[name]
    if shown.max_row * shown.max_column > most:
        raise _refuse(
            "file_too_large",
            f"sheet {name!r} spans more than {most} cells",
            "Delete empty formatted rows.",
        )
    rows = [
        tuple(
            str(formula.value)
            if cell.value is None and formula.value is not None
            else displayed(cell.value, cell.number_format)
            for cell, formula in zip(cells, typed_cells, strict=True)
        )
        for cells, typed_cells in zip(shown.iter_rows(), typed.iter_rows(), strict=True)
    ]
    spans: dict[tuple[int, int], str] = {}
    for merged in shown.merged_cells.ranges:
        left, top, right, bottom = range_boundaries(merged.coord)
        text = rows[top - 1][left - 1]
        spans |= {
            (line, column - 1): text for line in range(top, bottom + 1) for column in range(left, right + 1)
        }
    return rows, spans
