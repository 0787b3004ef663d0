select
    frequency_rank,
    name_zh,
    sector,
    use_count,
    candidate_names
from rpt_unmatched_indicators
order by frequency_rank
limit 10
