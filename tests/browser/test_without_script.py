"""Where scripts are off: text, figures and tables are there all the same."""

from __future__ import annotations

import duckdb
import pytest

from tests.browser.conftest import Sites
from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import NARROW, Visitor


@pytest.mark.parametrize("name", ["one", "several", "figures"])
def test_every_kind_of_page_is_readable(name: str, sites: Sites, visitor: Visitor) -> None:
    site = sites(name)
    page = visitor.context(script=False, width=NARROW).new_page()
    for path in site.kinds.values():
        page.goto(site.address(path))
        assert page.locator("h1:visible").count() == 1, path
        assert page.locator(".top nav a:visible").count() >= 4, path
        assert len(page.inner_text("main")) > 10, path
        if page.locator("figure[data-chart]").count():
            assert page.locator("main table tbody tr").count() > 0, path


def test_the_text_of_the_report_is_whole(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.context(script=False).new_page()
    page.goto(one.address("reports/330200-report-2026.html"))
    shown = "".join(page.inner_text("main").split())
    with duckdb.connect(str(one.published / "warehouse.duckdb"), read_only=True) as connection:
        sentences = [text for (text,) in connection.execute("select text from dim_sentences").fetchall()]
    assert len(sentences) > 50
    assert [text for text in sentences if "".join(text.split()) not in shown] == []
