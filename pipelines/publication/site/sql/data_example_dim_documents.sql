select
    title,
    ref_area,
    report_year,
    text_version,
    statement_count,
    rejected_count,
    publisher
from dim_documents
where doc_kind = 'report'
order by report_year desc, ref_area asc
limit 10
