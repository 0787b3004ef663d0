/*
What was promised for a year, was it delivered, and who says so on either side?
当年到期的目标完成了没有？承诺和结果各以哪句话为证？

Mart: fct_target_outcomes with fct_target_evidence. Grain: one settled target.
Read: outcome is met, met_within_tolerance or missed. gap is actual less target in the target's own
  unit, percentage points for a per cent. promised_in and delivered_in quote the sentence, or
  name file and line where the figure comes from a table.
Traps: only settled targets are here; the rest is pending, not_comparable (03) or
  no_observation. Their share of met is no rate of success: what nobody published again can't be
  settled. An actual_bound of above or at_least means that actual_value is a floor.
*/
with asked as (
    select
        '330200' as ref_area,
        2025 as year
)

select
    targets.indicator_text,
    targets.target_type,
    targets.set_year,
    targets.measure,
    targets.obs_value as target_value,
    targets.obs_value_upper as target_value_upper,
    targets.bound as target_bound,
    targets.actual_value,
    targets.actual_bound,
    targets.unit_measure,
    targets.outcome,
    targets.gap,
    round(targets.gap_share, 4) as gap_share,
    targets.tolerance_rule,
    targets.settled_by_rule,
    targets.source_title as promised_by,
    coalesce(targets.sentence_text, targets.row_ref) as promised_in,
    evidence.source_title as delivered_by,
    coalesce(evidence.sentence_text, evidence.row_ref) as delivered_in,
    targets.target_id
from fct_target_outcomes as targets
inner join asked
    on targets.ref_area = asked.ref_area and targets.year = asked.year
inner join fct_target_evidence as evidence
    on targets.evidence_id = evidence.evidence_id
where targets.is_settled
order by targets.outcome desc, targets.indicator_key asc, targets.measure asc, targets.target_id asc
