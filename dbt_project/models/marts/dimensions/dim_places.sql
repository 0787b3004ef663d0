select
    places.ref_area,
    places.name_zh,
    places.short_name_zh,
    places.name_en,
    places.level,
    places.parent_ref_area,
    parents.name_zh as parent_name_zh,
    coalesce(provinces.ref_area, places.ref_area) as province_ref_area,
    coalesce(provinces.name_zh, places.name_zh) as province_name_zh,
    places.abolished_year,
    places.aliases
from {{ ref('places') }} as places
left join {{ ref('places') }} as parents
    on places.parent_ref_area = parents.ref_area
-- The first two digits of a GB/T 2260 code are the province.
left join {{ ref('places') }} as provinces
    on provinces.level = 'province' and left(places.ref_area, 2) || '0000' = provinces.ref_area
order by places.ref_area
