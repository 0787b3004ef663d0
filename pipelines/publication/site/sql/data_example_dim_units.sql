select
    unit,
    name_zh,
    name_en,
    factor_to_base,
    base_unit,
    base_unit_name_zh
from dim_units
where name_zh in ('亩', '斤', '万元', '元')
order by unit
