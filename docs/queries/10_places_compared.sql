/*
Growth targets of all places side by side: who promised what, and what came of it?
各地经济增长目标对比：谁定得高、措辞如何、完成与否？

Mart: rpt_headline_targets. Grain: place x year with a GDP growth target.
Read: gdp_growth_low and gdp_growth_high are the ends that the wording leaves open or closed: 以上 has no
  high, 左右 has both equal. actual_growth is what settled it, distance its gap in percentage points.
Traps: a target for 2025 is settled by what was said in 2026; without the next report the outcome is
  pending or no_observation. The year is the one that the target is for. gdp_growth_coverage of
  no_document means that another source than the report tells the target.
*/
select
    year,
    ref_area,
    place_name_zh,
    place_level,
    low as gdp_growth_low,
    high as gdp_growth_high,
    bound as gdp_growth_bound,
    modifier_text as gdp_growth_modifier_text,
    commitment as gdp_growth_commitment,
    coverage as gdp_growth_coverage,
    outcome as gdp_growth_outcome,
    actual_value as actual_growth,
    gap as distance,
    settled_by_rule,
    actual_source_title
from rpt_headline_targets
where headline = 'gdp_growth'
order by year desc, gdp_growth_low desc, ref_area asc
