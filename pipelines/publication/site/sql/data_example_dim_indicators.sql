select
    indicator_id,
    name_zh,
    name_en,
    default_unit,
    good_direction
from dim_indicators
where sector = 'energy' and is_catalogued
order by indicator_id
limit 10
