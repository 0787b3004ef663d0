"""Text -> statements: the steps in order, over the sentences of one document.

`extract` is a pure function of the sentences and the lexicon; it knows no files and no DataFrames.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipelines.extraction.contract import Candidate, DocumentKey, Extraction, SentenceLike, Statement
from pipelines.extraction.engine import Engine
from pipelines.extraction.frames import read_sentence
from pipelines.extraction.making import Maker
from pipelines.extraction.quantities import Rejected, scan
from pipelines.extraction.readings import Context
from pipelines.ids import hash_id

EXTRACTOR_VERSION = "1.0.0"
__all__ = [
    "EXTRACTOR_VERSION",
    "Candidate",
    "DocumentKey",
    "Extraction",
    "SentenceLike",
    "Statement",
    "extract",
]


def extract(document: DocumentKey, sentences: Iterable[SentenceLike], engine: Engine) -> Extraction:
    """Read the sentences of one document, in order.

    Args:
        document: whose sentences they are.
        sentences: from the outline; headings are read for nothing but their place in the order.
        engine: the compiled rules.

    Returns:
        Statements and rejected candidates. Spans count characters of the document's text.
    """
    statements: list[Statement] = []
    candidates: list[Candidate] = []
    context, paragraph = Context(ref_area=document.ref_area), -1
    fold, hints = engine.lexicon.fold, engine.lexicon.relative_hint.search
    ordinals: dict[tuple[int, int], int] = defaultdict(int)
    for sentence in sentences:
        if sentence.paragraph_index != paragraph:
            context, paragraph = Context(ref_area=document.ref_area), sentence.paragraph_index
        folded = fold(sentence.text)
        quantities, rejected = scan(folded, engine.lexicon)
        hinted = sentence.kind == "body" and hints(folded) is not None
        if not quantities and not rejected and not hinted:
            continue
        sentence_id = f"{document.document_id}:{sentence.index:04d}"
        if sentence.kind != "body":
            reason = "boilerplate" if sentence.kind == "boilerplate" else "list_number"
            rejected += [Rejected(q.start, q.end, reason, f"not.{sentence.kind}") for q in quantities]
        elif quantities or hinted:
            readings, relatives, unnamed = read_sentence(folded, quantities, engine.lexicon, context)
            rejected += unnamed
            if readings or relatives:
                maker = Maker(document, sentence, sentence_id, folded, engine)
            for reading in readings:
                quantity = reading.quantity
                if not quantity.unit_text and not engine.resolver.is_index(reading.name):
                    rejected.append(Rejected(quantity.start, quantity.end, "unit_unknown", "unit.none"))
                    continue
                span = (sentence.char_start + quantity.start, sentence.char_start + quantity.end)
                statements.append(maker.statement(reading, ordinals[span]))
                ordinals[span] += 1
            for relative in relatives:
                span = (sentence.char_start + relative.start, sentence.char_start + relative.end)
                statements.append(maker.relative(relative, ordinals[span]))
                ordinals[span] += 1
        candidates += _candidates(document, sentence, sentence_id, rejected)
    statements.sort(key=lambda statement: (statement.char_start, statement.char_end))
    return Extraction(tuple(statements), tuple(candidates))


def _candidates(
    document: DocumentKey, sentence: SentenceLike, sentence_id: str, rejected: Sequence[Rejected]
) -> list[Candidate]:
    seen: set[tuple[int, int]] = set()
    found: list[Candidate] = []
    for one in sorted(rejected, key=lambda one: (one.start, one.end)):
        if (one.start, one.end) in seen:
            continue
        seen.add((one.start, one.end))
        start, end = sentence.char_start + one.start, sentence.char_start + one.end
        found.append(
            Candidate(
                hash_id(document.document_id, start, end),
                document.document_id,
                sentence_id,
                start,
                end,
                sentence.text[one.start : one.end],
                one.reason,
                one.rule_id,
            )
        )
    return found
