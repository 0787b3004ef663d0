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
