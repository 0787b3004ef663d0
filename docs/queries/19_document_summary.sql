/*
What was read from each document of a place?
每份文件读出了什么？

Mart: dim_documents with fct_indicator_statements. Grain: document.
Read: statements by what they are; catalogued_share is the share whose indicator the catalogue knows;
  per_thousand_characters is how dense the text is in numbers.
Traps: an abridged text (text_version) says less than the report did: compare its counts with those of
  full texts only with care. text_version is null where the sidecar does not say.
*/
with asked as (
    select '330200' as ref_area
),

documents as (
    select dim_documents.*
    from dim_documents
    inner join asked
        on dim_documents.ref_area = asked.ref_area
),

counts as (
    select
        statements.document_id,
        count(*) filter (where statements.target_type = 'actual') as actual_count,
        count(*) filter (where statements.target_type = 'baseline') as baseline_count,
        count(*) filter (where statements.target_type = 'annual_target') as annual_target_count,
        count(*) filter (where statements.target_type = 'plan_target') as plan_target_count,
        count(*) filter (where statements.indicator_id is not null) as catalogued_count,
        round(avg(statements.confidence), 3) as average_confidence
    from fct_indicator_statements as statements
    inner join documents
        on statements.document_id = documents.document_id
    group by statements.document_id
)

select
    documents.document_id,
    documents.title,
    documents.text_version,
    documents.char_count,
    documents.sentence_count,
    documents.statement_count,
    coalesce(counts.actual_count, 0) as actual_count,
    coalesce(counts.baseline_count, 0) as baseline_count,
    coalesce(counts.annual_target_count, 0) as annual_target_count,
    coalesce(counts.plan_target_count, 0) as plan_target_count,
    documents.rejected_count,
    round(counts.catalogued_count / documents.statement_count, 3) as catalogued_share,
    round(1000 * documents.statement_count / documents.char_count, 1) as per_thousand_characters,
    counts.average_confidence,
    documents.file_path
from documents
left join counts
    on documents.document_id = counts.document_id
order by documents.document_id
