"""Words that others wrote, shown as data: on a terminal, in a spreadsheet, in Markdown, in a message."""

from __future__ import annotations

import re

MAX_MESSAGE = 500
"""Characters of a reason or of an error message that are kept."""

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
_UNSEEN_OR_BREAK = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
_RAW_IN_JSON = re.compile(rf"[\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text begins with that a spreadsheet would take for a formula."""
_MARKDOWN = re.compile(r"[\\`\[\]|]")
_MARKDOWN_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def visible(text: str) -> str:
    r"""A text that can't steer a terminal: control characters and marks that turn the direction of
    writing are written as escapes; line breaks and tabs stay.

    >>> visible("a\x1b[2Jb\u202ec")
    'a\\x1b[2Jb\\u202ec'
    """
    # What Python calls printable holds none of them, and it is known at once of the many texts that are.
    return text if text.isprintable() else _UNSEEN.sub(_escape, text)


def one_line(text: str) -> str:
    """As `visible`, with line breaks and tabs written as escapes too: one line stays one line."""
    return _UNSEEN_OR_BREAK.sub(_escape, text)


def has_unstorable(text: str) -> bool:
    """Whether a text holds what Parquet and DuckDB do not take: zero bytes, halves of surrogate pairs."""
    return _UNSTORABLE.search(text) is not None


def storable(text: str) -> str:
    """A text that Parquet and DuckDB take: a half of a surrogate pair becomes U+FFFD, a zero byte goes."""
    return _SURROGATES.sub("\ufffd", text).replace("\x00", "")


def message(text: str, limit: int = MAX_MESSAGE) -> str:
    """An error's own words as one line of bearable length.

    >>> message("a\\n  b")
    'a b'
    """
    shown = one_line(" ".join(text[: 4 * limit].split()))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def csv_text(text: str) -> str:
    """A text cell that a spreadsheet does not take for a formula: an apostrophe stands before one that
    begins with = + - @ (also full-width), a tab or a line break.

    >>> csv_text("=1+1"), csv_text("宁波")
    ("'=1+1", '宁波')
    """
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


def json_line(text: str) -> str:
    """JSON whose values are the same and that can't steer a terminal: what `json.dumps` leaves raw is
    written as an escape of JSON."""
    return _RAW_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def markdown_text(text: str) -> str:
    """A text in a Markdown table: no HTML, no link, no code, no new cell or row."""
    words = _MARKDOWN.sub(lambda match: f"\\{match[0]}", one_line(text))
    return "".join(_MARKDOWN_HTML.get(character, character) for character in words)
