"""What a page is, by its bytes first: servers are often wrong about it."""

from __future__ import annotations

import codecs
import io
import re
import zipfile

from pipelines.sources.errors import SourceError

_PDF_WITHIN = 1024
_LOOKED_AT = 4096
_HTML = re.compile(rb"<!doctype\s+html|<(?:html|head|body|meta|title|div|p|table)[\s>]", re.IGNORECASE)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_HINT = "Save the text as txt, html, pdf or docx and add it with `gwr add`."


def extension_of(body: bytes, content_type: str) -> str:
    """The extension under which a page is stored: `.pdf`, `.docx`, `.html` or `.txt`.

    Args:
        body: the page.
        content_type: what the server claims; it only decides where the bytes do not.

    Raises:
        SourceError: the page is empty, or of no type that can be read.
    """
    claimed = content_type.partition(";")[0].strip().lower()
    if not body.strip():
        raise SourceError("the page is empty")
    if b"%PDF-" in body[:_PDF_WITHIN]:
        return ".pdf"
    if body.startswith(b"PK\x03\x04"):
        return _packed(body)
    if body.startswith(_OLD_OFFICE):
        raise SourceError("the page is a file of an old Office (.doc, .xls), which can't be read", _HINT)
    marked = body.startswith(_MARKS)
    start = body[:_LOOKED_AT]
    if not marked and _CONTROL.search(start):
        raise SourceError(
            f"the page is no text, and no pdf or docx (the server says {claimed or 'nothing'})", _HINT
        )
    plain = start.replace(b"\x00", b"") if marked else start
    if _HTML.search(plain) or claimed in {"text/html", "application/xhtml+xml"}:
        return ".html"
    if claimed in {"", "text/plain", "application/octet-stream"}:
        return ".txt"
    raise SourceError(f"the page is of type {claimed}, which can't be read", _HINT)


def _packed(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if "word/document.xml" in archive.namelist():
                return ".docx"
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SourceError(f"the page is a damaged archive ({error})", _HINT) from error
    raise SourceError("the page is an archive, but no docx", _HINT)
