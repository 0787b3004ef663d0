{{ config(materialized='incremental', meta={'changes_by': 'document'},
    incremental_predicates=[changed('document')]) }}

with sentences as (
    select
        sentence_id,
        text
    from {{ ref('dim_sentences') }}
    where true {{ and_changed('document') }}
)

select
    candidates.candidate_id,
    candidates.document_id,
    documents.ref_area,
    documents.report_year,
    candidates.source_text,
    candidates.reason,
    candidates.rule_id,
    candidates.char_start,
    candidates.char_end,
    candidates.sentence_id,
    sentences.text as sentence_text
from {{ staged(ref('stg_candidates')) }} as candidates
left join {{ ref('dim_documents') }} as documents
    on candidates.document_id = documents.document_id
left join sentences
    on candidates.sentence_id = sentences.sentence_id
where true {{ and_changed('document', 'candidates') }}
order by candidates.document_id, candidates.char_start, candidates.candidate_id
