"""`raw/sources.yml`: the pages to watch, one entry each, checked one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.functional_validators import AfterValidator

from pipelines.documents.errors import DocumentError
from pipelines.documents.files import check_place, document_id
from pipelines.documents.raw_files import read_regular
from pipelines.documents.sidecar import Words
from pipelines.documents.yaml_text import YamlError, load_yaml
from pipelines.schemas.documents import REF_AREA
from pipelines.sources.addresses import checked_url
from pipelines.sources.errors import SourceError, SourcesFileError
from pipelines.vocabulary import codes

FILE_NAME = "sources.yml"
MAX_BYTES = 5_000_000


def _code_as_text(value: object) -> object:
    """YAML reads an unquoted 330200 as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _fetchable(url: str) -> str:
    try:
        return str(checked_url(url))
    except SourceError as error:
        raise ValueError(str(error)) from error


def _known(place: str) -> str:
    try:
        check_place(place)
    except DocumentError as error:
        raise ValueError(str(error)) from error
    return place


def _in_closed_list(text_version: str) -> str:
    known = codes("text_version")
    if text_version not in known:
        raise ValueError(f"{text_version!r} is none of {', '.join(known)}")
    return text_version


class Source(BaseModel):
    """A page to watch; an unknown key is an error.

    `year` is the year the text was given, for a bulletin the year it measures; `version` is a short
    name, where a year has several texts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: Annotated[
        str, BeforeValidator(_code_as_text), StringConstraints(pattern=REF_AREA), AfterValidator(_known)
    ]
    year: Annotated[int, Field(ge=1949, le=2100, strict=True)]
    kind: Literal["report", "bulletin", "plan"]
    url: Annotated[Words, AfterValidator(_fetchable)]
    title: Words | None = None
    publisher: Words | None = None
    published: date | None = None
    text_version: Annotated[str, AfterValidator(_in_closed_list)] | None = None
    version: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")] | None = None

    @property
    def document_id(self) -> str:
        """The id of the document that the page holds: `330200-report-2026`."""
        return document_id(self.place, self.kind, self.year, self.version)


@dataclass(frozen=True, slots=True)
class WrongEntry:
    """An entry that can't be used: what it is about, as far as it says, and why."""

    label: str
    url: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of the file, in its order, and those that can't be used."""

    sources: tuple[Source, ...]
    wrong: tuple[WrongEntry, ...]


def sources_file(raw: Path) -> Path:
    """Where the list of pages is."""
    return raw / FILE_NAME


def read_listing(raw: Path) -> Listing:
    """Read the list of pages; no file is an empty list. A wrong entry is named and the others stay.

    Raises:
        SourcesFileError: the file is no list of entries at all; the message names file and line.
    """
    path = sources_file(raw)
    if not path.exists():
        return Listing((), ())
    nodes, loaded = _load(path)
    sources: dict[str, Source] = {}
    wrong: list[WrongEntry] = []
    for number, (node, entry) in enumerate(zip(nodes, loaded, strict=True), start=1):
        where = f"{FILE_NAME}:{node.start_mark.line + 1}: entry {number}"
        try:
            source = Source.model_validate(entry)
        except ValidationError as error:
            wrong.append(WrongEntry(where, _url_of(entry), _faults(error)))
            continue
        if source.document_id in sources:
            reason = f"{source.document_id} stands there twice. Give one of them a version, or remove it."
            wrong.append(WrongEntry(where, source.url, reason))
            continue
        sources[source.document_id] = source
    return Listing(tuple(sources.values()), tuple(wrong))


def _load(path: Path) -> tuple[list[yaml.Node], list[Any]]:
    """The entries as YAML nodes, which know their lines, and as values."""
    try:
        text = read_regular(path, MAX_BYTES).decode("utf-8-sig")
        loaded = load_yaml(text)
    except UnicodeDecodeError as error:
        raise SourcesFileError(f"{path}: byte {error.start} is no UTF-8. Save the file as UTF-8.") from error
    except YamlError as error:
        line = f":{error.line}" if error.line else ""
        raise SourcesFileError(f"{path}{line}: {error.reason}. Mend the YAML.") from error
    except DocumentError as error:
        raise SourcesFileError(f"{path}: {error.reason}. Mend the file.") from error
    if loaded is None:
        return [], []
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if not isinstance(root, yaml.SequenceNode):
        raise SourcesFileError(
            f"{path}: no list. Each page is an entry that begins with `- place:`; docs/sources.md shows one."
        )
    return root.value, loaded


def _faults(error: ValidationError) -> str:
    said = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
    return "; ".join(f"{key}: {text.removeprefix('Value error, ')}" if key else text for key, text in said)


def _url_of(entry: object) -> str | None:
    url = entry.get("url") if isinstance(entry, dict) else None
    return url if isinstance(url, str) else None
