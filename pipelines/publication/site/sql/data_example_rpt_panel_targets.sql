select
    place_name_zh,
    year,
    gdp_growth_low,
    gdp_growth_high,
    gdp_growth_bound,
    gdp_growth_modifier_text,
    gdp_growth_outcome
from rpt_panel_targets
where gdp_growth_low is not null
order by year desc, ref_area asc
limit 20
