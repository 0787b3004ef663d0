{{ config(materialized='incremental', meta={'changes_by': 'place'},
    incremental_predicates=[changed('place')]) }}

-- A path goes through levels, shares and ratios; growth targets of the years between stand beside it.
with points as (
    select
        fact_id,
        ref_area,
        indicator_key,
        indicator_id,
        measure,
        unit_measure,
        target_type,
        year,
        obs_value,
        obs_value_upper,
        bound,
        chosen_source_kind,
        source_title,
        coalesce(statement_id, observation_id) as figure_id
    from {{ ref('fct_indicators') }}
    where is_plain_yearly and measure in ('level', 'share', 'ratio') {{ and_changed('place') }}
),

latest as (
    select *
    from points
    where target_type = 'actual'
    qualify row_number() over (
        partition by ref_area, indicator_key, measure, unit_measure
        order by year desc, fact_id asc
    ) = 1
),

-- Of two promises for one year the plan's stands behind the year's own.
steps as (
    select
        targets.*,
        latest.fact_id as actual_fact_id,
        latest.year as actual_year,
        latest.obs_value as actual_value,
        latest.bound as actual_bound,
        latest.chosen_source_kind as actual_source_kind,
        latest.source_title as actual_source_title,
        row_number() over path as step_number,
        coalesce(lag(targets.year) over path, latest.year) as previous_year,
        coalesce(lag(targets.obs_value) over path, latest.obs_value) as previous_value
    from points as targets
    inner join latest
        on
            targets.ref_area = latest.ref_area
            and targets.indicator_key = latest.indicator_key
            and targets.measure = latest.measure
            and targets.unit_measure = latest.unit_measure
            and targets.year > latest.year
    where targets.target_type in ('annual_target', 'plan_target')
    window path as (
        partition by targets.ref_area, targets.indicator_key, targets.measure, targets.unit_measure
        order by targets.year asc, targets.target_type asc, targets.fact_id asc
    )
),

growth_targets as (
    select *
    from {{ ref('fct_indicators') }}
    where
        is_plain_yearly
        and measure = 'growth'
        and target_type = 'annual_target'
    {{ and_changed('place') }}
),

judged as (
    select
        steps.*,
        outcomes.good_side,
        outcomes.outcome,
        case outcomes.good_side
            when 'up' then steps.actual_value >= steps.obs_value
            when 'down' then steps.actual_value <= coalesce(steps.obs_value_upper, steps.obs_value)
            else
                steps.actual_value >= steps.obs_value
                and steps.actual_value <= coalesce(steps.obs_value_upper, steps.obs_value)
        end as is_already_reached
    from steps
    inner join {{ ref('fct_target_outcomes') }} as outcomes
        on steps.figure_id = outcomes.target_id
),

required as (
    select
        *,
        {{ difference('obs_value', 'actual_value') }} / (year - actual_year) as change,
        {{ yearly_growth('actual_value', 'obs_value', 'year - actual_year') }} as growth,
        {{ yearly_growth('previous_value', 'obs_value', 'year - previous_year') }} as growth_from_previous,
        measure = 'level' and not is_already_reached as is_growing
    from judged
)

select
    required.fact_id as path_step_id,
    required.figure_id as target_id,
    required.ref_area,
    required.indicator_key,
    required.indicator_id,
    required.measure,
    required.unit_measure,
    required.step_number,
    required.actual_year,
    required.actual_value,
    required.actual_bound,
    required.target_type,
    required.year,
    required.obs_value as target_value,
    required.obs_value_upper as target_value_upper,
    required.bound as target_bound,
    required.good_side,
    required.outcome,
    required.is_already_reached,
    required.year - required.actual_year as years_from_actual,
    if(required.is_already_reached, null, required.change) as required_change,
    if(required.is_growing, required.growth, null) as required_growth,
    required.previous_year,
    required.previous_value,
    if(required.is_growing, required.growth_from_previous, null) as required_growth_from_previous,
    if(required.measure = 'level' and units.unit_type = 'currency', 'nominal', null) as required_price_basis,
    growth_targets.year as growth_target_year,
    growth_targets.obs_value as growth_target,
    growth_targets.obs_value_upper as growth_target_upper,
    growth_targets.bound as growth_target_bound,
    growth_targets.price_basis as growth_target_price_basis,
    if(
        growth_targets.fact_id is null,
        null,
        coalesce(nullif(growth_targets.price_basis, 'unstated'), conventions.growth_price_basis)
    ) as growth_target_compared_basis,
    required_price_basis = growth_target_compared_basis as is_same_price_basis,
    required.actual_fact_id,
    required.actual_source_kind,
    required.actual_source_title,
    required.chosen_source_kind as target_source_kind,
    required.source_title as target_source_title
from required
left join growth_targets
    on
        required.ref_area = growth_targets.ref_area
        and required.indicator_key = growth_targets.indicator_key
        and growth_targets.year = required.actual_year + 1
left join {{ ref('dim_units') }} as units
    on required.unit_measure = units.unit
left join {{ ref('price_conventions') }} as conventions
    on required.indicator_id = conventions.indicator_id
order by
    required.ref_area,
    required.indicator_key,
    required.measure,
    required.unit_measure,
    required.step_number
