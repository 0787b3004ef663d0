select
    ref_area,
    name_zh,
    name_en
from dim_places
where ref_area like '__0000'
order by ref_area
