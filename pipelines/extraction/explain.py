"""Why is this number missing: every number of a text with its statement or the rule that rejected it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.extraction.statements import Extraction

_CONTEXT = 18


@dataclass(frozen=True, slots=True)
class Explained:
    """One number of a text.

    `outcome` is `statement` or the reason of the rejection; `rule_id` the frame or the rule; `detail`
    says what was read, in one line.
    """

    char_start: int
    char_end: int
    source_text: str
    before: str
    after: str
    outcome: str
    rule_id: str
    detail: str


def explain(text: str, extraction: Extraction) -> list[Explained]:
    """Every number of a text, in order: what became of it, and by which rule.

    Args:
        text: the document's stored text.
        extraction: what `extract` made of it.
    """
    rows = [
        (
            statement.char_start,
            statement.char_end,
            "statement",
            statement.rule_id,
            " | ".join(
                str(part)
                for part in (
                    statement.indicator_text,
                    statement.measure,
                    statement.value
                    if statement.value_upper is None
                    else f"{statement.value}..{statement.value_upper}",
                    statement.unit_text,
                    statement.bound,
                    statement.target_type,
                    statement.year,
                )
                if part is not None
            ),
        )
        for statement in extraction.statements
    ] + [
        (candidate.char_start, candidate.char_end, candidate.reason, candidate.rule_id, "")
        for candidate in extraction.candidates
    ]
    return [
        Explained(
            start,
            end,
            text[start:end],
            text[max(0, start - _CONTEXT) : start].replace("\n", " "),
            text[end : end + _CONTEXT].replace("\n", " "),
            outcome,
            rule_id,
            detail,
        )
        for start, end, outcome, rule_id, detail in sorted(rows)
    ]
