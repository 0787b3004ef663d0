"""How a part of dbt is replaced, in this process alone."""

from __future__ import annotations

from typing import Any


def replace(owner: Any, name: str, part: Any) -> None:
    """Put another part in the place of one that is there.

    Args:
        owner: the module or class.
        name: of the part.
        part: what stands there from now on.

    Raises:
        AttributeError: there is no such part.
    """
    getattr(owner, name)
    setattr(owner, name, part)
