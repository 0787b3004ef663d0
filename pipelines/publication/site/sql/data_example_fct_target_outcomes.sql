select
    indicator_text,
    year,
    bound,
    obs_value as promised,
    actual_value as delivered,
    unit_measure,
    outcome
from fct_target_outcomes
where is_settled
order by year desc, indicator_key asc, target_id asc
limit 10
