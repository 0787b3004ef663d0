select
    indicator_key,
    actual_year,
    actual_value,
    year as target_year,
    target_value,
    unit_measure,
    required_growth
from fct_target_paths
where measure = 'level' and required_growth is not null
order by indicator_key, ref_area, year
limit 10
