select
    targets.set_year,
    targets.document_id,
    targets.outcome,
    count(*) as target_count
from fct_target_outcomes as targets
where targets.ref_area = $ref_area
group by targets.set_year, targets.document_id, targets.outcome
order by targets.set_year, targets.document_id, targets.outcome
