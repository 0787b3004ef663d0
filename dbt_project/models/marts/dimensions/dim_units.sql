select
    units.unit,
    units.name_zh,
    units.name_en,
    units.unit_type,
    units.base_unit,
    base_units.name_zh as base_unit_name_zh,
    units.factor_to_base,
    units.aliases
from {{ ref('units') }} as units
left join {{ ref('units') }} as base_units
    on units.base_unit = base_units.unit
order by units.unit
