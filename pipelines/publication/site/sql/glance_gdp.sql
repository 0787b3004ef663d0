-- What is known of a place's GDP: yearly actuals, and targets in yuan and in growth, each once.
select
    'actual' as target_type,
    measure,
    year,
    null::bigint as period_start_year,
    null::bigint as set_year,
    null::varchar as growth_basis,
    actual_value as obs_value,
    actual_value_upper as obs_value_upper,
    actual_bound as bound,
    null::varchar as outcome
from rpt_indicator_history
where
    ref_area = $ref_area
    and indicator_id = 'gdp'
    and actual_value is not null
    and rank_scope is null
    and ((measure = 'level' and unit_measure = 'yuan') or (measure = 'growth' and unit_measure = 'percent'))
union all
select
    target_type,
    measure,
    year,
    period_start_year,
    max(set_year) as set_year,
    growth_basis,
    obs_value,
    obs_value_upper,
    bound,
    min(outcome) as outcome
from fct_target_outcomes
where
    ref_area = $ref_area
    and indicator_id = 'gdp'
    and obs_value is not null
    and year is not null
    and sub_period is null
    and rank_scope is null
    and coalesce(growth_basis, '') != 'cumulative'
    and ((measure = 'level' and unit_measure = 'yuan') or (measure = 'growth' and unit_measure = 'percent'))
group by
    target_type, measure, year, period_start_year, growth_basis, obs_value, obs_value_upper, bound
order by measure, year, target_type, obs_value
