"""The examples of tests/corpus/reading (data; schema in docs/annotation.md), read one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.documents.model import OutlineSentence
from pipelines.extraction.statements import DocumentKey, Statement, extract
from pipelines.rules import engine

FOLDER = Path(__file__).parent / "reading"
COMPARED = (
    "value",
    "value_upper",
    "unit_text",
    "measure",
    "bound",
    "target_type",
    "year",
    "period_start_year",
    "growth_basis",
    "streak_years",
    "commitment",
    "area_text",
)


def examples() -> list[dict[str, Any]]:
    """Every example of every topic."""
    return [
        example
        for path in sorted(FOLDER.glob("*.yml"))
        for example in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def known_misses() -> dict[str, str]:
    """Examples that are not read rightly yet, each with what is wrong."""
    path = FOLDER.parent / "known_misses.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def read(example: dict[str, Any]) -> list[Statement]:
    """The statements of an example's text."""
    first, last = example.get("period") or (None, None)
    sentence = OutlineSentence(
        index=0,
        char_start=0,
        char_end=len(example["text"]),
        text=example["text"],
        paragraph_index=0,
        part_index=1,
        kind="body",
        context_role=example["role"],
        period_start_year=first,
        period_end_year=last,
        section_path=(),
    )
    key = DocumentKey("example", "330200", example["report_year"])
    return list(extract(key, [sentence], engine()).statements)


def spans(text: str, piece: str) -> list[tuple[int, int]]:
    """Every place where a piece stands in a text."""
    found, at = [], text.find(piece)
    while at != -1:
        found.append((at, at + len(piece)))
        at = text.find(piece, at + 1)
    return found


def overlaps(statement: Statement, places: list[tuple[int, int]]) -> bool:
    """Whether a statement's span touches one of the places."""
    return any(statement.char_start < end and start < statement.char_end for start, end in places)


def contains(core: str, name: str) -> bool:
    """Whether a name holds a core: `A+B` both, `A|B` either."""
    plain = name.replace("“", "").replace("”", "")
    return any(all(part in plain for part in either.split("+")) for either in core.split("|"))


def differences(example: dict[str, Any]) -> list[str]:
    """What the reading of an example gets wrong, in words; empty when all is right."""
    found = [statement for statement in read(example) if statement.value is not None]
    problems: list[str] = []
    free = list(found)
    for want in example["expect"]:
        places = spans(example["text"], want["source_text"])
        here = [s for s in free if overlaps(s, places)]
        if not here:
            problems.append(f"missed {want['source_text']} ({want['indicator']})")
            continue
        wrong = {id(s): [k for k in COMPARED if k in want and getattr(s, k) != want[k]] for s in here}
        best = min(here, key=lambda s: (not contains(want["indicator"], s.indicator_text), len(wrong[id(s)])))
        free.remove(best)
        if not contains(want["indicator"], best.indicator_text):
            problems.append(
                f"{want['source_text']}: indicator {best.indicator_text!r}, want {want['indicator']!r}"
            )
        problems += [
            f"{want['source_text']}: {key} {getattr(best, key)!r}, want {want[key]!r}"
            for key in wrong[id(best)]
        ]
    forgiven = [place for piece in example.get("optional", []) for place in spans(example["text"], piece)]
    problems += [f"spurious {s.source_text} ({s.indicator_text})" for s in free if not overlaps(s, forgiven)]
    without = [statement for statement in read(example) if statement.value is None]
    for want in example.get("relative", []):
        if not any(
            contains(want["indicator"], s.indicator_text)
            and contains(want.get("relative_to", ""), s.relative_to or "")
            for s in without
        ):
            problems.append(f"no relative statement for {want['indicator']!r}")
    return problems


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["id"])
def test_example(example: dict[str, Any]) -> None:
    """An example is read as annotated, or stands in known_misses.yml for as long as it isn't."""
    problems = differences(example)
    if example["id"] in known_misses():
        assert problems, f"{example['id']} is read rightly now: take it off known_misses.yml"
    else:
        assert not problems, f"{example['text']}\n" + "\n".join(problems)


def test_most_examples_are_read() -> None:
    """Known misses stay the exception: at most 5 % of the examples."""
    assert len(known_misses()) <= 0.05 * len(examples())
