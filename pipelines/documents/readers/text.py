"""Plain text, and the encodings that texts of any kind come in."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import charset_normalizer

from pipelines.documents.errors import DocumentError

UTF_8 = "utf-8"
GB18030 = "gb18030"
_BOMS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARABLE = frozenset(
    (
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "gb18030", "gbk"),
        *("gb2312", "hz", "big5", "big5hkscs", "cp950", "ascii", "iso8859-1", "cp1252"),
    )
)
"""Python knows more codecs than encodings of text: some are slow on purpose (punycode) or give no text."""
_CHINESE_CHARSETS = [GB18030, "big5"]


@dataclass(frozen=True, slots=True)
class Text:
    """What a reader gives: the text that is stored and never changed again, the character encoding of
    the file (None for a binary format) and the format (txt, html, pdf or docx)."""

    text: str
    encoding: str | None
    media_type: str


def read_txt(data: bytes) -> Text:
    """A text file, decoded and otherwise unchanged: line ends stay, a byte order mark is no part of it.

    Raises:
        DocumentError: `unknown_encoding`.
    """
    text, encoding = decode(data)
    return Text(text, encoding, "txt")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Decode bytes of an unknown encoding; returns the text and the name of the encoding.

    A byte order mark decides; else valid UTF-8; else what the file declares, if it decodes; else GB18030
    where charset-normalizer takes it for Chinese. There is no other guess.

    Args:
        data: the bytes.
        declared: the encoding that the file itself declares, if any.

    Raises:
        DocumentError: `unknown_encoding`, with the line of the first byte that is no UTF-8.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding), encoding
    try:
        text = data.decode(UTF_8)
    except UnicodeDecodeError as error:
        return _decode_other(data, declared, error)
    if "\x00" in text:
        raise _unknown("zero bytes in the text: this is no text file, or UTF-16 without a mark", None)
    return text, UTF_8


def codec(name: str) -> str | None:
    """Python's name of an encoding that a file or sidecar may declare, None for any other."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found in _DECLARABLE else None


def _decode_other(data: bytes, declared: str | None, first: UnicodeDecodeError) -> tuple[str, str]:
    name = codec(declared) if declared is not None else None
    if name is not None:
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            pass
    best = charset_normalizer.from_bytes(data, cp_isolation=_CHINESE_CHARSETS).best()
    if best is not None and best.encoding == GB18030 and best.language == "Chinese":
        return _strict(data, GB18030), GB18030
    looks_like = f", it looks like {best.encoding}" if best is not None else ""
    raise _unknown(
        f"neither valid UTF-8 (byte {first.start}) nor Chinese in GB18030{looks_like}",
        data.count(b"\n", 0, first.start) + 1,
    )


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _unknown(f"byte {error.start} is no valid {encoding}", line) from error


def _unknown(reason: str, line: int | None) -> DocumentError:
    return DocumentError(
        "unknown_encoding",
        reason,
        "Save the file as UTF-8 and write its new hash into the sidecar.",
        line=line,
    )
