select
    list_name,
    code,
    ordinal
from dim_codes
union all
select
    'sector' as list_name,
    sector as code,
    ordinal
from dim_sectors
union all
select
    'target_type' as list_name,
    target_type as code,
    ordinal
from dim_target_types
order by list_name, ordinal, code
