"""The report, read: a click on a number shows its row; filters, rejected numbers and addresses do what they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import NARROW, Visitor

REPORT = "reports/330200-report-2026.html"
MARKS = "article mark a"
SHOWN_MARKS = "article mark:not(.faded) a"
IDS = "(one.dataset.ids ?? one.hash.slice(3)).split(' ')"
"""A mark leads to the row of its statement; where several share it, they are listed."""
ROWS = "table.statements tbody tr:visible"

Rows = list[dict[str, Any]]


@pytest.fixture
def statements(one: SiteFolder) -> Rows:
    """The statements of the report, from the published tables."""
    with duckdb.connect(str(one.published / "warehouse.duckdb"), read_only=True) as connection:
        asked = connection.execute(
            "select statements.*, outcomes.outcome from fct_indicator_statements as statements"
            " left join fct_target_outcomes as outcomes using (statement_id)"
            " order by statements.char_start, statements.statement_id"
        )
        names = [column[0] for column in asked.description]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


@pytest.fixture
def page(one: SiteFolder, visitor: Visitor) -> Iterator[Page]:
    """The report as a reader of English opens it."""
    yield visitor.open(one.address(REPORT), language="en")


def ids_of(page: Page, selector: str) -> set[str]:
    return set(page.eval_on_selector_all(selector, f"all => all.flatMap((one) => {IDS})"))


def mark_of(page: Page, statement_id: str) -> Locator:
    """The first piece of the mark of a statement."""
    return page.locator(
        f"article mark a[href='#r-{statement_id}'], article mark a[data-ids~='{statement_id}']"
    ).first


def test_every_statement_is_a_mark(page: Page, statements: Rows) -> None:
    assert ids_of(page, MARKS) == {row["statement_id"] for row in statements}
    assert page.locator(ROWS).count() == len(statements)


def test_a_mark_is_the_words_of_its_statement(page: Page, statements: Rows) -> None:
    """A span may be cut where another begins: its pieces together are the words."""
    pieces: dict[str, str] = page.eval_on_selector_all(
        MARKS,
        f"""all => {{ const words = {{}};
          for (const one of all) for (const id of {IDS}) words[id] = (words[id] ?? "") + one.textContent;
          return words; }}""",
    )
    assert pieces == {row["statement_id"]: row["source_text"] for row in statements}


def test_a_click_shows_the_row_and_the_address_of_a_number(page: Page, statements: Rows) -> None:
    wanted = next(
        row for row in statements if row["target_type"] == "annual_target" and row["bound"] == "at_least"
    )
    panel = page.locator(".panel")
    expect(panel.locator(".hint")).to_be_visible()
    mark_of(page, wanted["statement_id"]).click()
    expect(panel.locator(".hint")).to_be_hidden()
    card = panel.locator(".card", has_text=f"#s-{wanted['statement_id']}")
    expect(card).to_contain_text(wanted["rule_id"])
    expect(card).to_contain_text(wanted["source_text"])
    expect(card).to_contain_text("at least")
    expect(card).to_contain_text(str(wanted["year"]))
    assert page.url.endswith(f"#s-{wanted['statement_id']}")


def test_an_address_opens_its_number(one: SiteFolder, visitor: Visitor, statements: Rows) -> None:
    for wanted in (statements[0], statements[len(statements) // 2], statements[-1]):
        page = visitor.open(f"{one.address(REPORT)}#s-{wanted['statement_id']}")
        expect(page.locator(".panel .card[aria-current], .panel .card").first).to_be_visible()
        expect(page.locator(".panel .rows")).to_contain_text(f"#s-{wanted['statement_id']}")
        expect(page.locator("article .chosen").first).to_be_in_viewport()


def test_a_row_leads_to_its_place_in_the_text(page: Page, statements: Rows) -> None:
    wanted = statements[len(statements) // 2]
    page.locator(f"table.statements a[href='#s-{wanted['statement_id']}']").click()
    expect(mark_of(page, wanted["statement_id"])).to_be_in_viewport()
    expect(page.locator(".panel .rows")).to_contain_text(f"#s-{wanted['statement_id']}")


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("sector", "sector", "industry"),
        ("kind", "target_type", "plan_target"),
        ("outcome", "outcome", "pending"),
    ],
)
def test_a_filter_leaves_what_it_names(
    page: Page, statements: Rows, visitor: Visitor, name: str, column: str, value: str
) -> None:
    wanted = {row["statement_id"] for row in statements if row[column] == value}
    assert 0 < len(wanted) < len(statements)
    page.select_option(f"form.filters [name={name}]", value)
    assert page.locator(ROWS).count() == len(wanted)
    # A mark of several statements stays where one of them passes.
    assert wanted <= ids_of(page, SHOWN_MARKS)
    assert page.locator(f"{MARKS}").count() > page.locator(SHOWN_MARKS).count()
    assert str(len(wanted)) in page.inner_text("form.filters output")
    assert f"{name}={value}" in page.url
    visitor.go(page, page.url)
    assert page.locator(ROWS).count() == len(wanted)
    page.click("form.filters [type=reset]")
    expect(page.locator(ROWS)).to_have_count(len(statements))
    assert page.locator("article mark.faded").count() == 0


def test_filters_together_leave_what_all_name(page: Page, statements: Rows) -> None:
    page.select_option("form.filters [name=kind]", "annual_target")
    page.select_option("form.filters [name=sector]", "macro")
    wanted = [row for row in statements if (row["target_type"], row["sector"]) == ("annual_target", "macro")]
    assert page.locator(ROWS).count() == len(wanted)


def test_rejected_numbers_are_shown_with_their_reason(page: Page, one: SiteFolder) -> None:
    with duckdb.connect(str(one.published / "warehouse.duckdb"), read_only=True) as connection:
        rejected = connection.execute(
            "select candidate_id, source_text from fct_rejected_candidates"
        ).fetchall()
    refused = page.locator("article a.refused[href]")
    assert refused.count() == 0
    page.check("form.filters [name=refused]")
    assert ids_of(page, "article a.refused[href]") == {candidate for candidate, _ in rejected}
    refused.first.click()
    words = page.locator(".panel .card").first.inner_text()
    assert "Reason" in words
    assert rejected[0][1] in words or refused.first.inner_text() in words
    page.uncheck("form.filters [name=refused]")
    assert refused.count() == 0


def test_the_keyboard_goes_through_the_numbers(page: Page) -> None:
    first = page.locator(MARKS).first
    first.focus()
    page.keyboard.press("Enter")
    card = page.locator(".panel .card").first
    expect(card).to_be_visible()
    address = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != address)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(lambda url: url == address)
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert "#" not in page.url


def test_on_a_phone_the_row_leaves_its_number_in_sight(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(one.address(REPORT), width=NARROW)
    marks = page.locator(MARKS)
    for number in (0, marks.count() // 2, marks.count() - 1):
        mark = marks.nth(number)
        mark.click()
        expect(page.locator(".panel .card").first).to_be_visible()
        covered = mark.evaluate(
            """(mark) => { const box = mark.getClientRects()[0];
              const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
              return !mark.contains(top); }"""
        )
        assert not covered, mark.inner_text()
        page.click(".panel .close")
