-- What reports say about the indicators of a place, the newest report first.
select
    statements.indicator_key,
    statements.statement_id,
    statements.document_id,
    statements.report_year,
    documents.title as document_title,
    statements.target_type,
    statements.year,
    statements.obs_value,
    statements.obs_value_upper,
    statements.unit_measure,
    statements.bound,
    statements.sentence_id,
    statements.sentence_text,
    statements.char_start - sentences.char_start as mark_start,
    statements.char_end - sentences.char_start as mark_end
from fct_indicator_statements as statements
inner join dim_documents as documents on statements.document_id = documents.document_id
left join dim_sentences as sentences on statements.sentence_id = sentences.sentence_id
where statements.ref_area = $ref_area
order by
    statements.indicator_key asc,
    statements.report_year desc,
    statements.document_id asc,
    statements.char_start asc,
    statements.statement_id asc
