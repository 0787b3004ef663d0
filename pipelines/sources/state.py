"""What servers said of each page the last time: `data/sources/state.json`. Losing it costs one full fetch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipelines.paths import Paths
from pipelines.sources.client import Validators
from pipelines.sources.listing import Source


class Seen(BaseModel):
    """The last answer for a page: its validators, and the file of raw/ that holds what it said."""

    model_config = ConfigDict(frozen=True)

    url: str
    etag: str | None
    last_modified: str | None
    file_path: str

    @property
    def validators(self) -> Validators:
        """As the client takes them."""
        return Validators(self.url, self.etag, self.last_modified)


_FILE = TypeAdapter(dict[str, Seen])


def state_folder(paths: Paths) -> Path:
    """Where the state and the lock of fetching are."""
    return paths.data / "sources"


@dataclass(slots=True)
class State:
    """The last answers, by document and URL; written at once when one is new."""

    path: Path
    seen: dict[str, Seen]

    @classmethod
    def load(cls, paths: Paths) -> State:
        """Read the state; a missing or damaged file counts as none."""
        path = state_folder(paths) / "state.json"
        try:
            return cls(path, _FILE.validate_json(path.read_bytes()))
        except (OSError, ValidationError):
            return cls(path, {})

    def validators(self, source: Source, file_path: str) -> Validators | None:
        """What to send along, where the file of the last answer is still the one in raw/."""
        seen = self.seen.get(_key(source))
        return seen.validators if seen is not None and seen.file_path == file_path else None

    def remember(self, source: Source, validators: Validators, file_path: str) -> None:
        """Keep an answer that raw/ holds."""
        self.seen[_key(source)] = Seen(
            url=validators.url,
            etag=validators.etag,
            last_modified=validators.last_modified,
            file_path=file_path,
        )
        said = {key: seen.model_dump() for key, seen in sorted(self.seen.items())}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        partial.replace(self.path)


def _key(source: Source) -> str:
    return f"{source.document_id} {source.url}"
