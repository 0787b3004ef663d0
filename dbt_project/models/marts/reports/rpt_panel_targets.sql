{{ config(materialized='incremental', meta={'changes_by': 'place'},
    incremental_predicates=[changed('place')],
    post_hook="{{ forget_years(this, ref('fct_target_coverage')) }}") }}

{%- set headlines = [
    'gdp_growth', 'budget_revenue', 'cpi', 'urban_jobs', 'unemployment', 'income', 'retail_sales',
    'investment', 'trade', 'energy_intensity', 'grain',
] -%}
{%- set columns = [
    'coverage', 'low', 'high', 'bound', 'modifier_text', 'commitment', 'outcome', 'target_id',
] -%}

with targets as (
    select
        target_id,
        obs_value,
        obs_value_upper,
        bound,
        modifier_text,
        commitment,
        outcome
    from {{ ref('fct_target_outcomes') }}
    where true {{ and_changed('place') }}
),

cells as (
    select
        coverage.ref_area,
        coverage.year,
        coverage.headline,
        coverage.coverage,
        coverage.document_count,
        targets.target_id,
        if(targets.bound in ('at_most', 'below'), null, targets.obs_value) as low,
        case
            when targets.bound in ('at_least', 'above') then null
            else coalesce(targets.obs_value_upper, targets.obs_value)
        end as high,
        targets.bound,
        targets.modifier_text,
        targets.commitment,
        targets.outcome
    from {{ ref('fct_target_coverage') }} as coverage
    left join targets
        on coverage.target_id = targets.target_id
    {% if is_partial() %}
    where {{ changed('place', 'coverage') }} or coverage.year not in (select has.year from {{ this }} as has)
    {% endif %}
)

select
    cells.ref_area,
    cells.year,
    any_value(places.name_zh) as place_name_zh,
    any_value(places.name_en) as place_name_en,
    any_value(places.level) as place_level,
    {% for headline in headlines -%}
    {% for column in columns -%}
    max(cells.{{ column }}) filter (where cells.headline = '{{ headline }}') as {{ headline }}_{{ column }},
    {% endfor -%}
    {% endfor -%}
    max(cells.document_count) as document_count
from cells
left join {{ ref('dim_places') }} as places
    on cells.ref_area = places.ref_area
group by cells.ref_area, cells.year
order by cells.ref_area, cells.year
