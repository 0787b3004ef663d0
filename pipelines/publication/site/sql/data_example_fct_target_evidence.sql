select
    targets.indicator_text,
    targets.year,
    targets.obs_value as target,
    evidence.obs_value as figure,
    evidence.unit_measure,
    evidence.verdict,
    evidence.evidence_reason,
    evidence.is_used,
    evidence.source_title
from fct_target_evidence as evidence
inner join fct_target_outcomes as targets on evidence.target_id = targets.target_id
order by targets.year desc, targets.target_id asc, evidence.evidence_rank asc
limit 10
