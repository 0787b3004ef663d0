{{ config(materialized='incremental', meta={'changes_by': 'document'},
    incremental_predicates=[changed('document')]) }}

with statements as (
    select
        document_id,
        count(*) as statement_count
    from {{ staged(ref('stg_statements')) }}
    where true {{ and_changed('document') }}
    group by document_id
),

candidates as (
    select
        document_id,
        count(*) as rejected_count
    from {{ staged(ref('stg_candidates')) }}
    where true {{ and_changed('document') }}
    group by document_id
)

select
    documents.document_id,
    documents.doc_kind,
    documents.ref_area,
    documents.report_year,
    documents.version,
    documents.title,
    documents.publisher,
    documents.source_url,
    documents.published_date,
    documents.text_version,
    documents.file_path,
    documents.file_sha256,
    documents.media_type,
    documents.encoding,
    documents.text,
    documents.text_sha256,
    documents.char_count,
    documents.part_count,
    documents.sentence_count,
    coalesce(statements.statement_count, 0) as statement_count,
    coalesce(candidates.rejected_count, 0) as rejected_count
from {{ staged(ref('stg_documents')) }} as documents
left join statements
    on documents.document_id = statements.document_id
left join candidates
    on documents.document_id = candidates.document_id
where true {{ and_changed('document', 'documents') }}
order by documents.document_id
