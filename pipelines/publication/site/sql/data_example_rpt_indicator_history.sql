select
    ref_area,
    year,
    actual_value,
    annual_target_bound,
    annual_target_value,
    annual_target_value_upper,
    unit_measure
from rpt_indicator_history
where indicator_id = 'gdp' and measure = 'growth'
order by ref_area, year
limit 20
