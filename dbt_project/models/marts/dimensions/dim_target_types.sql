select
    target_type,
    ordinal,
    name_zh,
    name_en,
    is_target,
    definition
from {{ ref('target_types') }}
order by ordinal
