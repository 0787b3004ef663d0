select
    statements.*,
    coalesce(statements.indicator_id, statements.indicator_name) as indicator_key,
    {{ to_base_unit('statements.value', 'units.factor_to_base') }} as obs_value,
    {{ to_base_unit('statements.value_upper', 'units.factor_to_base') }} as obs_value_upper,
    units.base_unit as unit_measure
from {{ ref('stg_statements') }} as statements
left join {{ ref('units') }} as units
    on statements.unit = units.unit
