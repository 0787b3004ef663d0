select
    review_rank,
    confidence,
    review_reasons,
    indicator_text,
    source_text,
    sentence_text
from rpt_statements_to_review
order by review_rank
limit 10
