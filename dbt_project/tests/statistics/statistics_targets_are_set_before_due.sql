-- A target due before the year in which it was set is a slip of one of the two.
select
    row_ref,
    indicator_text,
    set_year,
    year
from {{ ref('fct_statistic_observations') }}
where set_year > year
