{{ config(materialized='incremental', meta={'changes_by': 'place'},
    incremental_predicates=[changed('place')]) }}

-- A bulletin's statements are observations of that bulletin already.
with figures as (
    select
        statements.statement_id as figure_id,
        'statement' as figure_kind,
        statements.ref_area,
        statements.indicator_key,
        statements.measure,
        statements.unit_measure,
        statements.year,
        statements.period_start_year,
        statements.sub_period,
        statements.target_type,
        statements.obs_value,
        statements.unit_text,
        statements.printed_mult,
        statements.document_id as source_id,
        documents.file_path || ':' || statements.char_start as found_in
    from {{ ref('fct_indicator_statements') }} as statements
    inner join {{ ref('dim_documents') }} as documents
        on statements.document_id = documents.document_id
    where documents.doc_kind != 'bulletin' {{ and_changed('place', 'statements') }}
    union all
    select
        observation_id as figure_id,
        'observation' as figure_kind,
        ref_area,
        indicator_key,
        measure,
        unit_measure,
        year,
        period_start_year,
        sub_period,
        target_type,
        obs_value,
        unit_text,
        printed_mult,
        source_id,
        row_ref as found_in
    from {{ ref('fct_statistic_observations') }}
    where true {{ and_changed('place') }}
),

levels as (
    select
        *,
        log10(abs(obs_value)) as magnitude
    from figures
    where
        measure = 'level'
        and obs_value != 0
        and ref_area is not null
        and year is not null
        and unit_measure is not null
),

-- A figure never stands beside itself. Its neighbours are of the same place, indicator and unit.
compared as (
    select
        levels.figure_id,
        count(*) as neighbour_count,
        median(neighbours.magnitude) as neighbour_magnitude,
        arg_min(
            neighbours.found_in,
            (abs(neighbours.year - levels.year), neighbours.year, neighbours.figure_id)
        ) as nearest_found_in,
        arg_min(
            neighbours.year,
            (abs(neighbours.year - levels.year), neighbours.year, neighbours.figure_id)
        ) as nearest_year,
        arg_min(
            neighbours.obs_value,
            (abs(neighbours.year - levels.year), neighbours.year, neighbours.figure_id)
        ) as nearest_value
    from levels
    inner join levels as neighbours
        on
            levels.ref_area = neighbours.ref_area
            and levels.indicator_key = neighbours.indicator_key
            and levels.unit_measure = neighbours.unit_measure
            and levels.period_start_year is not distinct from neighbours.period_start_year
            and levels.sub_period is not distinct from neighbours.sub_period
            and levels.figure_id != neighbours.figure_id
            and abs(levels.year - neighbours.year) <= {{ var('magnitude_years') }}
    group by levels.figure_id
)

select
    levels.figure_id,
    levels.figure_kind,
    levels.ref_area,
    levels.indicator_key,
    levels.measure,
    levels.year,
    levels.sub_period,
    levels.target_type,
    levels.obs_value,
    levels.unit_measure,
    levels.unit_text,
    levels.printed_mult,
    levels.found_in,
    compared.neighbour_count,
    compared.nearest_year,
    compared.nearest_value,
    compared.nearest_found_in,
    levels.magnitude - compared.neighbour_magnitude as log10_difference,
    round(levels.magnitude - compared.neighbour_magnitude)::bigint as likely_power_of_ten
from levels
inner join compared
    on levels.figure_id = compared.figure_id
where abs(levels.magnitude - compared.neighbour_magnitude) >= {{ var('magnitude_log10') }}
order by levels.ref_area, levels.indicator_key, levels.year, levels.figure_id
