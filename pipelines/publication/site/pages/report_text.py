"""The text of a report cut for reading: blocks of one kind, each of pieces with what is marked there."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.publication.site.source import Row

Piece = tuple[str, list[Row]]
"""A run of characters and the rows (statements, rejected numbers) whose spans cover all of it."""

OUTSIDE = "outside"
"""Kind of a block of characters that no sentence holds."""
_LINE_BREAK = re.compile(r"[ \t]*[\r\n]\s*")
_TOP_LEVEL = 2
_LOWEST_LEVEL = 6


@dataclass(slots=True)
class Block:
    """A heading or a paragraph.

    Attributes:
        kind: heading, body, boilerplate or outside.
        paragraph: the paragraph in the document; None outside of sentences.
        level: of a heading, 2 to 6, never more than one below the heading before it; else 0.
        anchor: the heading's name within the page; empty for others.
        pieces: its characters.
    """

    kind: str
    paragraph: int | None
    level: int = 0
    anchor: str = ""
    pieces: list[Piece] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The characters alone."""
        return "".join(text for text, _ in self.pieces)


def pieces(sentence: Row, marked: Sequence[Row]) -> Iterator[Piece]:
    """A sentence cut at the edges of its marks: each piece of text with what is marked there.

    Spans may be shared (two names, one value), may overlap and may reach out of the sentence; no
    character is lost or told twice.

    Args:
        sentence: `char_start`, `char_end` and `text`, where `text` is the characters of that span.
        marked: rows with `char_start` and `char_end`.
    """
    start, end = sentence["char_start"], sentence["char_end"]
    spans = [(max(row["char_start"], start), min(row["char_end"], end), row) for row in marked]
    spans = [span for span in spans if span[0] < span[1]]
    edges = sorted({start, end, *(edge for left, right, _ in spans for edge in (left, right))})
    for left, right in itertools.pairwise(edges):
        text = sentence["text"][left - start : right - start]
        yield text, [row for low, high, row in spans if low <= left and right <= high]


def blocks(text: str, sentences: Iterable[Row], marks: Mapping[str, Sequence[Row]]) -> list[Block]:
    """A document as headings and paragraphs, in the order of the text.

    Args:
        text: the document's stored text.
        sentences: rows of dim_sentences in order.
        marks: sentence_id -> what is marked in it.

    Returns:
        Blocks that together hold every character but line breaks and white space between paragraphs.
    """
    found: list[Block] = []
    at = level = 0
    for sentence in sentences:
        between = text[at : sentence["char_start"]]
        at = sentence["char_end"]
        if between.strip():
            found.append(Block(OUTSIDE, None, pieces=[(between.strip(), [])]))
            between = ""
        heading = sentence["kind"] == "heading"
        last = found[-1] if found else None
        if (
            heading
            or last is None
            or last.kind != sentence["kind"]
            or last.paragraph != sentence["paragraph_index"]
        ):
            last = Block(sentence["kind"], sentence["paragraph_index"])
            found.append(last)
        elif between:
            last.pieces.append((between, []))
        if heading:
            level = last.level = min(_level(sentence), max(level + 1, _TOP_LEVEL))
            last.anchor = f"h-{sentence['sentence_index']}"
        last.pieces.extend(pieces(sentence, marks.get(sentence["sentence_id"], ())))
    if rest := text[at:].strip():
        found.append(Block(OUTSIDE, None, pieces=[(rest, [])]))
    for block in found:
        _join_lines(block)
    return found


def _join_lines(block: Block) -> None:
    """Drop the line breaks of a hard-wrapped text, which browsers would show as a space amid Chinese."""
    text = block.text
    shown = list(text)
    for match in _LINE_BREAK.finditer(text):
        beside = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
        if not beside.isascii():
            shown[match.start() : match.end()] = [""] * (match.end() - match.start())
    at, kept = 0, []
    for piece, rows in block.pieces:
        kept.append(("".join(shown[at : at + len(piece)]), rows))
        at += len(piece)
    block.pieces = [(piece, rows) for piece, rows in kept if piece]


def _level(sentence: Row) -> int:
    above = sentence["section_path"]
    depth = above.count(" > ") + 1 if above else 0
    return min(_TOP_LEVEL + depth, _LOWEST_LEVEL)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents: a heading and how many statements stand below it up to the next."""

    anchor: str
    level: int
    text: str
    statements: int


def contents(found: Sequence[Block]) -> list[Entry]:
    """The headings of a document after its title."""
    title = found[0] if found and found[0].kind == "heading" else None
    heading: Block | None = None
    seen: dict[str, set[str]] = {}
    for block in found:
        if block.kind == "heading":
            heading = block
        if heading:
            within = seen.setdefault(heading.anchor, set())
            within.update(
                row["statement_id"] for _, rows in block.pieces for row in rows if "statement_id" in row
            )
    return [
        Entry(block.anchor, block.level, block.text.strip().rstrip("。：:"), len(seen[block.anchor]))
        for block in found
        if block.kind == "heading" and block is not title
    ]
