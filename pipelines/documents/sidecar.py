"""The sidecar of a document: the few lines of YAML that say where it is from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from pipelines.documents.errors import DocumentError
from pipelines.documents.raw_files import check_entry, read_regular
from pipelines.documents.yaml_text import YamlError, load_yaml
from pipelines.schemas.documents import REF_AREA, SHA256
from pipelines.vocabulary import codes

MAX_SIDECAR_BYTES = 1_000_000
DOCUMENT_ID = r"^[1-9]\d{5}-(report|bulletin|plan)-\d{4}(-[a-z0-9][a-z0-9-]*)?$"
SUFFIX = ".yml"
FAULTS_TOLD = 20


def _code_as_text(value: object) -> object:
    """YAML reads an unquoted 330200 as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Sidecar(BaseModel):
    """What a document says of itself; an unknown key is an error.

    `year` is the year the text was given, for a bulletin the year it measures; `sha256` is the hash of
    the file as received; `accessed` is the day it was fetched; `replaces` is the id of an earlier version
    of the same text, which stays in raw/ and is not read any more.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words
    ref_area: Annotated[str, BeforeValidator(_code_as_text), StringConstraints(pattern=REF_AREA)]
    year: Annotated[int, Field(ge=1949, le=2100, strict=True)]
    publisher: Words | None = None
    url: Words | None = None
    published: date | None = None
    text_version: str | None = None
    sha256: Annotated[str, StringConstraints(pattern=SHA256)]
    accessed: date | None = None
    replaces: Annotated[str, StringConstraints(pattern=DOCUMENT_ID)] | None = None
    licence: Words | None = None
    notes: Words | None = None

    @field_validator("text_version")
    @classmethod
    def _text_version_is_in_the_closed_list(cls, value: str | None) -> str | None:
        known = codes("text_version")
        if value is not None and value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}")
        return value

    @field_validator("replaces")
    @classmethod
    def _replaces_the_same_text(cls, value: str | None, info: ValidationInfo) -> str | None:
        place, year = info.data.get("ref_area"), info.data.get("year")
        if value is not None and (value.split("-")[0], value.split("-")[2]) != (place, str(year)):
            raise ValueError(f"{value} is of another place or year")
        return value


def load_sidecar(path: Path, raw: Path) -> Sidecar:
    """Read the sidecar of a document in raw/.

    Raises:
        DocumentError: `sidecar_missing`, or `sidecar_invalid` with the line where one is to blame; the
            reason names every key that is wrong.
    """
    if not path.exists() and not path.is_symlink():
        raise DocumentError(
            "sidecar_missing",
            f"{path.name} does not exist",
            "Write the sidecar, or add the document with `gwr add`.",
        )
    text = _read(path, raw)
    try:
        return Sidecar.model_validate(load_yaml(text))
    except YamlError as error:
        raise _invalid(path, error.reason, error.line) from error
    except ValidationError as error:
        lines = _key_lines(yaml.compose(text, Loader=yaml.CSafeLoader))
        faults = [
            (str(fault["loc"][0]) if fault["loc"] else "file", fault["msg"]) for fault in error.errors()
        ]
        blamed = [lines[key] for key, _ in faults if key in lines]
        reason = "; ".join(f"{key}: {told}" for key, told in faults[:FAULTS_TOLD])
        raise _invalid(path, reason, min(blamed) if blamed else None) from error


def dump_sidecar(sidecar: Sidecar) -> str:
    """A sidecar as YAML, keys in the order of the model, without those that say nothing."""
    said = sidecar.model_dump(exclude_none=True)
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=1000)


def _read(path: Path, raw: Path) -> str:
    try:
        check_entry(path, raw)
        data = read_regular(path, MAX_SIDECAR_BYTES)
    except DocumentError as error:
        raise _invalid(path, error.reason, None) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _invalid(path, f"byte {error.start} is no UTF-8", line) from error


def _key_lines(node: yaml.Node | None) -> dict[str, int]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}


def _invalid(path: Path, reason: str, line: int | None) -> DocumentError:
    return DocumentError("sidecar_invalid", f"{path.name}: {reason}", "Correct the sidecar.", line=line)
