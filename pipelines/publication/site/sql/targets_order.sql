-- The targets of a place's pages in their order: those set last first, then as they stand in the texts.
select
    targets.target_id,
    targets.set_year
from fct_target_outcomes as targets
left join dim_documents as documents on targets.document_id = documents.document_id
where coalesce(targets.ref_area, documents.ref_area) = $ref_area
order by
    targets.set_year desc nulls last, targets.year desc nulls last, targets.document_id asc nulls last,
    targets.char_start asc, targets.row_ref asc, targets.target_id asc
