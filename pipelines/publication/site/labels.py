"""The labels of the site, each in Chinese and English, and the pair that templates show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).with_name("words")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str

    def filled(self, **values: object) -> Words:
        """The same text with the names in braces replaced; a value may itself be in both languages."""
        zh = {name: value.zh if isinstance(value, Words) else value for name, value in values.items()}
        en = {name: value.en if isinstance(value, Words) else value for name, value in values.items()}
        return Words(self.zh.format(**zh), self.en.format(**en))


def same(text: object) -> Words:
    """A text that reads the same in both languages."""
    return Words(str(text), str(text))


@cache
def words() -> dict[str, Words]:
    """Key (`group.name`) -> the label in both languages, from `words/*.yml`; a group is in one file.

    Raises:
        ValueError: a label lacks one of the languages, or two files have one group.
    """
    found: dict[str, Words] = {}
    groups: set[str] = set()
    for file in sorted(_FOLDER.glob("*.yml")):
        for group, labels in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            if group in groups:
                raise ValueError(
                    f"{file.name}: the group {group} is in another file too; give it another name"
                )
            groups.add(group)
            for name, label in labels.items():
                if set(label) != {"zh", "en"}:
                    raise ValueError(f"{file.name}: {group}.{name} needs zh and en, and nothing else")
                found[f"{group}.{name}"] = Words(str(label["zh"]), str(label["en"]))
    return found
