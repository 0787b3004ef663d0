{{ config(materialized='incremental', meta={'changes_by': 'target'},
    incremental_predicates=[changed('target')]) }}

-- Every actual of a target's indicator, place and year, and what it says about the target.
with actuals as (
    select *
    from {{ ref('int_intervals') }}
    where
        target_type = 'actual'
        and obs_value is not null
        and unit_measure is not null
    {{ and_changed('place') }}
),

pairs as (
    select
        targets.figure_id as target_id,
        targets.ref_area,
        targets.good_side,
        targets.direction_rule,
        targets.bound as target_bound,
        targets.obs_value as target_value,
        targets.goal_low,
        targets.goal_high,
        targets.is_goal_open,
        targets.tolerance,
        targets.epsilon,
        actuals.figure_id,
        actuals.figure_kind,
        actuals.obs_value,
        actuals.bound,
        actuals.is_point,
        actuals.interval_low,
        actuals.interval_high,
        actuals.is_low_open,
        actuals.is_high_open,
        actuals.choice_rule,
        actuals.choice_order,
        actuals.vintage_date,
        actuals.stated_year,
        actuals.printed_mult - actuals.decimals as printed_digit,
        case
            when targets.measure != actuals.measure then 'measure_differs'
            when targets.unit_measure != actuals.unit_measure then 'unit_differs'
            when coalesce(targets.sub_period, '') != coalesce(actuals.sub_period, '') then 'period_differs'
            when
                coalesce(targets.period_start_year, 0) != coalesce(actuals.period_start_year, 0)
                then 'period_differs'
            when
                coalesce(targets.rank_scope, '') != coalesce(actuals.rank_scope, '')
                then 'rank_scope_differs'
            when targets.compared_growth_basis != actuals.compared_growth_basis then 'growth_basis_differs'
            when
                targets.compared_price_basis != 'unstated'
                and actuals.compared_price_basis != 'unstated'
                and targets.compared_price_basis != actuals.compared_price_basis
                then 'price_basis_differs'
        end as obstacle,
        -- Two figures are compared at the finer of their two printings. A target of "over" or "under"
        -- has a sharp edge, and so has anything compared with a bound.
        if(
            targets.is_goal_open or not actuals.is_point, 0, least(targets.half_unit, actuals.half_unit)
        ) as slack
    from {{ ref('int_targets') }} as targets
    inner join actuals
        on
            targets.ref_area = actuals.ref_area
            and targets.indicator_key = actuals.indicator_key
            and targets.year = actuals.year
    where
        targets.obs_value is not null
        and targets.unit_measure is not null
    {{ and_changed('place', 'targets') }}
),

sides as (
    select
        *,
        case
            when good_side = 'down' then true
            when is_goal_open and not is_low_open then interval_low > goal_low + epsilon
            else interval_low >= goal_low - slack - epsilon
        end as is_above_low,
        case
            when good_side = 'up' then true
            when is_goal_open and not is_high_open then interval_high < goal_high - epsilon
            else interval_high <= goal_high + slack + epsilon
        end as is_below_high,
        case
            when good_side = 'down' then false
            when is_goal_open or is_high_open then interval_high <= goal_low - slack + epsilon
            else interval_high < goal_low - slack - epsilon
        end as is_wholly_below,
        case
            when good_side = 'up' then false
            when is_goal_open or is_low_open or slack > 0 then interval_low >= goal_high + slack - epsilon
            else interval_low > goal_high + slack + epsilon
        end as is_wholly_above
    from pairs
),

judged as (
    select
        *,
        case
            when obstacle is not null then obstacle
            when is_above_low and is_below_high then 'settles'
            when is_point and abs(obs_value - target_value) <= tolerance + epsilon then 'settles'
            when is_wholly_below or is_wholly_above
                then if(direction_rule = 'unknown', 'good_direction_unknown', 'settles')
            when is_point then 'rounding_straddles'
            else 'bound_straddles'
        end as evidence_reason
    from sides
)

select
    target_id,
    ref_area,
    figure_id,
    figure_kind,
    evidence_reason,
    choice_rule,
    case
        when evidence_reason != 'settles' then null
        when is_above_low and is_below_high then 'met'
        when is_point and abs(obs_value - target_value) <= tolerance + epsilon then 'met_within_tolerance'
        else 'missed'
    end as verdict,
    -- What settles comes first, then what could be compared, then the order of choice.
    row_number() over (
        partition by target_id
        order by
            evidence_reason != 'settles' asc,
            obstacle is not null asc,
            choice_order asc,
            bound != 'point' asc,
            vintage_date is null asc,
            vintage_date desc,
            stated_year desc,
            printed_digit asc,
            figure_id asc
    ) as evidence_rank
from judged
