/*
What was read from each document?
每份文件读出了什么？

Mart: dim_documents with fct_indicator_statements. Grain: document.
Read: statements by what they are; catalogued_share is the share whose indicator the catalogue knows;
  per_thousand_characters is how dense the text is in numbers.
Traps: an abridged text (text_version) says less than the report did: compare its counts with those of
  full texts only with care. text_version is null where the sidecar does not say.
*/
with counts as (
    select
        document_id,
        count(*) filter (where target_type = 'actual') as actual_count,
        count(*) filter (where target_type = 'baseline') as baseline_count,
        count(*) filter (where target_type = 'annual_target') as annual_target_count,
        count(*) filter (where target_type = 'plan_target') as plan_target_count,
        count(*) filter (where indicator_id is not null) as catalogued_count,
        round(avg(confidence), 3) as average_confidence
    from fct_indicator_statements
    group by document_id
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
from dim_documents as documents
left join counts
    on documents.document_id = counts.document_id
order by documents.document_id
