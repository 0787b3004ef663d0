/*
Growth targets of all places side by side: who promised what, and what came of it?
各地经济增长目标对比：谁定得高、措辞如何、完成与否？

Mart: rpt_panel_targets (with fct_target_outcomes). Grain: place x year with a GDP growth target.
Read: gdp_growth_low and gdp_growth_high are the ends that the wording leaves open or closed: 以上 has no
  high, 左右 has both equal. actual_growth is what settled it, distance its gap in percentage points.
Traps: a target for 2025 is settled by what was said in 2026; without the next report the outcome is
  pending or no_observation. The year is the one that the target is for. gdp_growth_coverage of
  no_document means that another source than the report tells the target.
*/
select
    panel.year,
    panel.ref_area,
    panel.place_name_zh,
    panel.place_level,
    panel.gdp_growth_low,
    panel.gdp_growth_high,
    panel.gdp_growth_bound,
    panel.gdp_growth_modifier_text,
    panel.gdp_growth_commitment,
    panel.gdp_growth_coverage,
    panel.gdp_growth_outcome,
    targets.actual_value as actual_growth,
    targets.gap as distance,
    targets.settled_by_rule,
    targets.actual_source_title
from rpt_panel_targets as panel
inner join fct_target_outcomes as targets
    on panel.gdp_growth_target_id = targets.target_id
order by panel.year desc, panel.gdp_growth_low desc, panel.ref_area asc
