select
    sector,
    name_zh,
    name_en,
    definition
from dim_sectors
order by ordinal
