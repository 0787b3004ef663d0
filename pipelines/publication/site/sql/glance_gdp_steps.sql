-- What GDP still has to do: from the latest actual to each goal ahead.
select
    step_number,
    actual_year,
    actual_value,
    actual_bound,
    previous_year,
    previous_value,
    year,
    target_value,
    target_bound,
    is_already_reached,
    required_growth,
    required_growth_from_previous,
    is_same_price_basis
from fct_target_paths
where ref_area = $ref_area and indicator_id = 'gdp' and measure = 'level' and unit_measure = 'yuan'
order by step_number
