-- A figure whose unit the seed does not know has no value that can be compared with anything.
select
    row_ref,
    indicator_text,
    value,
    unit_text,
    unit
from {{ ref('fct_statistic_observations') }}
where obs_value is null or unit_measure is null
