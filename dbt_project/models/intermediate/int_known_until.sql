-- A year is over for a place once a whole-year result of it is known. A work report is read at the
-- start of its year, so what it says of that year itself is no result of the whole of it.
select
    ref_area,
    max(year) as latest_actual_year
from {{ ref('int_figures') }}
where
    target_type = 'actual'
    and ref_area is not null
    and sub_period is null
    and obs_value is not null
    and (figure_kind = 'observation' or year < stated_year)
group by ref_area
