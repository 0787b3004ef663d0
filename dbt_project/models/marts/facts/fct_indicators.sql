{{ config(materialized='incremental', meta={'changes_by': 'place'},
    incremental_predicates=[changed('place')],
    post_hook="{{ follow_sectors(this, ref('dim_indicators')) }}") }}

{%- set grain = [
    'ref_area', 'year', 'indicator_key', 'measure', 'target_type', 'period_start_year', 'sub_period',
    'growth_basis', 'price_basis', 'rank_scope', 'unit_measure',
] -%}

with figures as (
    select
        *,
        {{ surrogate_key(grain) }} as fact_id
    from {{ ref('int_figures') }}
    where
        ref_area is not null
        and year is not null
        and obs_value is not null
        and unit_measure is not null
    {{ and_changed('place') }}
),

counts as (
    select
        fact_id,
        count(*) as candidate_count,
        count(distinct concat_ws('|', obs_value, obs_value_upper, bound)) as distinct_value_count
    from figures
    group by fact_id
),

-- The order of choice, read from top to bottom; the last lines only make it total.
chosen as (
    select *
    from figures
    qualify row_number() over (
        partition by fact_id
        order by
            choice_order asc,
            bound != 'point' asc,
            vintage_date is null asc,
            vintage_date desc,
            stated_year desc,
            printed_mult - decimals asc,
            figure_id asc
    ) = 1
),

-- One year, the whole year, against the year before: what a line chart draws. Where several prices
-- or units are left, growth is wanted at constant and levels at current prices.
yearly as (
    select
        chosen.fact_id,
        row_number() over (
            partition by
                chosen.ref_area,
                chosen.year,
                chosen.indicator_key,
                chosen.measure,
                chosen.target_type,
                chosen.rank_scope
            order by
                coalesce(chosen.unit_measure = units.base_unit, false) desc,
                chosen.choice_order asc,
                case
                    when chosen.price_basis is null then 1
                    when chosen.measure = 'growth'
                        then list_position(['real', 'unstated', 'nominal'], chosen.price_basis)
                    else list_position(['nominal', 'unstated', 'real'], chosen.price_basis)
                end asc,
                chosen.fact_id asc
        ) = 1 as is_plain_yearly
    from chosen
    left join {{ ref('dim_indicators') }} as indicators
        on chosen.indicator_key = indicators.indicator_key
    left join {{ ref('dim_units') }} as units
        on indicators.default_unit = units.unit
    where
        chosen.period_start_year is null
        and chosen.sub_period is null
        and (chosen.growth_basis is null or chosen.growth_basis = 'yoy')
)

select
    chosen.fact_id,
    chosen.ref_area,
    chosen.year,
    chosen.indicator_key,
    chosen.indicator_id,
    chosen.indicator_text,
    chosen.measure,
    chosen.target_type,
    chosen.period_start_year,
    chosen.sub_period,
    chosen.growth_basis,
    chosen.price_basis,
    chosen.rank_scope,
    chosen.obs_value,
    chosen.obs_value_upper,
    chosen.unit_measure,
    chosen.bound,
    chosen.modifier_text,
    chosen.commitment,
    chosen.commitment_text,
    chosen.binding_type,
    chosen.obs_status,
    coalesce(yearly.is_plain_yearly, false) as is_plain_yearly,
    indicators.sector,
    chosen.choice_rule as chosen_rule,
    chosen.figure_kind as chosen_from,
    if(chosen.figure_kind = 'statement', chosen.figure_id, null) as statement_id,
    if(chosen.figure_kind = 'observation', chosen.figure_id, null) as observation_id,
    chosen.document_id,
    chosen.source_kind as chosen_source_kind,
    chosen.source_title,
    chosen.publisher,
    chosen.source_url,
    chosen.vintage_date,
    chosen.stated_year,
    counts.candidate_count,
    counts.distinct_value_count
from chosen
inner join counts
    on chosen.fact_id = counts.fact_id
left join yearly
    on chosen.fact_id = yearly.fact_id
left join {{ ref('dim_indicators') }} as indicators
    on chosen.indicator_key = indicators.indicator_key
order by
    chosen.ref_area,
    chosen.indicator_key,
    chosen.measure,
    chosen.target_type,
    chosen.year,
    chosen.fact_id
