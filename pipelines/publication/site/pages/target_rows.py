"""A target as its row shows it, and as the download holds it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pipelines.publication.site.labels import Words, same, words
from pipelines.publication.site.pages.quotes import marked
from pipelines.publication.site.site import Site
from pipelines.publication.site.source import Row

CSV_COLUMNS = (
    "target_id", "ref_area", "area_text", "indicator_key", "indicator_text", "sector", "measure", "target_type",
    "set_year", "year", "period_start_year", "sub_period", "growth_basis", "price_basis", "rank_scope",
    "obs_value", "obs_value_upper", "unit_measure", "value", "value_upper", "unit", "bound", "modifier_text",
    "commitment", "commitment_text", "binding_type", "relative_to", "outcome", "outcome_reason",
    "actual_value", "actual_value_upper", "actual_bound", "gap", "gap_unit", "gap_share", "tolerance_rule",
    "tolerance", "direction_rule", "settled_by_rule", "known_until_year", "document_id", "source_kind",
    "source_title", "source_url", "row_ref", "actual_source_title", "actual_source_url", "actual_row_ref",
)  # fmt: skip
"""Columns of the download, named as in the published tables; the two quoted sentences follow them."""

_DIFFERENCES = {"percent": "percentage_point", "permille": "permille_point"}


def gap_unit(unit: str | None) -> str | None:
    """The unit of a difference between two values: percentage points between per cents, else theirs."""
    return _DIFFERENCES.get(unit, unit) if unit else None


def difference(site: Site, value: float | None, unit: str | None) -> Words:
    """A difference between two values of a unit, without a sign: 0.6 percentage points, 2 places."""
    size = None if value is None else abs(value)
    if size is not None and unit == "rank":
        number = site.figures.value(size, None)
        return words()["targets.ranks"].filled(zh=number.zh, en=number.en)
    return site.figures.value(size, gap_unit(unit))


def signed(site: Site, value: float | None, unit: str | None) -> Words:
    """A difference with its sign, also when it is positive."""
    text = difference(site, value, unit)
    if not value:
        return text
    sign = "+" if value > 0 else "\u2212"
    return Words(f"{sign}{text.zh}", f"{sign}{text.en}")


def _share(site: Site, share: float | None) -> Words | None:
    """A gap as a share of the target, rounded as people do."""
    if share is None:
        return None
    sign = "+" if share > 0 else "\u2212" if share < 0 else ""
    return same(f"{sign}{site.figures.value(round(abs(share) * 100, 1), 'percent').zh}")


def shown(site: Site, row: Row, paged: Collection[str], reports: Collection[str]) -> dict[str, Any]:
    """What a row shows beyond its own columns.

    Args:
        site: the site that it is shown on.
        row: of `sql/targets_rows.sql`.
        paged: keys of the indicators that have a page in the place.
        reports: documents that have a page.
    """
    unit, figures = row["unit"], site.figures
    settled = row["is_settled"]
    return {
        **row,
        "name": Words(row["indicator_zh"], row["indicator_en"] or row["indicator_zh"]),
        "has_page": row["ref_area"] == row["page_area"] and row["indicator_key"] in paged,
        "in_report": row["document_id"] in reports,
        "evidence_in_report": row["evidence_document_id"] in reports,
        "gap_unit": gap_unit(unit) if row["gap"] is not None else None,
        "target_words": figures.bounded(row["value"], row["value_upper"], unit, row["bound"]),
        "actual_words": figures.bounded(
            row["actual_own_unit"], row["actual_upper_own_unit"], unit, row["actual_bound"]
        ),
        "gap_words": signed(site, row["gap"], unit),
        # The share of a per cent beside its percentage points reads like another gap.
        "share_words": None if gap_unit(unit) != unit else _share(site, row["gap_share"]),
        "tolerance_words": difference(site, row["tolerance_own_unit"], unit),
        "evidence_words": figures.bounded(
            row["evidence_value"], row["evidence_value_upper"], row["evidence_unit"], row["evidence_bound"]
        ),
        "quote": marked(row["sentence_text"] or "", [(row["mark_start"], row["mark_end"])]),
        "evidence_quote": marked(
            row["evidence_sentence_text"] or "", [(row["evidence_mark_start"], row["evidence_mark_end"])]
        ),
        "actual_source_title": row["evidence_source_title"] if settled else None,
        "actual_source_url": row["evidence_source_url"] if settled else None,
        "actual_row_ref": row["evidence_row_ref"] if settled else None,
    }


def download(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """The rows of the download, in the order of `CSV_COLUMNS`: codes, and values in base units."""
    return [[row[name] for name in CSV_COLUMNS] for row in rows]
