"""Every page of `raw/sources.yml` -> raw/: new ones added, changed ones as a new version, the rest left."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from pipelines.display import message, one_line
from pipelines.documents.add import add_document
from pipelines.documents.errors import DocumentError
from pipelines.documents.readers import Text, read_text
from pipelines.lock import BuildInProgressError, build_lock
from pipelines.paths import Paths
from pipelines.settings import FetchSettings, Settings
from pipelines.sources.addresses import AddressRule
from pipelines.sources.client import Client, Page
from pipelines.sources.errors import FetchInProgressError, SourceError
from pipelines.sources.listing import Source, read_listing
from pipelines.sources.received import Received, find_received, has_shrunk, wording
from pipelines.sources.sniff import extension_of
from pipelines.sources.state import State, state_folder

LONGEST_TITLE = 200


class Outcome(StrEnum):
    """What became of a page."""

    ADDED = "added"
    NEW_VERSION = "new version"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceResult:
    """One page: the document it holds (or the entry, where that is wrong), its URL, what became of it,
    the file of raw/ where there is one, and in words what a person should know."""

    label: str
    url: str | None
    outcome: Outcome
    file_path: str | None
    said: str


Progress = Callable[[str], None]
"""Called with each line that a person may want to see while pages are fetched."""


def fetch_sources(
    paths: Paths,
    settings: FetchSettings,
    today: date,
    progress: Progress,
    allowed: AddressRule | None = None,
) -> list[SourceResult]:
    """Fetch every page of the list. A page that can't be had or taken is told, and the others go on.

    Args:
        paths: raw/ with the list, data/ for what servers said the last time.
        settings: timeouts, retries, politeness.
        today: the day that sidecars name as the one of access.
        progress: told of each page when it is done, and of each further attempt.
        allowed: which addresses may be connected to, where the settings do not decide it.

    Raises:
        SourcesFileError: raw/sources.yml as a whole can't be used.
        FetchInProgressError: another process is fetching.
    """
    listing = read_listing(paths.raw)
    results = [
        SourceResult(wrong.label, wrong.url, Outcome.FAILED, None, wrong.reason) for wrong in listing.wrong
    ]
    for result in results:
        progress(line_of(result))
    try:
        with build_lock(state_folder(paths)):
            state = State.load(paths)
            client = Client(
                settings, Settings().max_file_mb * 1_000_000, lambda said: progress(f"  {said}"), allowed
            )
            for number, source in enumerate(listing.sources, start=1):
                progress(one_line(f"{number} of {len(listing.sources)}: {source.document_id} {source.url}"))
                results.append(_fetch(paths.raw, source, client, state, settings, today))
                progress(f"  {line_of(results[-1])}")
    except BuildInProgressError as error:
        raise FetchInProgressError(
            f"Another process is fetching for {paths.data}. Wait until it has ended; nothing was changed."
        ) from error
    return results


def line_of(result: SourceResult) -> str:
    """A result in one line."""
    where = f" {result.file_path}" if result.file_path else f" {result.label}"
    return one_line(f"{result.outcome.value}:{where}{': ' if result.said else ''}{result.said}")


def _fetch(
    raw: Path, source: Source, client: Client, state: State, settings: FetchSettings, today: date
) -> SourceResult:
    def result(outcome: Outcome, file_path: str | None, said: str = "") -> SourceResult:
        return SourceResult(source.document_id, source.url, outcome, file_path, said)

    try:
        held = find_received(raw, source)
        page = client.get(source.url, state.validators(source, held.file.file_path) if held else None)
        if page is None:
            return result(Outcome.UNCHANGED, held.file.file_path if held else None)
        extension = extension_of(page.body, page.content_type)
        if held is not None and _same_bytes(page, held):
            state.remember(source, page.validators, held.file.file_path)
            return result(Outcome.UNCHANGED, held.file.file_path)
        text = read_text(page.body, extension)
        _check_length(text, settings.min_characters)
        if held is None:
            file_path = _store(raw, source, page, extension, text, today, None)
            state.remember(source, page.validators, file_path)
            return result(Outcome.ADDED, file_path)
        if not _says_something_new(source, page, text, held):
            state.remember(source, page.validators, held.file.file_path)
            return result(Outcome.UNCHANGED, held.file.file_path, "other bytes, the same text")
        file_path = _store(raw, source, page, extension, text, today, held)
        state.remember(source, page.validators, file_path)
        said = (
            f"the page changed; this one is read from now on, {held.file.file_path} stays as it was received"
        )
        return result(Outcome.NEW_VERSION, file_path, said)
    except (SourceError, DocumentError) as error:
        return result(Outcome.FAILED, None, message(str(error)))
    except OSError as error:
        return result(Outcome.FAILED, None, message(f"raw/ can't be read or written ({error})"))


def _same_bytes(page: Page, held: Received) -> bool:
    """Whether the newest version is what the page says.

    Raises:
        SourceError: an earlier version is: which of the two counts is for a person to say.
    """
    digest = hashlib.sha256(page.body).hexdigest()
    if digest == held.sidecar.sha256:
        return True
    if digest in held.earlier:
        raise SourceError(
            f"the page says again what was received as {held.earlier[digest]}",
            f"To have that one read again, remove {held.file.file_path} and its sidecar.",
        )
    return False


def _check_length(text: Text, least: int) -> None:
    length = len("".join(text.text.split()))
    if length < least:
        raise SourceError(
            f"the page holds only {length} characters of text",
            "Look at it in a browser: it may be an error page, or need scripts. If it is what you want,"
            " lower GWR_FETCH_MIN_CHARACTERS or use `gwr add`.",
        )


def _says_something_new(source: Source, page: Page, text: Text, held: Received) -> bool:
    """Whether the text differs from the newest version by more than page furniture.

    Raises:
        SourceError: it differs, but raw/ got its version elsewhere, or most of the text is gone.
        DocumentError: the newest version can't be read.
    """
    before = held.text()
    if wording(before) == wording(text.text):
        return False
    if held.sidecar.url != source.url:
        raise SourceError(
            f"{held.file.file_path} came from elsewhere ({held.sidecar.url or 'no url in its sidecar'}) and"
            " says something else",
            "Give the entry a version to have both, or write its url into that sidecar to let it replace the file.",
        )
    if has_shrunk(before, text.text):
        raise SourceError(
            f"the page lost more than half of its text since {held.file.file_path}",
            "Look at it in a browser. If that is the new text, add it with `gwr add --replaces"
            f" {held.file.document_id}`.",
        )
    return True


def _store(
    raw: Path, source: Source, page: Page, extension: str, text: Text, today: date, held: Received | None
) -> str:
    """Put a page into raw/ as it was received; returns its path there."""
    version = source.version
    if held is not None:
        digest = hashlib.sha256(page.body).hexdigest()[:8]
        version = f"{source.version}-{digest}" if source.version else digest
    with tempfile.TemporaryDirectory(prefix="gwr-fetch-") as folder:
        file = Path(folder) / f"{source.document_id}{extension}"
        file.write_bytes(page.body)
        target = add_document(
            raw,
            file,
            source.place,
            source.year,
            kind=source.kind,
            title=source.title or _page_title(page.body, extension, text),
            url=source.url,
            published=source.published,
            publisher=source.publisher,
            text_version=source.text_version,
            version=version,
            replaces=held.file.document_id if held else None,
            accessed=today,
        )
    return target.relative_to(raw).as_posix()


def _page_title(body: bytes, extension: str, text: Text) -> str | None:
    """The title that a web page gives itself, if any."""
    if extension != ".html" or text.encoding is None:
        return None
    title = LexborHTMLParser(body.decode(text.encoding, errors="replace")).css_first("title")
    words = " ".join(title.text().split()) if title is not None else ""
    return message(words, LONGEST_TITLE) or None
