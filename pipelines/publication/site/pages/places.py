"""Places: who promised what, and who kept it; only where several places have a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.pages.phrases import pair, phrase
from pipelines.publication.site.pages.ranking import LEVELS, height, place_label, ranking, scatter, some
from pipelines.publication.site.site import Page, Site
from pipelines.publication.site.source import Row

KEPT = "places/kept.html"
_FIRST = "gdp_growth"
_MOST = 600
"""Targets on one page, so that it stays small: the highest of a year, the latest of all years."""
_FEW = 5
Choice = tuple[str, int | None]


def index_pages(site: Site) -> Iterator[Page]:
    """One page for each headline and year that two places have, one for its pairs of all years, one of shares."""
    if len(site.reporting) < 2:
        return
    found = site.source.rows("places_choices")
    names = {row["headline"]: Words(row["name_zh"], row["name_en"]) for row in found}
    chosen = choices(found)
    first = first_choice(found)
    paths = {choice: "places/index.html" if choice == first else choice_path(*choice) for choice in chosen}
    with site.source.kept("places_compared"):
        for choice in chosen:
            yield _comparison(site, choice, paths, names, found)
    yield _kept(site, "places/index.html" if first is None else KEPT, paths, names, found)


def choices(found: Sequence[Row]) -> list[Choice]:
    """Headline and year of each comparison; the year None stands for all years of a headline.

    Args:
        found: rows with headline, year, place_count and settled_count.
    """
    settled: Counter[str] = Counter()
    chosen: list[Choice] = []
    for row in found:
        settled[row["headline"]] += row["settled_count"]
        if row["place_count"] > 1:
            chosen.append((row["headline"], row["year"]))
    return [*chosen, *((headline, None) for headline in settled if settled[headline] > 1)]


def first_choice(found: Sequence[Row]) -> Choice | None:
    """What the first page compares: growth of GDP in the year that most places have, the latest of those."""
    several = [row for row in found if row["place_count"] > 1]
    if not several:
        return None
    best = max(several, key=lambda row: (row["headline"] == _FIRST, row["place_count"], row["year"]))
    return best["headline"], best["year"]


def choice_path(headline: str, year: int | None) -> str:
    """The page of a comparison that is not the first one."""
    return f"places/{headline}.html" if year is None else f"places/{headline}-{year}.html"


def _comparison(
    site: Site, choice: Choice, paths: dict[Choice, str], names: dict[str, Words], found: Sequence[Row]
) -> Page:
    headline, year = choice
    rows = site.source.rows("places_targets", headline=headline, year=year, most=_MOST)
    sections = []
    for level in LEVELS:
        here = [row for row in rows if row["level"] == level]
        if here:
            sections.append(_section(site, level, here, year))
    settled = sum(1 for row in rows if row["is_settled"])
    key = "compare.counts_all" if year is None else "compare.counts"
    title_key = "compare.title_all" if year is None else "compare.title"
    title = phrase(title_key, headline=_capital(names[headline]), year=year or 0)
    return Page(
        paths[choice],
        "places.html",
        "places",
        title,
        {
            "sections": sections,
            "year": year,
            "counts": phrase(key, count=len(rows), settled=settled),
            "capped": phrase("compare.latest" if year is None else "compare.highest", count=_MOST)
            if len(rows) == _MOST
            else None,
            "chooser": _chooser(choice, paths, names, found),
        },
        styles=("glance.css", "places.css"),
    )


def _section(site: Site, level: str, rows: Sequence[Row], year: int | None) -> dict[str, Any]:
    name = words()[f"place_levels.{level}"]
    unit = Counter(row["unit_measure"] for row in rows).most_common(1)[0][0]
    drawn = [row for row in rows if row["unit_measure"] == unit]
    paired = [row for row in drawn if row["is_settled"] and row["measure"] in ("growth", "share")]
    table = [
        {
            **row,
            "name": place_label(row),
            "gap_said": site.figures.value(row["gap"], "percentage_point") if unit == "percent" else None,
        }
        for row in rows
    ]
    shown, is_some = some(drawn)
    return {
        "level": level,
        "title": phrase("compare.level", level=name, count=len(rows)),
        "ranking": ranking(site.figures, shown, unit) if year is not None and len(drawn) > 1 else None,
        "ranking_title": phrase("compare.ranking", level=name),
        "some": phrase("compare.some", half=len(shown) // 2, count=len(drawn)) if is_some else None,
        "others": len(rows) - len(drawn),
        "scatter": scatter(site.figures, paired, with_year=year is None) if len(paired) > 1 else None,
        "scatter_title": phrase("compare.scatter", level=name),
        "scatter_note": phrase("compare.scatter_note", count=len(paired)),
        "is_single": len(rows) == 1,
        "has_gap": unit == "percent",
        "table": table,
        "paired": [row for row in table if row["is_settled"]],
    }


def _chooser(
    choice: Choice | None, paths: dict[Choice, str], names: dict[str, Words], found: Sequence[Row]
) -> dict[str, Any]:
    """Links to the other comparisons: another headline in the same year, another year of the headline."""
    counts = {(row["headline"], row["year"]): row["place_count"] for row in found}
    headlines = []
    for headline, name in names.items():
        own = [other for other in paths if other[0] == headline]
        if not own:
            continue
        same_year = (headline, choice[1]) if choice else None
        best = max(own, key=lambda other: (other == same_year, counts.get(other, 0), other[1] or 0))
        headlines.append((_capital(name), paths[best], choice is not None and choice[0] == headline))
    own = [other for other in paths if choice and other[0] == choice[0]]
    years = [(other[1], paths[other], other == choice, counts.get(other)) for other in own]
    return {
        "headlines": headlines,
        "years": sorted(years, key=lambda year: (year[0] is None, -(year[0] or 0))),
        "kept": KEPT if paths else "places/index.html",
        "is_kept": choice is None,
    }


def _kept(
    site: Site, path: str, paths: dict[Choice, str], names: dict[str, Words], found: Sequence[Row]
) -> Page:
    rows = site.source.rows("places_kept")
    sections = []
    for level in LEVELS:
        here = [row for row in rows if row["level"] == level]
        if here:
            sections.append(_kept_section(site, level, here))
    return Page(
        path,
        "places_kept.html",
        "places",
        words()["compare.kept_title"],
        {
            "sections": sections,
            "note": phrase("compare.kept_note", few=_FEW),
            "chooser": _chooser(None, paths, names, found),
        },
        styles=("glance.css", "places.css"),
    )


def _kept_section(site: Site, level: str, rows: Sequence[Row]) -> dict[str, Any]:
    name = words()[f"place_levels.{level}"]
    table = []
    for row in rows:
        kept = row["met_count"] + row["tolerated_count"]
        share = round(100 * kept / row["settled_count"])
        years = (
            f"{row['first_year']}\u2013{row['last_year']}"
            if row["first_year"] != row["last_year"]
            else str(row["last_year"])
        )
        table.append({**row, "name": place_label(row), "kept": kept, "share": share, "years": years})
    shown, is_some = some(table)
    drawn = [
        {
            "place": pair(row["name"]),
            "figures": f"{row['kept']} / {row['settled_count']}",
            "value": row["share"],
            "few": row["settled_count"] < _FEW,
        }
        for row in shown
    ]
    return {
        "level": level,
        "title": phrase("compare.level", level=name, count=len(rows)),
        "chart_title": phrase("compare.kept_level", level=name),
        "some": phrase("compare.some", half=len(shown) // 2, count=len(rows)) if is_some else None,
        "rows": drawn,
        "shape": {"height": height(drawn)},
        "table": table,
    }


def _capital(name: Words) -> Words:
    """A name at the start of a line."""
    return Words(name.zh, name.en[:1].upper() + name.en[1:])
