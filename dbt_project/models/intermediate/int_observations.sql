select
    observations.*,
    coalesce(observations.indicator_id, observations.indicator_name) as indicator_key,
    {{ to_base_unit('observations.value', 'units.factor_to_base') }} as obs_value,
    {{ to_base_unit('observations.value_upper', 'units.factor_to_base') }} as obs_value_upper,
    units.base_unit as unit_measure,
    source_kinds.is_official
from {{ ref('stg_observations') }} as observations
left join {{ ref('units') }} as units
    on observations.unit = units.unit
left join {{ ref('source_kinds') }} as source_kinds
    on observations.source_kind = source_kinds.source_kind
