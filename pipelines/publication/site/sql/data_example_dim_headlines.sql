select
    headline,
    name_zh,
    name_en,
    indicator_id,
    measure
from dim_headlines
order by ordinal
