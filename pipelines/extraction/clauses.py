"""Step 3: a sentence -> clauses, aware of quotation marks and brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.extraction.function_words import HOLE

_MARKS = re.compile(r"[，；。：！？,;:!?\n“”()]")


@dataclass(slots=True)
class Clause:
    """A stretch of a sentence between two marks.

    `text` has the same length as the span; a bracket inside it that is a clause of its own is
    blanked. `segment` counts the stretches between semicolons. `anchor` is the offset of the opening
    bracket for a clause inside brackets, else None.
    """

    start: int
    end: int
    text: str
    segment: int
    anchor: int | None = None


def split(sentence: str) -> list[Clause]:
    """Split a folded sentence; offsets count its characters. Clauses come in order of their start."""
    brackets = _number_brackets(sentence) if "(" in sentence else []
    outer = sentence
    for start, end in brackets:
        outer = outer[:start] + HOLE * (end - start) + outer[end:]
    clauses = _cut(outer, 0, None)
    for start, end in brackets:
        clauses += _cut(sentence[start + 1 : end - 1], start + 1, start)
    clauses.sort(key=lambda clause: (clause.start, clause.end))
    return clauses


def _number_brackets(sentence: str) -> list[tuple[int, int]]:
    """The outermost brackets that hold a digit; brackets without one are part of a name."""
    found: list[tuple[int, int]] = []
    depth = start = 0
    for match in re.finditer(r"[()]", sentence):
        if match.group() == "(":
            if depth == 0:
                start = match.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0 and any(char.isdigit() for char in sentence[start : match.end()]):
                found.append((start, match.end()))
    return found


def _cut(text: str, offset: int, anchor: int | None) -> list[Clause]:
    clauses: list[Clause] = []
    begin = segment = 0
    quoted = False
    for match in _MARKS.finditer(text):
        mark, at = match.group(), match.start()
        if mark in "“”":
            quoted = mark == "“" and text.find("”", at, at + 40) != -1
            continue
        if mark in "()" or (quoted and mark in "，,：:") or _inside_number(text, at, mark):
            continue
        if text[begin:at].strip():
            clauses.append(Clause(offset + begin, offset + at, text[begin:at], segment, anchor))
        begin = at + 1
        if mark in "；;":
            segment += 1
    if text[begin:].strip():
        clauses.append(Clause(offset + begin, offset + len(text), text[begin:], segment, anchor))
    return clauses


def _inside_number(text: str, at: int, mark: str) -> bool:
    return mark in ",:" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
