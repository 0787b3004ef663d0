"""The statement contract: what extraction is given and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class SentenceLike(Protocol):
    """What extraction needs to know of a sentence; `documents.model.OutlineSentence` has it."""

    @property
    def index(self) -> int: ...  # noqa: D102
    @property
    def char_start(self) -> int: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def paragraph_index(self) -> int: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def context_role(self) -> str: ...  # noqa: D102
    @property
    def period_start_year(self) -> int | None: ...  # noqa: D102
    @property
    def period_end_year(self) -> int | None: ...  # noqa: D102
    @property
    def section_path(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """The document that the sentences belong to."""

    document_id: str
    ref_area: str
    report_year: int


# Statements and candidates are the most numerous objects: a frozen dataclass sets each field through
# `object.__setattr__`, which takes ten times as long. Nothing changes one after it was made.
@dataclass(slots=True)
class Statement:
    """One (indicator, value) pair; the fields are the statement contract of the lake schema."""

    statement_id: str
    document_id: str
    ref_area: str | None
    report_year: int
    area_text: str | None
    char_start: int
    char_end: int
    source_text: str
    sentence_id: str
    sentence_text: str
    indicator_text: str
    indicator_name: str
    indicator_id: str | None
    measure: str
    value: float | None
    value_upper: float | None
    growth_basis: str | None
    price_basis: str | None
    unit_text: str | None
    unit: str | None
    printed_mult: int | None
    decimals: int | None
    bound: str | None
    modifier_text: str | None
    commitment: str | None
    commitment_text: str | None
    target_type: str
    year: int | None
    period_start_year: int | None
    sub_period: str | None
    streak_years: int | None
    rank_scope: str | None
    sector: str | None
    section_path: str | None
    binding_type: str | None
    relative_to: str | None
    rule_id: str
    inherited: str | None
    match_rule: str | None
    confidence: float
    review_status: str
    extractor_version: str


@dataclass(slots=True)
class Candidate:
    """A number that is no statement, with its reason."""

    candidate_id: str
    document_id: str
    sentence_id: str
    char_start: int
    char_end: int
    source_text: str
    reason: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a document says in numbers, and the numbers that say nothing, both in text order."""

    statements: tuple[Statement, ...]
    candidates: tuple[Candidate, ...]
