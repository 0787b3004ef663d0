"""The outline of a text: its parts and its sentences, as spans of the unchanged characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SentenceKind = Literal["body", "heading", "boilerplate"]


@dataclass(frozen=True, slots=True)
class Part:
    """One main part (一、…) of a text; part 0 is what stands before the first heading.

    `char_start` and `char_end` count characters of the text; `title` is the heading's words without
    its number, empty where the part has no heading. `context_role` is a code of the closed list of
    that name; the years are those the part is about, None where no rule says.
    """

    index: int
    title: str
    char_start: int
    char_end: int
    context_role: str
    period_start_year: int | None
    period_end_year: int | None


@dataclass(frozen=True, slots=True)
class OutlineSentence:
    """One sentence, heading or line of page furniture: `text[char_start:char_end] == sentence.text`.

    Role and years are those of the sentence's own surroundings: its opening words first, then its
    paragraph, its section and its part. `section_path` holds the headings above it, outermost first.
    """

    index: int
    char_start: int
    char_end: int
    text: str
    paragraph_index: int
    part_index: int
    kind: SentenceKind
    context_role: str
    period_start_year: int | None
    period_end_year: int | None
    section_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """What `outline` finds in a text: every non-white character belongs to exactly one sentence."""

    parts: tuple[Part, ...]
    sentences: tuple[OutlineSentence, ...]
