select year, actual_value, annual_target_value, annual_target_bound, plan_target_value, plan_target_bound, unit_measure
from rpt_indicator_history
where ref_area = $ref_area and indicator_id = 'gdp' and measure = 'level' and unit_measure = 'yuan'
order by year
