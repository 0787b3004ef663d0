-- The history of each indicator of a place, with the tolerance and the outcome of the targets in it.
select
    history.indicator_key,
    history.measure,
    history.unit_measure,
    history.rank_scope,
    history.year,
    history.actual_value,
    history.actual_value_upper,
    history.actual_bound,
    history.actual_status,
    history.actual_chosen_rule,
    history.baseline_value,
    history.baseline_value_upper,
    history.baseline_bound,
    history.annual_target_value,
    history.annual_target_value_upper,
    history.annual_target_bound,
    annual_outcomes.tolerance as annual_target_tolerance,
    annual_outcomes.outcome as annual_target_outcome,
    annual_outcomes.target_id as annual_target_id,
    history.plan_target_value,
    history.plan_target_value_upper,
    history.plan_target_bound,
    plan_outcomes.tolerance as plan_target_tolerance,
    plan_outcomes.outcome as plan_target_outcome,
    plan_outcomes.target_id as plan_target_id
from rpt_indicator_history as history
left join fct_indicators as annual_targets on history.annual_target_fact_id = annual_targets.fact_id
left join fct_target_outcomes as annual_outcomes
    on coalesce(annual_targets.statement_id, annual_targets.observation_id) = annual_outcomes.target_id
left join fct_indicators as plan_targets on history.plan_target_fact_id = plan_targets.fact_id
left join fct_target_outcomes as plan_outcomes
    on coalesce(plan_targets.statement_id, plan_targets.observation_id) = plan_outcomes.target_id
where history.ref_area = $ref_area
order by
    history.indicator_key, history.measure, history.unit_measure, history.rank_scope nulls first, history.year
