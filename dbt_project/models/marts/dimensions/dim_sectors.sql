select
    sector,
    ordinal,
    name_zh,
    name_en,
    definition
from {{ ref('sectors') }}
order by ordinal
