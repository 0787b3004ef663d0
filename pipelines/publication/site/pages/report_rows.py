"""What the page of a report says of one statement: its row, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publication.site.labels import Words, same, words
from pipelines.publication.site.site import Site, indicator_path, report_path
from pipelines.publication.site.source import Row

NOTHING = same("")


@dataclass(frozen=True, slots=True)
class Statement:
    """The row of a statement; a part that does not apply is empty.

    Attributes:
        row: of `sql/report_statements.sql`.
        indicator: the indicator's name, the catalogue's where it has one.
        printed: the name as the text has it, where that differs.
        page: path of the indicator's page; None where it has none.
        value: in the base unit, with its bound in words.
        bound: name of the bound and the words that say so.
        commitment: how firm the promise is, the words that say so, expected or binding.
        period: the year or years that the value is for.
        place: the place in the text's words, where it is not the report's own.
        measure: its form, what a change is measured against, prices, field of a rank.
        actual: what happened, for a target that could be settled.
        gap: what happened less what was promised.
        settled_by: title of the source that settled it.
        settled_at: path of the statement that settled it; None for an observation.
        inherited: what was carried over from before.
        match: how the name was found in the catalogue.
        confidence: share of readings of this kind that were right.
    """

    row: Row
    indicator: Words
    printed: str
    page: str | None
    value: Words
    bound: Words
    commitment: Words
    period: Words
    place: Words
    measure: Words
    actual: Words
    gap: Words
    settled_by: str
    settled_at: str | None
    inherited: Words
    match: Words
    confidence: str


def statement(site: Site, row: Row, ref_area: str, paged: frozenset[str]) -> Statement:
    """The row of a statement.

    Args:
        site: names of codes and units.
        row: of `sql/report_statements.sql`.
        ref_area: the place whose report it is.
        paged: keys of the indicators that have a page in that place.
    """
    name = row["indicator_zh"] or row["indicator_text"]
    own_place = row["ref_area"] == ref_area
    settled = row["actual_statement_id"] if row["actual_document_id"] else None
    return Statement(
        row=row,
        indicator=Words(name, row["indicator_en"] or name),
        printed=row["indicator_text"] if row["indicator_text"] != name else "",
        page=indicator_path(ref_area, row["indicator_key"])
        if own_place and row["indicator_key"] in paged
        else None,
        value=_value(site, row),
        bound=_quoted(site.code("bound", row["bound"]), row["modifier_text"]) if row["bound"] else NOTHING,
        commitment=_commitment(site, row),
        period=_period(site, row),
        place=_place(site, row, own_place),
        measure=_measure(site, row),
        actual=NOTHING
        if row["actual_value"] is None
        else site.figures.bounded(
            row["actual_value"], row["actual_value_upper"], row["unit_measure"], row["actual_bound"]
        ),
        gap=_gap(site, row),
        settled_by=row["actual_source_title"] or "",
        settled_at=f"{report_path(row['actual_document_id'])}#s-{settled}" if settled else None,
        inherited=_inherited(row["inherited"]),
        match=words().get(f"match.{row['match_rule'] or 'none'}", same(row["match_rule"])),
        confidence="" if row["confidence"] is None else f"{row['confidence']:.0%}",
    )


def _joined(parts: list[Words]) -> Words:
    parts = [part for part in parts if part.zh]
    return Words(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def _filled(key: str, **parts: Words | str | int) -> Words:
    """A label with values that may themselves be in two languages."""
    return words()[key].filled(**parts)


def _quoted(name: Words, said: str | None) -> Words:
    """The name of a code with the words that say so, which need no repeating where they are its name."""
    if not said:
        return name
    quoted = _filled("reading.quoted", name=name, said=said)
    return Words(name.zh, quoted.en) if said == name.zh else quoted


def _value(site: Site, row: Row) -> Words:
    if row["obs_value"] is not None:
        return site.figures.bounded(
            row["obs_value"], row["obs_value_upper"], row["unit_measure"], row["bound"]
        )
    if row["value"] is not None:
        bare = site.figures.bounded(row["value"], row["value_upper"], None, row["bound"])
        return _filled("reading.unknown_unit", value=bare, unit=row["unit_text"] or "")
    if row["relative_to"]:
        return _filled("reading.relative", name=row["relative_to"])
    return words()["reading.qualitative"]


def _commitment(site: Site, row: Row) -> Words:
    if row["commitment"] is None:
        return NOTHING
    said = _quoted(site.code("commitment", row["commitment"]), row["commitment_text"])
    binding = site.code("binding_type", row["binding_type"]) if row["binding_type"] else NOTHING
    return _joined([said, binding])


def _period(site: Site, row: Row) -> Words:
    if row["year"] is None:
        return words()["reading.no_year"]
    start = row["period_start_year"]
    years = same(row["year"] if start in (None, row["year"]) else f"{start}–{row['year']}")
    if row["sub_period"] is None:
        return years
    return _filled("reading.part_of_year", years=years, part=site.code("sub_period", row["sub_period"]))


def _place(site: Site, row: Row, own_place: bool) -> Words:
    if row["area_text"]:
        return (
            same(row["area_text"]) if row["ref_area"] else _filled("reading.no_code", name=row["area_text"])
        )
    return NOTHING if own_place or not row["ref_area"] else same(row["ref_area"])


def _measure(site: Site, row: Row) -> Words:
    parts = [site.code("measure", row["measure"])]
    if row["growth_basis"]:
        parts.append(site.code("growth_basis", row["growth_basis"]))
    if row["price_basis"]:
        parts.append(_filled("reading.prices", name=site.code("price_basis", row["price_basis"])))
    if row["rank_scope"]:
        parts.append(_filled("reading.rank_scope", name=row["rank_scope"]))
    if row["streak_years"]:
        parts.append(_filled("reading.streak", years=row["streak_years"]))
    return _joined(parts)


def _gap(site: Site, row: Row) -> Words:
    gap, unit = row["gap"], row["gap_unit"]
    if gap is None:
        return NOTHING
    if row["measure"] == "rank":
        size = _filled("reading.rank_gap", number=site.figures.value(gap, None))
    else:
        size = site.figures.value(gap, "percentage_point" if unit == "percent" else unit)
    return Words(f"+{size.zh}", f"+{size.en}") if gap > 0 else size


def _inherited(parts: str | None) -> Words:
    names = [words().get(f"inherited.{part}", same(part)) for part in parts.split("+")] if parts else []
    comma = words()["mark.enumeration"]
    return Words(comma.zh.join(name.zh for name in names), comma.en.join(name.en for name in names))
