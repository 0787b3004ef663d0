select
    target_type,
    name_zh,
    name_en,
    is_target,
    definition
from dim_target_types
order by ordinal
