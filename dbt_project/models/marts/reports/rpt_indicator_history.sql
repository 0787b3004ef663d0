{{ config(materialized='incremental', meta={'changes_by': 'place'},
    incremental_predicates=[changed('place')]) }}

with plain as (
    select *
    from {{ ref('fct_indicators') }}
    where is_plain_yearly {{ and_changed('place') }}
)

select
    {{ surrogate_key(['ref_area', 'indicator_key', 'measure', 'unit_measure', 'rank_scope', 'year']) }}
        as history_id,
    ref_area,
    indicator_key,
    any_value(indicator_id) as indicator_id,
    measure,
    unit_measure,
    rank_scope,
    year,
    {% for target_type in ['actual', 'baseline', 'annual_target', 'plan_target'] -%}
    max(obs_value) filter (where target_type = '{{ target_type }}') as {{ target_type }}_value,
    max(obs_value_upper) filter (where target_type = '{{ target_type }}') as {{ target_type }}_value_upper,
    max(bound) filter (where target_type = '{{ target_type }}') as {{ target_type }}_bound,
    max(fact_id) filter (where target_type = '{{ target_type }}') as {{ target_type }}_fact_id,
    {% endfor -%}
    max(obs_status) filter (where target_type = 'actual') as actual_status,
    max(chosen_rule) filter (where target_type = 'actual') as actual_chosen_rule
from plain
group by ref_area, indicator_key, measure, unit_measure, rank_scope, year
order by ref_area, indicator_key, measure, unit_measure, rank_scope, year
