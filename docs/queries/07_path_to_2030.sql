/*
How fast must an indicator still grow each year to reach the goal of 2030?
到2030年的目标，今后每年还要增长多少？

Mart: fct_target_paths. Grain: place x indicator x target ahead of the latest whole-year actual.
Read: required_growth is the compound growth a year, in per cent, that leads from actual_value to
  target_value; required_change is the same as an amount a year (percentage points for a share).
  reading says whether growth_target may be held against required_growth.
Traps: required growth of a sum of money is nominal, while growth targets for GDP are real by custom:
  the two never compare, because rising prices close part of the way. actual_bound of above means that less
  growth would do. Read no path into what is counted anew each year (new jobs).
*/
with asked as (
    select
        '330200' as ref_area,
        2030 as year
)

select
    paths.indicator_key,
    paths.measure,
    paths.actual_year,
    paths.actual_value,
    paths.actual_bound,
    paths.target_value,
    paths.target_bound,
    paths.unit_measure,
    paths.is_already_reached,
    round(paths.required_change, 6) as required_change,
    paths.required_growth,
    paths.required_price_basis,
    paths.growth_target_year,
    paths.growth_target,
    paths.growth_target_upper,
    paths.growth_target_compared_basis,
    case
        when paths.growth_target is null then 'no growth target beside it'
        when paths.is_same_price_basis then 'comparable'
        when not paths.is_same_price_basis then 'nominal against real: not comparable'
        else 'price basis unknown'
    end as reading
from fct_target_paths as paths
inner join asked
    on paths.ref_area = asked.ref_area and paths.year = asked.year
order by paths.required_growth desc nulls last, paths.indicator_key asc, paths.path_step_id asc
