/*
Which readings of a document are the least certain, and which of them need a look?
哪些读数最不可靠，需要人工复核？

Mart: fct_indicator_statements with rpt_statements_to_review. Grain: one statement of the document, the least
  certain 25.
Read: confidence is how often readings of its kind were right (docs/reading.md). review_reasons is filled
  for a statement that is on the list of reviewers, and null for one that nothing speaks against.
Traps: rely on the order, not on the number. confidence is about the reading, not about whether what the
  report says is true. A correction goes into raw/corrections, and takes the statement off the list.
*/
with asked as (
    select '330200-report-2026' as document_id
)

select
    review.review_rank,
    review.review_reasons,
    statements.confidence,
    statements.indicator_text,
    statements.measure,
    statements.target_type,
    statements.year,
    statements.value,
    statements.unit_text,
    statements.source_text,
    statements.sentence_text,
    statements.rule_id,
    statements.inherited,
    statements.document_id,
    statements.statement_id
from fct_indicator_statements as statements
inner join asked
    on statements.document_id = asked.document_id
left join rpt_statements_to_review as review
    on statements.statement_id = review.statement_id
order by review.review_rank asc nulls last, statements.confidence asc, statements.statement_id asc
limit 25
