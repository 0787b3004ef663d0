select
    ref_area,
    year,
    obs_value,
    unit_measure,
    obs_status,
    source_kind,
    source_title,
    vintage_date
from fct_statistic_observations
where indicator_id = 'gdp' and measure = 'level' and target_type = 'actual'
order by ref_area, year, vintage_date, observation_id
limit 20
