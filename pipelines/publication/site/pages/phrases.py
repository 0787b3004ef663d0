"""Labels with figures in them: each language takes its own form of the figure."""

from __future__ import annotations

from pipelines.publication.site.labels import Words, same, words


def phrase(key: str, **parts: Words | str | int | float) -> Words:
    """A label of `words/*.yml`, its braces filled language by language.

    Args:
        key: `group.name` of the label.
        parts: name in braces -> what stands there; a plain value stands in both languages.

    Raises:
        KeyError: there is no such label, or it wants another part.
    """
    label = words()[key]
    pairs = {name: part if isinstance(part, Words) else same(part) for name, part in parts.items()}
    return Words(
        label.zh.format(**{name: part.zh for name, part in pairs.items()}),
        label.en.format(**{name: part.en for name, part in pairs.items()}),
    )


def pair(text: Words) -> dict[str, str]:
    """A text as the rows of a chart hold it."""
    return {"zh": text.zh, "en": text.en}
