"""The sidecar of a table: the few lines of YAML that say where it is from and how to read it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from pipelines.documents.errors import DocumentError
from pipelines.documents.raw_files import check_entry, read_regular
from pipelines.documents.yaml_text import YamlError, load_yaml
from pipelines.schemas.documents import REF_AREA, SHA256
from pipelines.statistics.figures import Problem, TableError
from pipelines.statistics.notation import compact

MAX_SIDECAR_BYTES = 1_000_000
FAULTS_TOLD = 20


def _as_text(value: Any) -> Any:
    """YAML reads 2024 and 2025-03-20 as numbers and dates; a field is the text that was typed."""
    return value if isinstance(value, (str, list, dict)) or value is None else str(value)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), BeforeValidator(_as_text)]
Label = Annotated[Text, AfterValidator(compact)]
Column = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")]
Line = Annotated[int, Field(ge=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fields(_Strict):
    """What can be said of a figure once for many: for the whole table, a heading or a name."""

    ref_area: Text | None = None
    indicator: Text | None = None
    year: Text | None = None
    period_start_year: Text | None = None
    sub_period: Text | None = None
    unit: Text | None = None
    measure: Text | None = None
    growth_basis: Text | None = None
    price_basis: Text | None = None
    bound: Text | None = None
    modifier: Text | None = None
    rank_scope: Text | None = None
    obs_status: Text | None = None
    target_type: Text | None = None
    set_year: Text | None = None
    source_kind: Text | None = None
    source_title: Text | None = None
    publisher: Text | None = None
    published_date: Text | None = None
    source_url: Text | None = None
    remark: Text | None = None

    def given(self) -> dict[str, str]:
        """The fields that are said."""
        return self.model_dump(exclude_none=True, include=set(Fields.model_fields))


class NamedFields(Fields):
    """What is said of one printed name; `under` adds what holds under one heading only."""

    under: dict[Label, Fields] = Field(default_factory=dict)

    def given_under(self, headings: Iterable[str]) -> dict[str, str]:
        """The fields that are said of this name under these headings, the last one strongest."""
        said: dict[str, str] = {}
        for heading in headings:
            if heading in self.under:
                said |= self.under[heading].given()
        return said


FIELD_NAMES = (*Fields.model_fields, "value", "value_upper")
ALWAYS_NEEDED = ("source_kind", "source_title")


class TableSidecar(_Strict):
    """What every table says about itself."""

    title: Text
    origin: Text
    licence: Text
    notes: tuple[Text, ...] = ()
    sha256: Annotated[str, StringConstraints(pattern=SHA256)]
    ref_area: Annotated[str, StringConstraints(pattern=REF_AREA), BeforeValidator(_as_text)]
    encoding: Text | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    sheet: Text | None = None
    header_lines: tuple[Line, Line] = (1, 1)
    last_line: Line | None = None
    missing: frozenset[Label] = frozenset()
    constants: Fields = Fields()

    @model_validator(mode="after")
    def _header_is_in_order(self) -> Self:
        first, last = self.header_lines
        if first > last:
            raise ValueError(f"header_lines runs from {first} to {last}: the first line comes first")
        return self


class LongSidecar(TableSidecar):
    """One figure a row: `columns` says under which heading each field stands."""

    layout: Literal["long"]
    columns: dict[str, Label]
    unread: tuple[Label, ...] = ()

    @model_validator(mode="after")
    def _fields_are_known_and_enough(self) -> Self:
        unknown = sorted(set(self.columns) - set(FIELD_NAMES))
        if unknown:
            raise ValueError(f"columns: no field is called {', '.join(unknown)}")
        told = set(self.columns) | set(self.constants.given())
        lacking = [
            name for name in ("indicator", "year", "value", "measure", *ALWAYS_NEEDED) if name not in told
        ]
        if lacking:
            raise ValueError(f"neither columns nor constants give {', '.join(lacking)}")
        return self


class WideSidecar(TableSidecar):
    """Indicators one way, years the other; every cell between them is a figure.

    `label_columns` hold the names at the left (the last one names the row), `indicators_in` says
    whether indicators run down the rows or across the columns.
    """

    layout: Literal["wide"]
    label_columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    unit_column: Column | None = None
    unread_columns: tuple[Column, ...] = ()
    indicators_in: Literal["rows", "columns"] = "rows"
    headings: dict[Label, Fields] = Field(default_factory=dict)
    indicators: dict[Label, NamedFields] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _source_is_told(self) -> Self:
        lacking = [name for name in ALWAYS_NEEDED if name not in self.constants.given()]
        if lacking:
            raise ValueError(f"constants does not give {', '.join(lacking)}")
        return self


AnySidecar = Annotated[LongSidecar | WideSidecar, Field(discriminator="layout")]
_ADAPTER: TypeAdapter[AnySidecar] = TypeAdapter(AnySidecar)


def load_sidecar(path: Path, raw: Path) -> AnySidecar:
    """Read the sidecar of a table in raw/.

    Raises:
        TableError: there is none (`sidecar_missing`), or it is no valid one (`sidecar_invalid`);
            the reason names every key that is wrong.
    """
    if not path.exists() and not path.is_symlink():
        raise TableError(
            Problem(
                "sidecar_missing",
                f"{path.name} does not exist",
                "Write a sidecar that says how to read the table; see docs/statistics.md.",
            )
        )
    try:
        check_entry(path, raw)
        text = read_regular(path, MAX_SIDECAR_BYTES).decode("utf-8-sig")
        return _ADAPTER.validate_python(load_yaml(text))
    except ValidationError as error:
        reason = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']) or 'file'}: {item['msg']}"
            for item in error.errors()[:FAULTS_TOLD]
        )
    except DocumentError as error:
        reason = error.reason
    except YamlError as error:
        reason = error.reason if error.line is None else f"line {error.line}: {error.reason}"
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is no UTF-8"
    raise TableError(
        Problem("sidecar_invalid", f"{path.name}: {reason}", "Correct the sidecar; see docs/statistics.md.")
    )
