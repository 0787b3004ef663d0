"""What stands behind an indicator's numbers: the sentences that say them, and how a figure changed."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from typing import Any

from pipelines.publication.site.pages.quotes import marked
from pipelines.publication.site.pages.target_rows import signed
from pipelines.publication.site.site import Site
from pipelines.publication.site.source import Row

_SAME_FIGURE = (
    "measure", "year", "period_start_year", "sub_period", "growth_basis", "price_basis", "rank_scope",
    "unit_measure",
)  # fmt: skip


def passages(site: Site, statements: Sequence[Row], reports: Collection[str]) -> list[dict[str, Any]]:
    """The sentences about an indicator, each once, with all its numbers marked.

    Args:
        site: the site that they are shown on.
        statements: rows of `sql/indicators_statements.sql` of one indicator, in the order of the texts.
        reports: documents that have a page.
    """
    found = []
    for _, group in itertools.groupby(statements, key=lambda row: (row["document_id"], row["sentence_id"])):
        rows = list(group)
        first = rows[0]
        found.append(
            {
                **first,
                "quote": marked(
                    first["sentence_text"], [(row["mark_start"], row["mark_end"]) for row in rows]
                ),
                "has_page": first["document_id"] in reports,
                "values": [
                    {
                        "kind": row["target_type"],
                        "year": row["year"],
                        "words": site.figures.bounded(
                            row["obs_value"], row["obs_value_upper"], row["unit_measure"], row["bound"]
                        ),
                    }
                    for row in rows
                ],
            }
        )
    return found


def published_again(site: Site, vintages: Sequence[Row]) -> list[dict[str, Any]]:
    """Figures that were published several times, each with its publications and what each changed.

    Args:
        site: the site that they are shown on.
        vintages: rows of `sql/indicators_vintages.sql` of one indicator.

    Returns:
        For each figure, those that changed first, what tells it from others, whether its value changed, and its publications in order:
        their columns with words (the value) and change (against the publication before; None for the first,
        where nothing changed, and for an undated one).
    """
    found = []
    for _, group in itertools.groupby(vintages, key=lambda row: tuple(row[name] for name in _SAME_FIGURE)):
        rows = list(group)
        publications = []
        before: Row | None = None
        for row in rows:
            dated = row["vintage_date"] is not None
            changed = dated and before is not None and row["obs_value"] != before["obs_value"]
            publications.append(
                {
                    **row,
                    "words": site.figures.bounded(
                        row["obs_value"], row["obs_value_upper"], row["unit_measure"], row["bound"]
                    ),
                    "change": signed(site, row["obs_value"] - before["obs_value"], row["unit_measure"])
                    if changed and before is not None
                    else None,
                }
            )
            before = row if dated else before
        found.append(
            {
                **{name: rows[0][name] for name in _SAME_FIGURE},
                "is_changed": len({row["obs_value"] for row in rows}) > 1,
                "publications": publications,
            }
        )
    return sorted(found, key=lambda figure: not figure["is_changed"])
