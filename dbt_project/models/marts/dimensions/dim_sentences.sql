{{ config(materialized='incremental', meta={'changes_by': 'document'},
    incremental_predicates=[changed('document')]) }}

select
    sentence_id,
    document_id,
    sentence_index,
    char_start,
    char_end,
    text,
    paragraph_index,
    part_index,
    kind,
    context_role,
    period_start_year,
    period_end_year,
    section_path
from {{ staged(ref('stg_sentences')) }}
where true {{ and_changed('document') }}
order by document_id, sentence_index
