select
    indicator_key,
    ref_area,
    year,
    obs_value,
    unit_measure,
    nearest_year,
    nearest_value,
    likely_power_of_ten
from rpt_magnitude_flags
order by log10_difference desc, figure_id asc
limit 10
