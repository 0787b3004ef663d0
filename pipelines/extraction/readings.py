"""What the frames produce, and what one clause hands to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.extraction.clauses import Clause
    from pipelines.extraction.grouping import Group
    from pipelines.extraction.lexicon import Lexicon
    from pipelines.extraction.predicates import Predicate
    from pipelines.extraction.quantities import Quantity

_REMEMBERED = 8


@dataclass(slots=True)
class Named:
    """The names that the values of a group are for, and how they were found.

    `is_new_subject` marks a name made of an earlier one that later predicates speak of.
    `areas` holds places that the values are about where the names are of places, not of indicators.
    """

    names: list[str]
    rule_id: str
    inherited: list[str] = field(default_factory=list)
    is_flow: bool = False
    areas: list[str] = field(default_factory=list)
    is_new_subject: bool = False


@dataclass(slots=True)
class Reading:
    """A name and a value that belong together, with what the words between them said."""

    name: str
    quantity: Quantity
    predicate: Predicate
    rule_id: str
    clause: Clause
    inherited: list[str] = field(default_factory=list)
    is_baseline: bool = False
    is_flow: bool = False
    rank_scope: str = ""
    streak_years: int | None = None
    areas: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Relative:
    """A statement without a number: an indicator tied to another one, or a state that is promised."""

    name: str
    relative_to: str | None
    start: int
    end: int
    bound: str | None
    rule_id: str
    is_growth: bool
    clause: Clause


@dataclass(slots=True)
class Context:
    """What was measured last, in the document of a place, and what the next clause may take over.

    Attributes:
        subjects: the names of the last group.
        areas: the places that each of them was about; none is the document's own.
        history: the names of the whole sentence so far.
        counted: the last name by unit.
        verb: the verb that counted the last names (新增, 改造).
        bare_phrase: a clause without a number.
        unit_text: the unit of the last value.
        share: the name of the last value where that was a share of another one.
        part_head: the head that parts of a whole share without printing it.
        baseline: where a change starts that has not ended yet.
    """

    subjects: list[str] = field(default_factory=list)
    areas: list[list[str]] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    counted: dict[str, str] = field(default_factory=dict)
    ref_area: str = ""
    verb: str = ""
    bare_phrase: str = ""
    predicate: Predicate | None = None
    unit_text: str = ""
    share: str = ""
    part_head: str = ""
    baseline: Reading | None = None

    def open_sentence(self) -> None:
        """Forget what does not reach over a full stop; the last subjects do."""
        self.history, self.counted = [], {}
        self.verb = self.bare_phrase = self.unit_text = self.share = self.part_head = ""
        self.predicate = self.baseline = None

    def resume(self, outside: Context) -> None:
        """Go on with what was measured before a bracket."""
        self.subjects, self.areas, self.history = outside.subjects, outside.areas, outside.history
        self.verb, self.predicate = outside.verb, outside.predicate
        self.unit_text, self.share = outside.unit_text, outside.share

    def remember(
        self, names: list[str], *, coordinated: bool, unit_text: str = "", areas: Sequence[list[str]] = ()
    ) -> None:
        """Note the names just measured, and the places that they were about (none: the document's own)."""
        if unit_text:
            self.counted[unit_text] = names[-1]
        self.subjects = [*self.subjects, *names][-_REMEMBERED:] if coordinated else names[-_REMEMBERED:]
        self.history = [*self.history, *names][-_REMEMBERED:]
        about = list(areas) or [[] for _ in names]
        self.areas = ([*self.areas, *about] if coordinated else about)[-_REMEMBERED:]

    def areas_of(self, names: list[str]) -> list[list[str]]:
        """The places of the subjects that names were carried over from, a name at a time."""
        if names == self.subjects[-len(names) :]:
            return self.areas[-len(names) :]
        found = []
        for name in names:
            about = zip(reversed(self.subjects), reversed(self.areas), strict=True)
            found.append(next((areas for subject, areas in about if subject in name or name in subject), []))
        return found

    def last(self, count: int) -> list[str]:
        """The subjects that `count` values without names are for."""
        if count > 1 and len(self.subjects) < count <= len(self.history):
            return self.history[-count:]
        return self.subjects[-count:] if len(self.subjects) >= count else self.subjects[-1:]


@dataclass(slots=True)
class Site:
    """A group of values where it stands: what the naming of it looks at.

    `predicate` is what `read_tail` made of the text left of the group; `outer` the text before the
    bracket, for a clause inside brackets.
    """

    group: Group
    predicate: Predicate
    clause: Clause
    outer: str
    context: Context
    lexicon: Lexicon

    @property
    def first(self) -> Quantity:
        """The first value of the group."""
        return self.group.quantities[0]

    @property
    def unit_text(self) -> str:
        """The unit of the first value."""
        # Asked for in two steps wherever it is needed: compiled code kept a value alive for good where the unit of
        # `first` was read in one expression.
        first = self.group.quantities[0]
        return first.unit_text

    @property
    def is_part(self) -> bool:
        """Whether the words before the values open a part of what was counted before (其中)."""
        lexicon = self.lexicon
        return self.group.left.lstrip(lexicon.words.opening_marks).startswith(lexicon.of_these)

    @property
    def many(self) -> int:
        """How many values the group lists."""
        return len(self.group.quantities)
