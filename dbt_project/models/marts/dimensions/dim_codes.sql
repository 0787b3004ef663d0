select
    list_name,
    code,
    ordinal,
    name_zh,
    name_en,
    definition
from {{ ref('closed_lists') }}
union all
select
    list_name,
    code,
    ordinal,
    name_zh,
    name_en,
    definition
from {{ ref('verdicts') }}
order by list_name, ordinal
