"""Addresses that come with the data: which of them may become a link."""

from __future__ import annotations

from urllib.parse import urlsplit


def web_link(address: str | None) -> str | None:
    """The address where it is one of the web; None for anything that a browser would run or open locally."""
    if not address:
        return None
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    return address.strip() if parts.scheme in ("http", "https") and parts.hostname else None
