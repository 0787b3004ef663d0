/*
An indicator through the years: what happened, and what was promised for each year?
某指标历年的实际值和目标值，可直接作图。

Mart: rpt_indicator_history. Grain: place x indicator x measure x unit x field of a rank x year.
Read: one line a year with actual, baseline, annual target and plan target in the same unit; draw the
  bounds as open ends. actual_chosen_rule says from which kind of source the actual comes.
Traps: a break in the series may be a restated base and not a change: 04_vintages.sql shows all vintages.
  Never draw two measures on one axis (level and growth are separate lines of rows).
*/
with asked as (
    select
        '330200' as ref_area,
        'gdp' as indicator_key
)

select
    history.measure,
    history.year,
    history.actual_value,
    history.actual_bound,
    history.actual_status,
    history.actual_chosen_rule,
    history.baseline_value,
    history.annual_target_value,
    history.annual_target_value_upper,
    history.annual_target_bound,
    history.plan_target_value,
    history.plan_target_value_upper,
    history.plan_target_bound,
    history.unit_measure,
    history.rank_scope
from rpt_indicator_history as history
inner join asked
    on history.ref_area = asked.ref_area and history.indicator_key = asked.indicator_key
order by history.measure, history.unit_measure, history.rank_scope, history.year
