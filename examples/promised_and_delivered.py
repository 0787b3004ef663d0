# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Promised and delivered: three pictures
#
# From the published Parquet files to the three pictures that a reader of government work reports (政府工作报告) asks
# for first: **how firmly targets are worded**, **how far the outcome lay from the target**, and **how fast an
# indicator must still grow** to reach the goal of the plan.
#
# It reads the folder that `GWR_PUBLISHED` names, else `../data/published`. Only polars and Altair are needed, no
# database. The codebook (`docs/codebook.md`) explains every word in `code`.

# %%
"""Three pictures from the published Parquet files; as a notebook: make example."""

import json
import os
from pathlib import Path

import altair as alt
import polars as pl
from IPython.display import Markdown, display

PUBLISHED = Path(os.environ.get("GWR_PUBLISHED", "../data/published"))
PLACE: str | None = None  # a code such as "330200"; None takes the place that most can be said about

# All files from one version, although a new one may be published meanwhile.
VERSION = (PUBLISHED / ".current").resolve() if (PUBLISHED / ".current").exists() else PUBLISHED


def table(name: str) -> pl.DataFrame:
    """One published table; what its columns mean stands in datapackage.json."""
    return pl.read_parquet(VERSION / "parquet" / f"{name}.parquet")


targets = table("fct_target_outcomes")
paths = table("fct_target_paths")
history = table("rpt_indicator_history")
documents = table("dim_documents")
indicators = table("dim_indicators")
places = dict(table("dim_places").select("ref_area", "name_zh").iter_rows())
base_units = dict(table("dim_units").select("base_unit", "base_unit_name_zh").unique().iter_rows())
codes = {(row["list_name"], row["code"]): row for row in table("dim_codes").iter_rows(named=True)}

# Okabe and Ito's colours, which colour-blind readers can tell apart; a Chinese font where the system has one.
BLUE, SKY, ORANGE, VERMILION, GREY = "#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#8C8C8C"
FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"


@alt.theme.register("plain", enable=True)
def plain() -> alt.theme.ThemeConfig:
    """One font, no frame, left-aligned titles."""
    text = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 420}
    return {
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {**text, "gridColor": "#E6E6E6"},
            "legend": text,
            "header": {**text, "labelFontSize": 13},
            "title": {"anchor": "start", "fontSize": 15, "subtitleFontSize": 12, "subtitleColor": "#555555"},
        }
    }


alt.renderers.enable("png", scale_factor=1.5)


def named(list_name: str, code: str) -> str:
    """A code of a closed list in both languages: 左右 around."""
    row = codes[list_name, code]
    return f"{row['name_zh']} {row['name_en']}"


def say(text: str) -> None:
    """Show a sentence as prose."""
    display(Markdown(text))


# %% [markdown]
# ## What a row is
#
# `fct_target_outcomes` has **one row per target**: one number (or range) that a document promises for one indicator,
# one place and one due year. It counts as a target when it is an aim, has a number or a clear tie to one, and a
# deadline: `annual_target` for the report's own year, `plan_target` for any later year. A forecast is no target, nor
# is a slogan. Values stand in base units (`unit_measure`), so that money is in yuan and grain in tonnes; **rows with
# different `unit_measure` must never be added**.
#
# What is *not* here was not necessarily not promised: a report may be missing, or abridged, or a sentence not read
# (`fct_target_coverage` tells which).

# %%
reports = documents.filter(doc_kind="report")
specimens = reports.filter(pl.col("title").str.contains("示例|样本|(?i)specimen"))
manifest = VERSION / "manifest.json"
version = json.loads(manifest.read_text(encoding="utf-8"))["version"] if manifest.is_file() else "unknown"

say(f"Version `{version}`. Targets: {targets.height:,}. Work reports: {reports.height}.")
if specimens.height:
    say(
        f"**Specimen.** Reports written for testing, in the language of the genre: {specimens.height} of {reports.height}. "
        "They are no official documents, and the pictures say nothing about a real government."
    )
if reports.is_empty():
    say(
        "**There is no work report in this warehouse.** What is drawn below are only the targets that tables of "
        "earlier targets state. `gwr add` puts a report in, `gwr build` reads it."
    )
if targets.height:
    display(
        targets.group_by("target_type", "outcome")
        .len("targets")
        .sort("target_type", "targets", "outcome", descending=[False, True, False])
    )

# %% [markdown]
# ## 1. Targets by word
#
# *How hard is the number?* `bound` is what the wording makes of it: 左右 leaves room on both sides, 以上 and 超 set a
# floor, 以内 a ceiling, a range (5%-5.5%) has two ends, and a bare number none of these. `commitment` is the verb:
# 确保 guarantees, 力争 and 努力 only try. Each bar counts targets, over all places and years in the warehouse.
#
# **It can't show** whether soft words are kept less often: for that see the outcomes below, and enough of them. Where
# a target is known from a table or a summary only, its verb is not known, which is not the same as a plain target.

# %%
BOUNDS = ["at_least", "above", "at_most", "below", "range", "point", "around"]
NO_NUMBER, NOT_KNOWN = "无数字 no number", "措辞不详 words not known"
COMMITMENTS = {
    **{
        named("commitment", code): colour
        for code, colour in (("ensure", BLUE), ("plain", SKY), ("strive", ORANGE))
    },
    NOT_KNOWN: "#C8C8C8",
}
TARGET_TYPES = {"annual_target": "年度目标 annual target", "plan_target": "规划目标 plan target"}

by_word = (
    targets.select(
        pl.col("target_type").replace(TARGET_TYPES),
        bound=pl.col("bound").replace({code: named("bound", code) for code in BOUNDS}).fill_null(NO_NUMBER),
        commitment=pl.col("commitment")
        .replace({code: named("commitment", code) for code in ("ensure", "plain", "strive")})
        .fill_null(NOT_KNOWN),
    )
    .group_by("target_type", "bound", "commitment")
    .len("targets")
    .sort("target_type", "bound", "commitment")
)


def words_picture(rows: pl.DataFrame) -> alt.FacetChart:
    """Bars from zero: targets by bound, stacked by commitment, annual beside plan targets."""
    y = alt.Y("bound:N", title=None, sort=[*(named("bound", code) for code in BOUNDS), NO_NUMBER])
    ranked = alt.Chart().transform_calculate(
        order=f"indexof({json.dumps(list(COMMITMENTS), ensure_ascii=False)}, datum.commitment)"
    )
    bars = ranked.mark_bar().encode(
        y=y,
        x=alt.X("sum(targets):Q", title="目标数 targets", axis=alt.Axis(tickMinStep=1, format="d")),
        color=alt.Color(
            "commitment:N",
            title="承诺 commitment",
            scale=alt.Scale(domain=list(COMMITMENTS), range=list(COMMITMENTS.values())),
            legend=alt.Legend(orient="bottom"),
        ),
        order="order:Q",
    )
    totals = alt.Chart().mark_text(align="left", dx=4).encode(y=y, x="sum(targets):Q", text="sum(targets):Q")
    return (
        alt.layer(bars, totals, data=rows)
        .properties(width=300, height=alt.Step(26))
        .facet(column=alt.Column("target_type:N", title=None))
        .properties(title={"text": "Targets by word", "subtitle": ["目标的措辞：边界与承诺"]})
    )


if by_word.is_empty():
    say("No target is in this warehouse: nothing to draw.")
else:
    display(words_picture(by_word))
    words = (
        targets.filter(pl.col("modifier_text").is_not_null())
        .group_by("bound")
        .agg(pl.col("modifier_text").unique().sort().str.join(" ").alias("words found"))
    )
    display(words.sort("bound"))

# %% [markdown]
# ## 2. The gap between target and outcome
#
# One line per target that could be settled. Zero is the target. **The light band is where the target counts as
# met**: a floor (以上, 超, or an indicator where more is better) is open to the right, a ceiling to the left; for a bare
# number or 左右 the band begins at the published tolerance, not at zero. The dot is what happened; a triangle says that
# the source gives only a bound ("above 10,000"), so that the truth lies further in its direction.
#
# Targets in per cent are compared in **percentage points**, amounts in **per cent of the target**: two panels, since
# the two can't share an axis.
#
# **It can't show** how well a government does: what nobody published afterwards can't be settled, and a plan's goals
# are the ones that are published again when they are met.

# %%
SHOWN = 30
OUTCOMES = {
    named("outcome", code): colour
    for code, colour in (("met", BLUE), ("met_within_tolerance", SKY), ("missed", VERMILION))
}
NUMBER, FLOOR, CEILING = "数值 number", "下限 a floor", "上限 a ceiling"
READINGS = {"above": FLOOR, "at_least": FLOOR, "below": CEILING, "at_most": CEILING}
SIGNS = {"at_least": "≥ ", "above": "> ", "at_most": "≤ ", "below": "< ", "around": "≈ "}


def plainly(value: float) -> str:
    """1,234.5: at most two decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def display_unit(unit_measure: str | None, largest: float) -> tuple[float, str]:
    """The divisor and the name that make an amount readable: 亿元 for a large sum of yuan."""
    if unit_measure == "percent":
        return 1.0, "%"
    name = base_units.get(unit_measure or "", unit_measure or "")
    for divisor, prefix in ((1e8, "亿"), (1e4, "万")):
        if abs(largest) >= divisor * 10 or (unit_measure == "yuan" and abs(largest) >= divisor):
            return divisor, prefix + name
    return 1.0, name


def amount(value: float, upper: float | None, bound: str | None, unit_measure: str | None) -> str:
    """A value in words: > 5.5 %, 5-5.5 %, 17,000 亿元."""
    divisor, name = display_unit(unit_measure, value)
    number = plainly(value / divisor) + ("" if upper is None else f"–{plainly(upper / divisor)}")
    return f"{SIGNS.get(bound or '', '')}{number} {name}"


def place_to_show() -> str | None:
    """PLACE, else the place with most settled targets, then most paths, then most targets."""
    counted = (
        targets.filter(pl.col("ref_area").is_not_null())
        .group_by("ref_area")
        .agg(pl.len().alias("targets"), pl.col("is_settled").sum().alias("settled"))
        .join(paths.group_by("ref_area").len("steps"), on="ref_area", how="left")
        .sort(
            "settled", "steps", "targets", "ref_area", descending=[True, True, True, False], nulls_last=True
        )
    )
    return PLACE or (counted["ref_area"][0] if counted.height else None)


def band(row: dict, target: float) -> tuple[float | None, float | None]:
    """Where the target counts as met, in the gap's unit; None is open."""
    tolerance = (row["tolerance"] or 0.0) / target
    return {"up": (-tolerance, None), "down": (None, tolerance)}.get(
        row["good_side"], (-tolerance, tolerance)
    )


place = place_to_show()
settled = targets.filter(ref_area=place, is_settled=True) if place else targets.clear()
PERCENTAGE_POINTS, PER_CENT_OF_TARGET = "百分点 percentage points", "目标的 % per cent of the target"

gaps = []
for row in settled.sort("year", "indicator_key", "target_id", descending=[True, False, False]).iter_rows(
    named=True
):
    in_per_cent = row["unit"] in ("percent", "percentage_point")
    if row["measure"] == "rank" or (not in_per_cent and not row["gap_share"] and row["gap"]):
        continue
    low, high = band(row, 1.0 if in_per_cent else abs(row["obs_value"]) / 100)
    promised = amount(row["obs_value"], row["obs_value_upper"], row["bound"], row["unit_measure"])
    growth = "增速" if row["measure"] == "growth" else ""
    happened = amount(
        row["actual_value"], row["actual_value_upper"], row["actual_bound"], row["unit_measure"]
    )
    gaps.append(
        {
            "target_id": row["target_id"],
            "panel": PERCENTAGE_POINTS if in_per_cent else PER_CENT_OF_TARGET,
            "target": f"{row['indicator_text']}{growth} {promised} ({row['year']})",
            "gap": row["gap"] if in_per_cent else row["gap_share"] * 100,
            "low": low,
            "high": high,
            "happened": happened,
            "outcome": named("outcome", row["outcome"]),
            "actual": READINGS.get(row["actual_bound"] or "", NUMBER),
        }
    )
gaps = pl.DataFrame(gaps, schema_overrides={"low": pl.Float64, "high": pl.Float64}, infer_schema_length=None)


def gap_panel(rows: pl.DataFrame, title: str) -> alt.LayerChart:
    """The band in which a target is met, the zero line, and what happened."""
    ends = [0.0, *rows["gap"], *rows["low"].drop_nulls(), *rows["high"].drop_nulls()]
    pad = (max(ends) - min(ends) or 1.0) * 0.12
    left, right = min(ends) - pad, max(ends) + pad
    rows = rows.with_row_index("line").with_columns(
        zero=0.0,
        right=right,
        band_left=pl.col("low").fill_null(left),
        band_right=pl.col("high").fill_null(right),
        text=pl.col("happened") + "  " + pl.col("outcome"),
    )
    y = alt.Y(
        "target:N", title=None, sort=alt.EncodingSortField("line"), axis=alt.Axis(domain=False, ticks=False)
    )
    base = alt.Chart(rows)
    scale = alt.Scale(domain=[left, right], nice=False)
    bands = base.mark_bar(color="#DCEBF5", height=16).encode(
        y=y, x=alt.X("band_left:Q", title=title, scale=scale), x2="band_right:Q"
    )
    arrow = {"size": 60, "filled": True, "color": "#9CC3DE", "opacity": 1.0}
    open_right = base.transform_filter("datum.high === null").mark_point(shape="triangle-right", **arrow)
    open_left = base.transform_filter("datum.low === null").mark_point(shape="triangle-left", **arrow)
    zero = base.mark_rule(color="black").encode(x="zero:Q")
    stems = base.mark_rule(strokeWidth=1.5, color=GREY).encode(y=y, x="zero:Q", x2="gap:Q")
    dots = base.mark_point(filled=True, size=110, opacity=1.0).encode(
        y=y,
        x="gap:Q",
        color=alt.Color(
            "outcome:N",
            title="结果 outcome",
            scale=alt.Scale(domain=list(OUTCOMES), range=list(OUTCOMES.values())),
            legend=alt.Legend(orient="bottom"),
        ),
        shape=alt.Shape(
            "actual:N",
            title="实际值 actual",
            scale=alt.Scale(
                domain=[NUMBER, FLOOR, CEILING], range=["circle", "triangle-right", "triangle-left"]
            ),
            legend=alt.Legend(orient="bottom"),
        ),
    )
    said = base.mark_text(align="left", dx=8, fontSize=12).encode(y=y, x="right:Q", text="text:N")
    return alt.layer(
        bands,
        open_right.encode(y=y, x="band_right:Q"),
        open_left.encode(y=y, x="band_left:Q"),
        zero,
        stems,
        dots,
        said,
    ).properties(width=380, height=alt.Step(26))


def gaps_picture(rows: pl.DataFrame) -> alt.VConcatChart:
    """A panel for targets in per cent, and one for amounts."""
    panels = [
        gap_panel(rows.filter(panel=panel), panel)
        for panel in (PERCENTAGE_POINTS, PER_CENT_OF_TARGET)
        if rows.filter(panel=panel).height
    ]
    title = {"text": f"Outcome less target, {places.get(place, place)}", "subtitle": ["结果与目标之差"]}
    return alt.vconcat(*panels, title=title)


if gaps.is_empty():
    say("No target could be settled yet: there is no outcome to compare one with. Nothing to draw.")
else:
    display(gaps_picture(gaps.head(SHOWN)))
    say(
        f"{gaps.height} of {targets.filter(ref_area=place).height} targets of {places.get(place, place)} can be drawn; "
        f"the latest {min(SHOWN, gaps.height)} are. Who says so, on either side:"
    )
    with pl.Config(fmt_str_lengths=60, tbl_rows=SHOWN):
        display(
            settled.join(gaps.head(SHOWN), on="target_id", how="semi").select(
                "indicator_text", "year", "outcome", "source_title", "sentence_text", "actual_source_title"
            )
        )

# %% [markdown]
# ## 3. The path to the goal
#
# Each panel has one indicator in one unit: what happened (line), the targets (diamond for a bare number, circle for
# 左右, a triangle that points to where a floor or a ceiling lets the value go, a bar from end to end for a range), and, dashed,
# the way that is left from the latest actual to the goal of the plan. The heading gives the pace that this takes:
# compound growth a year for amounts, percentage points a year for shares.
#
# **It can't show** whether that pace is fast. The growth that money still needs is at *current* prices, while GDP
# growth targets are at *constant* prices: rising prices close part of the way, so the two are drawn apart and the table
# says where they may be compared. Where the latest actual is old, so is the start of the path. A dashed line is
# arithmetic, no forecast, and a line between two figures says nothing about the years between.

# %%
PANELS = 9
ACTUAL, ANNUAL, PLAN = "实际 actual", "年度目标 annual target", "规划目标 plan target"
LEFT_TO_GO = "所需路径 pace required"
AROUND, RANGE = named("bound", "around"), named("bound", "range")
KINDS = {ACTUAL: BLUE, ANNUAL: ORANGE, PLAN: VERMILION, LEFT_TO_GO: GREY}
SHAPES = {
    NUMBER: "diamond",
    AROUND: "circle",
    FLOOR: "triangle-up",
    CEILING: "triangle-down",
    RANGE: "stroke",
}

goals = paths.filter(ref_area=place, target_type="plan_target") if place else paths.clear()
goals = goals.filter(year=goals["year"].max()) if goals.height else goals
goals = (
    goals.join(indicators.select("indicator_key", "name_zh", "name_en", "is_headline"), on="indicator_key")
    .with_columns(is_gdp=pl.col("indicator_key") == "gdp")
    .sort("is_gdp", "is_headline", "indicator_key", "path_step_id", descending=[True, True, False, False])
)


def pace(goal: dict) -> str:
    """What is left of the way, in words."""
    if goal["is_already_reached"]:
        return f"the goal of {goal['year']} is reached"
    if goal["required_growth"] is not None:
        prices = " (current prices)" if goal["required_price_basis"] == "nominal" else ""
        return f"{goal['required_growth']:+.1f} % a year to {goal['year']}{prices}"
    if goal["unit_measure"] == "percent":
        return f"{goal['required_change']:+.2f} percentage points a year to {goal['year']}"
    divisor, name = display_unit(goal["unit_measure"], goal["target_value"])
    return f"{goal['required_change'] / divisor:+.3g} {name} a year to {goal['year']}"


def points(key: str, measure: str, unit_measure: str) -> pl.DataFrame:
    """The values of one panel in long form: year, kind, value, upper, reading (what the bound makes of it)."""
    rows = history.filter(ref_area=place, indicator_key=key, measure=measure, unit_measure=unit_measure)
    rows = rows.filter(pl.col("rank_scope").is_null())
    return pl.concat(
        rows.select(
            "year",
            kind=pl.lit(kind),
            value=f"{column}_value",
            upper=f"{column}_value_upper",
            reading=pl.col(f"{column}_bound").replace_strict(
                {**READINGS, "around": AROUND, "range": RANGE}, default=NUMBER, return_dtype=pl.String
            ),
        )
        for kind, column in ((ACTUAL, "actual"), (ANNUAL, "annual_target"), (PLAN, "plan_target"))
    ).filter(pl.col("value").is_not_null())


def path_panel(
    heading: str, below: list[str], rows: pl.DataFrame, unit_measure: str, way: pl.DataFrame
) -> alt.LayerChart:
    """What happened, what was promised, and the dashed way that is left."""
    divisor, unit_name = display_unit(
        unit_measure, max(rows["value"].abs().max(), way["value"].abs().max() or 0)
    )
    rows = rows.with_columns(pl.col("value", "upper") / divisor)
    way = way.with_columns(pl.col("value") / divisor)
    first, last = rows["year"].min(), max(rows["year"].max(), way["year"].max() or 0)
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(domain=[first - 0.5, last + 0.5], nice=False),
        axis=alt.Axis(
            format="d", values=list(range(last, first - 1, -((last - first) // 6 + 1))), grid=False
        ),
    )
    y = alt.Y("value:Q", title=unit_name, scale=alt.Scale(zero=False, padding=12), axis=alt.Axis(tickCount=5))
    colour = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values())),
        legend=alt.Legend(orient="bottom", columns=4),
    )
    shape = alt.Shape(
        "reading:N",
        title=None,
        scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())),
        legend=alt.Legend(orient="bottom", columns=4, symbolFillColor="black", symbolStrokeColor="black"),
    )
    chart = alt.Chart(rows)
    ranges = rows.filter(pl.col("upper").is_not_null())
    ends = pl.concat([rows, ranges.with_columns(value=pl.col("upper"))])
    return alt.layer(
        alt.Chart(way).mark_line(strokeDash=[5, 4], strokeWidth=2).encode(x=x, y=y, color=colour),
        chart.mark_line(strokeWidth=2)
        .transform_filter(alt.datum.kind == ACTUAL)
        .encode(x=x, y=y, color=colour),
        alt.Chart(ranges).mark_rule(strokeWidth=3).encode(x=x, y=y, y2="upper:Q", color=colour),
        alt.Chart(ends)
        .mark_point(filled=True, size=75, opacity=1.0)
        .encode(x=x, y=y, color=colour, shape=shape),
    ).properties(width=250, height=150, title={"text": heading, "subtitle": below, "fontSize": 13})


def straight_way(goal: dict) -> pl.DataFrame:
    """The dashed line: compound growth where it is defined, else equal steps."""
    years = list(range(goal["actual_year"], goal["year"] + 1))
    start, steps = goal["actual_value"], goal["years_from_actual"]
    if goal["is_already_reached"]:
        years = []
    growing = goal["required_growth"] is not None
    values = [
        start * (goal["target_value"] / start) ** (year / steps)
        if growing
        else start + (goal["target_value"] - start) * year / steps
        for year in range(len(years))
    ]
    return pl.DataFrame(
        {"year": years, "value": values, "kind": [LEFT_TO_GO] * len(years)},
        schema={"year": pl.Int64, "value": pl.Float64, "kind": pl.String},
    )


def paths_picture(rows: pl.DataFrame) -> alt.ConcatChart:
    """A panel an indicator; beside GDP its growth, whose targets are on another price basis."""
    panels = []
    for goal in rows.iter_rows(named=True):
        name, below = goal["name_zh"], [goal["name_en"] or "not in the catalogue", pace(goal)]
        key, unit_measure = goal["indicator_key"], goal["unit_measure"]
        panels.append(
            path_panel(
                name, below, points(key, goal["measure"], unit_measure), unit_measure, straight_way(goal)
            )
        )
        growth = points(key, "growth", "percent")
        if goal["is_gdp"] and goal["measure"] == "level" and growth.height:
            nothing = straight_way(goal).clear()
            panels.append(
                path_panel(
                    f"{name}增速",
                    ["Growth; targets are at constant prices by custom", ""],
                    growth,
                    "percent",
                    nothing,
                )
            )
    title = {
        "text": f"The path to {rows['year'][0]}, {places.get(place, place)}",
        "subtitle": [f"通往{rows['year'][0]}年目标的路径"],
    }
    return alt.concat(*panels[:PANELS], columns=3, title=title, spacing=24)


if goals.is_empty():
    say("No target of a plan lies ahead of the latest actual of this place: no path to draw.")
else:
    display(paths_picture(goals))
    display(
        goals.select(
            "name_zh",
            "unit_measure",
            "actual_year",
            "actual_value",
            pl.col("target_bound").alias("goal_bound"),
            pl.col("target_value").alias("goal"),
            "is_already_reached",
            pl.col("required_growth").round(2),
            pl.col("required_change").round(4),
            "growth_target",
            "growth_target_upper",
            pl.col("is_same_price_basis").alias("growth_target_comparable"),
        )
    )

# %% [markdown]
# ## Going on
#
# - Other places and years: set `PLACE`, or group `targets` by `ref_area`. `rpt_panel_targets` has one row per place and
#   year with the headline targets, their bounds and words, as the literature uses them.
# - Which figure settled a target, and what others say: `fct_target_evidence`.
# - From a target to the words it was read from: `document_id`, `char_start` and `char_end` in `dim_documents.text`.
# - In a paper, name the version printed at the top and the source of each figure (`source_title`, `source_url`).
