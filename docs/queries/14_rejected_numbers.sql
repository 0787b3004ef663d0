/*
Why is a number of the text not in the data?
原文里的这个数字为什么没有收录？

Mart: fct_rejected_candidates with dim_documents. Grain: one number that was not taken.
Read: reason is from the closed list rejection_reason (a year, an ordinal, a slogan, part of a name...);
  rule_id is the rule that rejected it; around shows the words about it.
Traps: no_indicator and unit_unknown are readings that failed, the other reasons are numbers that
  measure nothing. Search a number with: where source_text like '%12345%'.
*/
with asked as (
    select '330200-report-2026' as document_id
)

select
    candidates.reason,
    candidates.rule_id,
    candidates.source_text,
    substring(
        documents.text,
        greatest(candidates.char_start - 15, 0) + 1,
        candidates.char_end - greatest(candidates.char_start - 15, 0) + 15
    ) as around,
    candidates.char_start,
    candidates.char_end,
    candidates.document_id
from fct_rejected_candidates as candidates
inner join asked
    on candidates.document_id = asked.document_id
inner join dim_documents as documents
    on asked.document_id = documents.document_id
order by candidates.reason, candidates.char_start, candidates.candidate_id
