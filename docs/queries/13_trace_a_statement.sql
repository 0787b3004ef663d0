/*
Where exactly in the text does a number stand?
这个数字出自原文的哪一句、哪几个字？

Mart: fct_indicator_statements with dim_documents. Grain: one statement.
Read: in_the_text is cut from the stored text by the span and equals source_text, always; before and
  after are the characters around it. rule_id, inherited and match_rule tell how it was read.
Traps: spans count characters from 0, SQL from 1. The stored text of a text file is the decoded file,
  unchanged, so the span holds in the file as well; of HTML, PDF and Word it is the text taken out of it.
*/
with asked as (
    select
        '330200' as ref_area,
        '330200-report-2026' as document_id,
        'gdp' as indicator_id,
        2026 as year
)

select
    statements.indicator_text,
    statements.measure,
    statements.value,
    statements.value_upper,
    statements.unit_text,
    statements.target_type,
    statements.char_start,
    statements.char_end,
    statements.source_text,
    substring(
        documents.text,
        statements.char_start + 1,
        statements.char_end - statements.char_start
    ) as in_the_text,
    substring(
        documents.text,
        greatest(statements.char_start - 20, 0) + 1,
        least(statements.char_start, 20)
    ) as before,
    substring(documents.text, statements.char_end + 1, 20) as after,
    statements.sentence_text,
    statements.section_path,
    statements.rule_id,
    statements.inherited,
    statements.match_rule,
    statements.confidence,
    documents.file_path,
    documents.file_sha256,
    statements.statement_id
from fct_indicator_statements as statements
inner join asked
    on
        statements.ref_area = asked.ref_area
        and statements.document_id = asked.document_id
        and statements.indicator_id = asked.indicator_id
        and statements.year = asked.year
inner join dim_documents as documents
    on asked.document_id = documents.document_id
order by statements.char_start, statements.statement_id
