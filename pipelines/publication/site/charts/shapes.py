"""All shapes by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipelines.publication.site.charts import glance, indicators, places, targets
from pipelines.publication.site.charts.parts import pairs

_MODULES: tuple[Mapping[str, Callable[[], Any]], ...] = (
    glance.SHAPES,
    indicators.SHAPES,
    places.SHAPES,
    targets.SHAPES,
)


def shapes() -> dict[str, Any]:
    """Name -> Vega-Lite specification, texts in both languages; its data is the named data `rows`.

    Raises:
        ValueError: two charts have one name.
    """
    made: dict[str, Any] = {}
    for module in _MODULES:
        for name, make in module.items():
            if name in made:
                raise ValueError(f"two charts are called {name}")
            spec = make().to_dict()
            spec.pop("config", None)
            made[name] = pairs(spec)
    return made
