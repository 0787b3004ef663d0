select
    ref_area,
    year,
    target_type,
    obs_value,
    unit_measure,
    bound,
    chosen_rule,
    source_title
from fct_indicators
where indicator_id = 'gdp' and measure = 'level' and is_plain_yearly
order by ref_area, year, target_type
limit 20
