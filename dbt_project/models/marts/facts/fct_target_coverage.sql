{{ config(materialized='incremental', meta={'changes_by': 'place'},
    incremental_predicates=[changed('place')],
    post_hook="{{ forget_years(this, this, 'document_count > 0 or target_id is not null') }}") }}

with headlines as (
    select
        headline,
        indicator_id,
        priority,
        measure,
        any_measure
    from {{ ref('headline_targets') }}
),

-- Targets for headline indicators, told apart: of a report's own year, and of a later one.
targets as (
    select
        outcomes.*,
        headlines.headline,
        headlines.priority,
        outcomes.measure = headlines.measure as is_panel_measure
    from {{ ref('fct_target_outcomes') }} as outcomes
    inner join headlines
        on
            outcomes.indicator_id = headlines.indicator_id
            and (headlines.any_measure or outcomes.measure = headlines.measure)
    where outcomes.ref_area is not null {{ and_changed('place', 'outcomes') }}
),

-- What each report says of each headline indicator.
readings as (
    select
        document_id,
        ref_area,
        headline,
        count(*) filter (where target_type = 'annual_target') as annual_target_count,
        count(*) filter (where target_type = 'plan_target') as plan_target_count,
        bool_or(value is not null) as is_stated,
        bool_or(value is null and relative_to is not null) as is_relative
    from targets
    where document_id is not null
    group by document_id, ref_area, headline
),

reports as (
    select
        mentions.ref_area,
        mentions.year,
        mentions.headline,
        coalesce(bool_or(readings.is_stated), false) as is_stated,
        coalesce(bool_or(readings.is_relative), false) as is_relative,
        bool_or(readings.headline is not null) as is_read,
        bool_or(mentions.is_mentioned) as is_mentioned,
        bool_and(coalesce(mentions.text_version = 'abridged', false)) as is_abridged,
        sum(coalesce(readings.annual_target_count, 0))::bigint as annual_target_count,
        sum(coalesce(readings.plan_target_count, 0))::bigint as plan_target_count,
        count(*) as document_count
    from {{ ref('int_headline_mentions') }} as mentions
    left join readings
        on
            mentions.document_id = readings.document_id
            and mentions.ref_area = readings.ref_area
            and mentions.headline = readings.headline
    where true {{ and_changed('place', 'mentions') }}
    group by mentions.ref_area, mentions.year, mentions.headline
),

-- The one target for the year in the form that the literature uses; the report's own words first.
panel as (
    select
        ref_area,
        year,
        headline,
        target_id
    from targets
    where
        target_type = 'annual_target'
        and is_panel_measure
        and value is not null
        and sub_period is null
        and period_start_year is null
    qualify row_number() over (
        partition by ref_area, year, headline
        order by
            priority asc,
            source_kind = 'work_report' desc,
            bound != 'point' asc,
            set_year desc,
            target_id asc
    ) = 1
),

place_years as (
    select
        ref_area,
        year
    from reports
    union
    select
        ref_area,
        year
    from panel
    {% if is_partial() %}
    union
    select
        ref_area,
        year
    from {{ this }}
    where not ({{ changed('place') }}) and (document_count > 0 or target_id is not null)
    {% endif %}
),

places as (
    select distinct ref_area from place_years
),

years as (
    select unnest(range(min(year), max(year) + 1)) as year
    from place_years
),

names as (
    select distinct headline from headlines
),

spine as (
    select
        places.ref_area,
        years.year,
        names.headline
    from places
    cross join years
    cross join names
    {% if is_partial() %}
    where {{ changed('place', 'places') }} or years.year not in (select has.year from {{ this }} as has)
    {% endif %}
)

select
    {{ surrogate_key(['spine.ref_area', 'spine.year', 'spine.headline']) }} as coverage_id,
    spine.ref_area,
    spine.year,
    spine.headline,
    case
        when reports.headline is null then 'no_document'
        when reports.is_stated then 'stated'
        when reports.is_relative then 'relative'
        when reports.is_read then 'qualitative'
        when reports.is_mentioned then 'mentioned_not_read'
        when reports.is_abridged then 'absent_in_abridged_text'
        else 'absent_in_text'
    end as coverage,
    coalesce(reports.annual_target_count, 0) as annual_target_count,
    coalesce(reports.plan_target_count, 0) as plan_target_count,
    coalesce(reports.document_count, 0) as document_count,
    panel.target_id
from spine
left join reports
    on
        spine.ref_area = reports.ref_area
        and spine.year = reports.year
        and spine.headline = reports.headline
left join panel
    on
        spine.ref_area = panel.ref_area
        and spine.year = panel.year
        and spine.headline = panel.headline
order by spine.ref_area, spine.year, spine.headline
