"""All shapes by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from altair.utils.schemapi import debug_mode

from pipelines.publication.site.charts import glance, indicators, places, targets
from pipelines.publication.site.charts.parts import pairs

_MODULES: tuple[Mapping[str, Callable[[], Any]], ...] = (
    glance.SHAPES,
    indicators.SHAPES,
    places.SHAPES,
    targets.SHAPES,
)


def shapes(*, validated: bool = False) -> dict[str, Any]:
    """Name -> Vega-Lite specification, texts in both languages; its data is the named data `rows`.

    Args:
        validated: hold each part against the schema of Vega-Lite, which takes most of the time. What is
            drawn does not depend on the data, so that the tests do it once for every build.

    Raises:
        ValueError: two charts have one name.
        SchemaValidationError: a chart is none of Vega-Lite; only where that is asked.
    """
    with debug_mode(validated):
        return _shapes(validated=validated)


def _shapes(*, validated: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for module in _MODULES:
        for name, make in module.items():
            if name in made:
                raise ValueError(f"two charts are called {name}")
            spec = make().to_dict(validate=validated)
            spec.pop("config", None)
            made[name] = pairs(spec)
    return made
