"""Charts of the comparison of places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SHAPES: dict[str, Callable[[], Any]] = {}
