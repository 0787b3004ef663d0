select candidate_id, sentence_id, char_start, char_end, source_text, reason, rule_id
from fct_rejected_candidates
where document_id = $document_id
order by char_start, char_end, candidate_id
