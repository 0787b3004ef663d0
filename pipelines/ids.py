"""Ids made from what they identify: the same parts give the same id, on every machine and in every run."""

from __future__ import annotations

import hashlib


def hash_id(*parts: object) -> str:
    """Sixteen hex digits that stand for these parts, in this order; None counts as an empty part."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
