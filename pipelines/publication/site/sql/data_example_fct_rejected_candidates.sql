select
    source_text,
    reason,
    rule_id,
    sentence_text
from fct_rejected_candidates
order by document_id, char_start
limit 10
