"""Charts of the pages of targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SHAPES: dict[str, Callable[[], Any]] = {}
