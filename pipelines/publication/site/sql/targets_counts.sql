-- Targets by the place whose page shows them: its own, and those for a part of it that has no code.
select
    coalesce(targets.ref_area, documents.ref_area) as page_area,
    targets.outcome,
    count(*) as target_count
from fct_target_outcomes as targets
left join dim_documents as documents on targets.document_id = documents.document_id
group by all
order by page_area, targets.outcome
