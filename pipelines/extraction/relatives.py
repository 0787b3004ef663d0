"""Step 4e: targets without a number. `居民收入与经济增长同步`, `高于全国平均水平`, `实现全覆盖`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.extraction import names
from pipelines.extraction.ellipsis import bare_subject, is_measured
from pipelines.extraction.readings import Context, Relative

if TYPE_CHECKING:
    from pipelines.extraction.clauses import Clause
    from pipelines.extraction.lexicon import Lexicon

_LONGEST = 60


def read_relative(clause: Clause, context: Context, lexicon: Lexicon) -> Relative | None:
    """Read a clause without a number; None when it ties no indicator to anything."""
    text = clause.text.strip(" \u3000\x01\r\n")
    if len(text) > _LONGEST or lexicon.relative_hint.search(text) is None:
        return None
    offset = clause.start + clause.text.find(text)
    of_last = _of_last(text, offset, clause, context, lexicon)
    if of_last is not None:
        return of_last
    for rule_id, bound, pattern in lexicon.relatives:
        match = pattern.match(text)
        if match is None:
            continue
        name = bare_subject(match["name"], lexicon)
        if lexicon.anaphors.get(name) is not None and context.subjects:
            name = names.join_subject(context.subjects[-1], name, lexicon)
        if not is_measured(name, lexicon):
            return None
        growth = lexicon.relative_growth.search(text) is not None
        start = offset + match.end("name")
        return Relative(name, match["to"], start, offset + len(text), bound, rule_id, growth, clause)
    for rule_id, pattern in lexicon.qualitatives:
        match = pattern.match(text)
        if match is None:
            continue
        name = bare_subject(match["name"], lexicon)
        if name and lexicon.known.at_end(name) == name:
            context.remember([name], coordinated=False)
            return Relative(
                name, None, offset + match.end("name"), offset + len(text), None, rule_id, False, clause
            )
    return None


def _of_last(text: str, offset: int, clause: Clause, context: Context, lexicon: Lexicon) -> Relative | None:
    """增长7%，确保不低于全省平均水平: what was named last, tied to another's value."""
    if not context.history:
        return None
    for rule_id, bound, pattern in lexicon.relatives_of_last:
        match = pattern.match(text)
        if match is not None:
            growth = context.predicate is not None and context.predicate.direction is not None
            name = context.subjects[-1]
            start = offset + match.start("said")
            return Relative(name, match["to"], start, offset + len(text), bound, rule_id, growth, clause)
    return None
