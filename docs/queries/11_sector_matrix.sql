/*
Which sectors do governments speak of in numbers, and what do they promise there?
各领域的成绩、年度目标和规划目标各有多少条？

Mart: agg_sector_year_targets (with dim_sectors). Grain: sector.
Read: counts of statements by what they are, then of targets (also those known from other sources)
  and how many of them were settled and met.
Traps: all places and years together; group by year as well for one of them. Counts of statements measure
  attention, not money or success. share_met of a sector with a handful of settled targets says little.
*/
with counts as (
    select
        sector,
        sum(statement_count) as statement_count,
        sum(statement_count) filter (where target_type = 'actual') as actual_count,
        sum(statement_count) filter (where target_type = 'baseline') as baseline_count,
        sum(statement_count) filter (where target_type = 'annual_target') as annual_target_count,
        sum(statement_count) filter (where target_type = 'plan_target') as plan_target_count,
        sum(statement_with_value_count) as statement_with_value_count,
        sum(target_count) as target_count,
        sum(settled_count) as settled_count,
        sum(met_count) as met_count
    from agg_sector_year_targets
    group by sector
)

select
    coalesce(counts.sector, 'unknown') as sector,
    sectors.name_zh,
    coalesce(counts.actual_count, 0) as actual_count,
    coalesce(counts.baseline_count, 0) as baseline_count,
    coalesce(counts.annual_target_count, 0) as annual_target_count,
    coalesce(counts.plan_target_count, 0) as plan_target_count,
    round(counts.statement_with_value_count / nullif(counts.statement_count, 0), 3) as share_with_value,
    counts.target_count,
    counts.settled_count,
    counts.met_count,
    round(counts.met_count / nullif(counts.settled_count, 0), 3) as share_met
from counts
left join dim_sectors as sectors
    on counts.sector = sectors.sector
order by sectors.ordinal asc nulls last
