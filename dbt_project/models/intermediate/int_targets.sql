{{ config(materialized='incremental', meta={'changes_by': 'figure'},
    incremental_predicates=[changed('figure')]) }}

-- Which side of a target is the good one, and how far it may be missed.
with directed as (
    select
        targets.*,
        case
            when targets.side_bound in ('at_least', 'above', 'at_most', 'below') then 'bound'
            when targets.measure = 'rank' then 'rank'
            when indicators.good_direction = 'up' then 'more_is_better'
            when indicators.good_direction = 'down' then 'less_is_better'
            when indicators.good_direction = 'neutral' then 'on_the_mark'
            else 'unknown'
        end as direction_rule
    from {{ changed_figures(ref('int_intervals')) }} as targets
    left join {{ ref('indicators') }} as indicators
        on targets.indicator_id = indicators.indicator_id
    where targets.is_target
),

-- A rule of the indicator's own comes before the default of its measure.
tolerances as (
    select
        targets.figure_id,
        rules.tolerance_rule,
        if(
            rules.tolerance_kind = 'relative',
            rules.tolerance / 100 * abs(targets.obs_value),
            rules.tolerance
        ) as tolerance
    from directed as targets
    inner join {{ ref('tolerance_rules') }} as rules
        on
            targets.measure = rules.measure
            and rules.indicator_id in ('any', targets.indicator_id)
            and rules.unit_measure in ('any', targets.unit_measure)
    where targets.bound in ('point', 'around')
    qualify row_number() over (
        partition by targets.figure_id
        order by rules.indicator_id = 'any' asc, rules.unit_measure = 'any' asc, rules.tolerance_rule asc
    ) = 1
),

sided as (
    select
        directed.*,
        tolerances.tolerance_rule,
        tolerances.tolerance,
        case
            when directed.side_bound in ('at_least', 'above') then 'up'
            when directed.side_bound in ('at_most', 'below') then 'down'
            when directed.direction_rule = 'more_is_better' then 'up'
            when directed.direction_rule in ('less_is_better', 'rank') then 'down'
            else 'both'
        end as good_side
    from directed
    left join tolerances
        on directed.figure_id = tolerances.figure_id
)

select
    *,
    if(good_side = 'down', '-infinity'::double, obs_value) as goal_low,
    if(good_side = 'up', 'infinity'::double, coalesce(obs_value_upper, obs_value)) as goal_high,
    side_bound in ('above', 'below') as is_goal_open,
    -- Far below any printed digit: it only absorbs the noise of binary fractions.
    1e-9 * greatest(abs(obs_value), 1e-3) as epsilon
from sided
