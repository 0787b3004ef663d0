"""Text -> outline: parts, paragraphs and sentences with their roles and years. Pure."""

from __future__ import annotations

from pipelines.documents.context import FRONT, Context, ContextTracker, title_context, year_of_work
from pipelines.documents.headings import ITEM_LEVEL, PART_LEVEL, Heading
from pipelines.documents.model import Outline, OutlineSentence, Part
from pipelines.documents.segments import Segment, segments

BULLETIN = "bulletin"
ANNEX = "annex"


def outline(text: str, report_year: int, doc_kind: str = "report") -> Outline:
    """Find the parts and sentences of a report, plan report or bulletin.

    Args:
        text: the stored text; it is not changed, all spans count its characters.
        report_year: the year the report was given and plans for; for a bulletin the year it measures.
        doc_kind: a code of the closed list doc_kind.

    Returns:
        Parts from the one before the first heading (index 0) on, and sentences in the order of the
        text; `text[s.char_start:s.char_end] == s.text` for each, no two overlap, and only white space
        lies between them. In a hard-wrapped text a sentence may hold line breaks.
    """
    return _Builder(text, report_year, doc_kind).build()


class _Builder:
    def __init__(self, text: str, report_year: int, doc_kind: str) -> None:
        self.text = text
        self.found = list(segments(text))
        self.numbered_parts = any(self._opens_numbered_part(segment) for segment in self.found)
        titles = [segment.heading.title for segment in self.found if segment.heading]
        self.fixed = Context("review_year", report_year, report_year) if doc_kind == BULLETIN else None
        self.tracker = ContextTracker(year_of_work(titles, report_year))
        self.starts: list[tuple[int, str, Context]] = [(0, "", self.fixed or FRONT)]
        self.sentences: list[OutlineSentence] = []

    @staticmethod
    def _opens_numbered_part(segment: Segment) -> bool:
        heading = segment.heading
        return heading is not None and heading.level == PART_LEVEL and heading.length > 0

    def build(self) -> Outline:
        paragraph = -1
        opens = True
        for segment in self.found:
            if segment.kind != "boilerplate" and segment.paragraph_index != paragraph:
                if self.sentences:
                    self.tracker.end_paragraph(self.sentences[-1].text)
                self.tracker.begin_paragraph(self.text[segment.start : segment.start + 8])
                paragraph = segment.paragraph_index
                opens = True
            opens = self._add(segment, opens)
        return Outline(self._parts(), tuple(self.sentences))

    def _add(self, segment: Segment, opens: bool) -> bool:
        """Append a segment; returns whether the next one opens a paragraph or follows a heading."""
        text = self.text[segment.start : segment.end]
        path = self.tracker.path
        context = self.tracker.current
        if segment.heading is not None and (heading := self._level(segment, segment.heading)):
            context = self.tracker.enter_heading(heading, bare=segment.bare)
            if heading.level == PART_LEVEL:
                self.starts.append((segment.start, heading.title, self.fixed or context))
            path = self.tracker.path[:-1] if segment.kind == "heading" else self.tracker.path
        if segment.kind == "body":
            context = self.tracker.read(text, opens_paragraph=opens)
            opens = opens and self.tracker.only_address(text)
        elif segment.kind == "heading":
            opens = True
        context = self.fixed or context
        self.sentences.append(
            OutlineSentence(
                len(self.sentences),
                segment.start,
                segment.end,
                text,
                segment.paragraph_index,
                len(self.starts) - 1,
                segment.kind,
                *context,
                path,
            )
        )
        return opens

    def _level(self, segment: Segment, heading: Heading) -> Heading | None:
        """The heading at the level where it stands in this report, None where it opens nothing."""
        if not segment.bare:
            listed = heading.level == PART_LEVEL and heading.length == 0
            return heading._replace(level=ITEM_LEVEL) if listed else heading
        year = self.tracker.report_year
        said = title_context(heading.title, self.tracker.current, year, part=True, bare=True)
        early = len(self.starts) == 1 and segment.start < len(self.text) // 2
        if said and said.role == ANNEX:
            return None if early else heading._replace(level=PART_LEVEL)
        if said and said.role != FRONT.role and not self.numbered_parts:
            return heading._replace(level=PART_LEVEL)
        return None if self.tracker.current.role == FRONT.role else heading

    def _parts(self) -> tuple[Part, ...]:
        ends = [start for start, _, _ in self.starts[1:]] + [len(self.text)]
        return tuple(
            Part(index, title, start, end, *context)
            for index, ((start, title, context), end) in enumerate(zip(self.starts, ends, strict=True))
        )
