{{ config(materialized='incremental', meta={'changes_by': 'place'},
    incremental_predicates=[changed('place')]) }}

select
    coverage.ref_area,
    coverage.year,
    coverage.headline,
    places.name_zh as place_name_zh,
    places.name_en as place_name_en,
    places.level as place_level,
    coverage.coverage,
    if(targets.bound in ('at_most', 'below'), null, targets.obs_value) as low,
    case
        when targets.bound in ('at_least', 'above') then null
        else coalesce(targets.obs_value_upper, targets.obs_value)
    end as high,
    targets.unit_measure,
    targets.bound,
    targets.modifier_text,
    targets.commitment,
    targets.outcome,
    targets.actual_value,
    targets.gap,
    targets.settled_by_rule,
    targets.actual_source_title,
    coverage.target_id
from {{ ref('fct_target_coverage') }} as coverage
inner join {{ ref('fct_target_outcomes') }} as targets
    on coverage.target_id = targets.target_id
left join {{ ref('dim_places') }} as places
    on coverage.ref_area = places.ref_area
where true {{ and_changed('place', 'coverage') }} {{ and_changed('place', 'targets') }}
order by coverage.ref_area, coverage.headline, coverage.year
