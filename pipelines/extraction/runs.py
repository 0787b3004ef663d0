"""Patterns that begin with a run of characters, tried once a run.

`\\d+周年` fails at every digit of a long number, and each time only at the end of it: a line of digits would
take the square of its length. What such a pattern matches from within a run it matches from the start of
the run too, so the others need not be tried.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

# Private to the standard library, as in `edges`, and for the same reason.
_parser: Any = importlib.import_module("re._parser")
_compiler: Any = importlib.import_module("re._compiler")
_op: Any = importlib.import_module("re._constants")

_ONE_CHARACTER = (_op.LITERAL, _op.IN)


def compile_once_a_run(pattern: str) -> re.Pattern[str]:
    """Compile a pattern as `(?<!x)x+...` wherever a match can begin with `x+`.

    A search finds what it finds without. A match in the middle of a run is not found, for which the
    start of the run was not asked: one that begins where another ended.

    Raises:
        re.error: the pattern is malformed.
    """
    parsed = _parser.parse(pattern)
    _guard(parsed)
    compiled: re.Pattern[str] = _compiler.compile(parsed)
    return compiled


def _guard(sequence: Any) -> None:
    if not sequence:
        return
    op, value = sequence[0]
    if op is _op.BRANCH:
        for branch in value[1]:
            _guard(branch)
    elif op is _op.SUBPATTERN:
        _guard(value[-1])
    elif op in (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT):
        least, most, inner = value
        # Behind something else, an assertion above all, the start of the run may not match.
        if least <= 1 and most is _op.MAXREPEAT and len(inner) == 1 and inner[0][0] in _ONE_CHARACTER:
            before = _parser.SubPattern(sequence.state, [inner[0]])
            sequence.insert(0, (_op.ASSERT_NOT, (-1, before)))
