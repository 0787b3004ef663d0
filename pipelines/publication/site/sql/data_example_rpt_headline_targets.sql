select
    place_name_zh,
    place_name_en,
    year,
    low,
    high,
    bound,
    outcome,
    actual_value
from rpt_headline_targets
where headline = 'gdp_growth'
order by year desc, coalesce(low, high) desc, ref_area asc
limit 10
