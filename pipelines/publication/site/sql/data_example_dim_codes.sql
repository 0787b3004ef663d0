select
    code,
    name_zh,
    name_en,
    definition
from dim_codes
where list_name = 'outcome'
order by ordinal
