"""PDF with a text layer: lines of pages become paragraphs again."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter

import pypdf

from pipelines.display import message, storable
from pipelines.documents.errors import DocumentError
from pipelines.documents.furniture import is_page_number
from pipelines.documents.lines import paragraph_spans
from pipelines.documents.readers.text import Text
from pipelines.settings import Settings

MAX_PAGES = 1000
MIN_CHARACTERS_PER_PAGE = 10
MAX_GARBLED = 0.05
"""Largest share of characters without a meaning (private use, replacement, control)."""
MIN_REPEATS = 3
"""A first or last line that stands on more than half of the pages, and on this many, is a running head."""

_WRAP = re.compile(r"[ \t\u3000]*[\r\n]+[ \t\u3000]*")
_LATIN = re.compile(r"[A-Za-z]")


def read_pdf(data: bytes) -> Text:
    """The text layer of a PDF: page numbers and running heads dropped, one line for each paragraph.

    Raises:
        DocumentError: `file_unreadable` (damaged or encrypted), `file_too_large` (pages), `no_text_layer`
            (a scan), `text_garbled` (the fonts do not say which characters they draw), `text_too_long`.
        MemoryError: there is not enough for it.
    """
    pages = [_lines(page) for page in _page_texts(data)]
    lines = _without_running_heads(pages)
    characters = sum(len(line) for line in lines)
    if characters < MIN_CHARACTERS_PER_PAGE * len(pages):
        raise DocumentError(
            "no_text_layer",
            f"{len(pages)} pages hold {characters} characters of text: the file is a scan",
            "Find the text in another format, or run character recognition and add its result as a new file.",
        )
    text = "\n".join(lines)
    _check_legible(text)
    paragraphs = (_unwrap(text[start:end]) for start, end in paragraph_spans(text))
    return Text("\n".join(paragraphs), None, "pdf")


def _page_texts(data: bytes) -> list[str]:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        count = 0 if locked else len(reader.pages)
        texts = _texts(reader) if 0 < count <= MAX_PAGES else []
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        # A damaged file leads pypdf to errors of any class, not only its own.
        told = message(f"{type(error).__name__}: {error}")
        raise _unreadable(f"the PDF can't be parsed ({told})") from error
    if locked or count == 0:
        raise _unreadable("the file is encrypted" if locked else "the PDF has no pages")
    if count > MAX_PAGES:
        raise DocumentError(
            "file_too_large", f"{count} pages, more than {MAX_PAGES}", "Cut the report out of the volume."
        )
    return texts


def _texts(reader: pypdf.PdfReader) -> list[str]:
    """The texts of the pages, up to the first that makes them too long for any report."""
    most = Settings().max_text_chars
    texts: list[str] = []
    length = 0
    for page in reader.pages:
        texts.append(storable(page.extract_text()))
        length += len(texts[-1])
        if length > 2 * most:
            raise DocumentError(
                "text_too_long",
                f"more than {2 * most} characters by page {len(texts)}",
                "Cut the report out of the volume, or raise GWR_MAX_TEXT_CHARS.",
            )
    return texts


def _unreadable(reason: str) -> DocumentError:
    return DocumentError("file_unreadable", reason, "Get the file again, or save it without protection.")


def _lines(page: str) -> list[str]:
    lines = [line.rstrip() for line in page.splitlines() if line.strip()]
    return [line for line in lines if not is_page_number(line)]


def _without_running_heads(pages: list[list[str]]) -> list[str]:
    edges = Counter(line.strip() for lines in pages for line in {*lines[:1], *lines[-1:]})
    often = max(MIN_REPEATS, len(pages) // 2 + 1)
    heads = {line for line, count in edges.items() if count >= often}
    kept: list[str] = []
    for lines in pages:
        first = 1 if lines and lines[0].strip() in heads else 0
        last = len(lines) - 1 if len(lines) > first and lines[-1].strip() in heads else len(lines)
        kept += lines[first:last]
    return kept


def _check_legible(text: str) -> None:
    garbled = sum(
        count
        for character, count in Counter(text).items()
        if character == "\ufffd"
        or (unicodedata.category(character) in ("Co", "Cc") and character not in "\n\t")
    )
    if garbled > MAX_GARBLED * len(text):
        raise DocumentError(
            "text_garbled",
            f"{garbled} of {len(text)} characters have no meaning: the fonts have no character map",
            "Find the text in another format.",
        )


def _unwrap(paragraph: str) -> str:
    """The lines of a paragraph as one: a space only between two Latin words."""
    pieces = _WRAP.split(paragraph)
    joined = pieces[0]
    for piece in pieces[1:]:
        latin = joined and piece and _LATIN.match(joined[-1]) and _LATIN.match(piece[0])
        joined += f" {piece}" if latin else piece
    return joined
