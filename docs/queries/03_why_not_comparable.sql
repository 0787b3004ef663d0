/*
Why could a target not be settled, although figures for its indicator are known?
为什么这个目标有数据却无法判定？

Mart: fct_target_outcomes with fct_target_evidence. Grain: target x figure that was looked at (one
  row without a figure where the target itself cannot be compared).
Read: outcome_reason says why the target is not comparable; evidence_reason says it of each figure.
  docs/codebook.md explains the words.
Traps: not_comparable is neither met nor missed. Often the figure exists elsewhere in the form that is
  needed: add it as a table of statistics, and the target settles.
*/
with asked as (
    select '330200' as ref_area
)

select
    targets.ref_area,
    targets.year,
    targets.indicator_text,
    targets.measure,
    targets.obs_value as target_value,
    targets.unit_measure,
    targets.bound,
    targets.outcome_reason,
    evidence.evidence_reason,
    evidence.measure as evidence_measure,
    evidence.growth_basis as evidence_growth_basis,
    evidence.obs_value as evidence_value,
    evidence.unit_measure as evidence_unit_measure,
    evidence.source_title as evidence_source_title,
    targets.target_id
from fct_target_outcomes as targets
inner join asked
    on targets.ref_area = asked.ref_area
left join fct_target_evidence as evidence
    on targets.target_id = evidence.target_id
where targets.outcome = 'not_comparable'
order by targets.ref_area, targets.year, targets.indicator_key, targets.target_id, evidence.evidence_rank
