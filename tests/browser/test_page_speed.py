"""The heaviest page of each kind is shown in under a second, charts included."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Sites
from tests.browser.page_times import LOADS, shown_after, watching
from tests.browser.visitor import Visitor

LIMIT_MS = 1000


@pytest.mark.parametrize("name", ["one", "several"])
def test_pages_are_shown_in_under_a_second(name: str, sites: Sites, visitor: Visitor) -> None:
    site = sites(name)
    context = watching(visitor)
    slow = []
    for path in site.kinds.values():
        # The best of three: a busy machine slows a load down and never speeds one up.
        times: list[float] = []
        while len(times) < LOADS and min(times, default=LIMIT_MS) >= LIMIT_MS:
            times.append(shown_after(visitor, context, site.address(path)))
        if min(times) >= LIMIT_MS:
            slow.append(f"{path}: {min(times):.0f} ms at best")
    assert slow == []
