select
    ref_area,
    name_zh,
    name_en
from dim_places
where list_contains($areas, ref_area)
order by ref_area
