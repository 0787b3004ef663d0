"""The rule files of the generator, one YAML file a subject."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).with_name("rules")


class SynthRuleError(ValueError):
    """A rule file of the generator can't be used; the message names file, entry and reason."""


def load_rules(name: str) -> Any:
    """One rule file.

    Raises:
        SynthRuleError: it is no YAML.
    """
    try:
        return yaml.load((RULES / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise SynthRuleError(f"{name}.yml: {' '.join(str(error).split())}") from error
