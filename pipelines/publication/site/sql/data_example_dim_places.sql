select
    ref_area,
    name_zh,
    name_en
from dim_places
where parent_name_zh = '浙江省' and abolished_year is null
order by ref_area
limit 20
