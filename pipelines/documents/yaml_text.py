"""YAML that others wrote: plain values only, of bearable depth and number, nothing that expands."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

MAX_DEPTH = 20
MAX_NODES = 100_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


class YamlError(ValueError):
    """YAML that is not taken; `reason` says why, `line` where (from 1), if known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        """Say why and where."""
        super().__init__(reason)
        self.reason = reason
        self.line = line


def load_yaml(text: str) -> Any:
    """The value of a YAML text.

    An alias counts as what it stands for, since a few lines of them stand for billions of values. Tags
    other than those of plain values are refused by the loader.

    Raises:
        YamlError: it is malformed, too deep, too large, stands for itself or holds a control character.
    """
    try:
        _check(text)
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(str(error.problem or error), mark.line + 1 if mark else None) from error
    except YamlError:
        raise
    except (yaml.YAMLError, ValueError, ArithmeticError, RecursionError) as error:
        # A date such as 2026-02-30 or a number of 5,000 digits is a plain ValueError.
        raise YamlError(" ".join(str(error).split()) or type(error).__name__) from error


class _Size(NamedTuple):
    """How many values a node stands for, and how deeply they nest."""

    nodes: int
    height: int


def _check(text: str) -> None:
    """See that the text stands for a bearable number of values, each alias counted as what it stands for."""
    open_nodes: list[tuple[str | None, _Size]] = []
    anchored: dict[str, _Size] = {}
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, _Size(1, 1)))
            found = _Size(0, 0)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, found = open_nodes.pop()
            if anchor is not None:
                anchored[anchor] = found
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in anchored:
                raise YamlError(f"*{event.anchor} stands for something that is not complete", line)
            found = anchored[event.anchor]
        elif isinstance(event, yaml.ScalarEvent):
            if _CONTROL.search(event.value):
                raise YamlError("a control character in a value", line)
            found = _Size(1, 1)
            if event.anchor is not None:
                anchored[event.anchor] = found
        else:
            continue
        if len(open_nodes) + found.height > MAX_DEPTH:
            raise YamlError(f"nested deeper than {MAX_DEPTH} levels", line)
        if open_nodes:
            anchor, own = open_nodes[-1]
            own = _Size(own.nodes + found.nodes, max(own.height, found.height + 1))
            open_nodes[-1] = (anchor, own)
            if own.nodes > MAX_NODES:
                raise YamlError(f"stands for more than {MAX_NODES} values", line)
