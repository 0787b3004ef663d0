select
    headline,
    ordinal,
    name_zh,
    name_en,
    indicator_id,
    measure
from {{ ref('headline_targets') }}
where priority = 1
order by ordinal
