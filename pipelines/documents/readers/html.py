"""Web pages: the text of the block elements, without scripts, navigation and lists of links."""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.documents.readers.text import GB18030, Text, decode

DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
HEAD_BYTES = 4096
_CHINESE_SUBSETS = ("gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936")

DROPPED = (
    "script, style, noscript, template, nav, aside, footer, form, iframe, svg, button, select, head,"
    ' [hidden], [style*="display:none"], [style*="display: none"]'
)
BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
        ),
        *("fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html"),
        *("li", "main", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    )
)
CELLS = frozenset(("td", "th"))

_SOURCE_BREAK = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t\f]*[\r\n]\s*(?=[\u3000-\u9fff\uff00-\uffef])"
)
_WHITE = re.compile(r"[ \t\r\n\f]+")


class _Run(NamedTuple):
    text: str
    linked: bool


def read_html(data: bytes) -> Text:
    """The text of a web page, one line for each block element, table row or line break.

    White space is taken as a browser takes it; cells of a table row are separated by tabs. A line that
    is nothing but links to other pages is left out, as navigation is.

    Raises:
        DocumentError: `unknown_encoding`.
    """
    text, encoding = decode(data, _declared(data))
    tree = LexborHTMLParser(text)
    for node in tree.css(DROPPED):
        node.decompose()
    body = tree.body
    lines = _lines(body) if body is not None else []
    return Text("\n".join(lines), encoding, "html")


def _declared(data: bytes) -> str | None:
    found = DECLARED.search(data, 0, HEAD_BYTES)
    if found is None:
        return None
    name = found[1].decode("ascii").lower()
    return GB18030 if name in _CHINESE_SUBSETS else name


def _lines(body: LexborNode) -> list[str]:
    """Walk the tree without recursion (a page may nest deeply) and cut lines where blocks begin or end."""
    lines: list[str] = []
    runs: list[_Run] = []
    stack: list[tuple[LexborNode, bool, bool]] = [(body, False, False)]
    while stack:
        node, leaving, linked = stack.pop()
        tag = node.tag or ""
        if node.is_text_node:
            runs.append(_Run(_SOURCE_BREAK.sub("", node.text_content or ""), linked))
            continue
        if tag in CELLS and not leaving:
            runs.append(_Run("\t", True))
        if tag in BLOCKS or tag == "br":
            _cut(runs, lines)
        if leaving or not node.is_element_node:
            continue
        linked = linked or (tag == "a" and not (node.attributes.get("href") or "#").startswith("#"))
        stack.append((node, True, linked))
        stack += [(child, False, linked) for child in reversed(list(node.iter(include_text=True)))]
    _cut(runs, lines)
    return lines


def _cut(runs: list[_Run], lines: list[str]) -> None:
    """End a line: take the runs of text that belong to it."""
    only_links = all(run.linked or not run.text.strip() for run in runs)
    cells = "".join(run.text if run.text == "\t" else _WHITE.sub(" ", run.text) for run in runs).split("\t")
    runs.clear()
    line = "\t".join(cell.strip(" ") for cell in cells).strip("\t ")
    if line.strip() and not only_links:
        lines.append(line)
