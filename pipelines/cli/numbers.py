"""Numbers as a person reads them."""

from __future__ import annotations


def plain(number: float) -> str:
    """A number with thousands separators, without exponent and without noise after the point.

    >>> plain(1.87e12), plain(5.9), plain(0.30000000000000004)
    ('1,870,000,000,000', '5.9', '0.3')
    """
    return f"{number:,.6f}".rstrip("0").rstrip(".")
