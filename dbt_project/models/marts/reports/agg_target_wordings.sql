select
    year,
    sector,
    target_type,
    bound,
    modifier_text,
    commitment,
    commitment_text,
    count(*) as target_count,
    count(*) filter (where is_settled) as settled_count,
    count(*) filter (where outcome = 'met') as met_count,
    count(*) filter (where outcome = 'met_within_tolerance') as met_within_tolerance_count,
    count(*) filter (where outcome = 'missed') as missed_count
from {{ ref('fct_target_outcomes') }}
group by year, sector, target_type, bound, modifier_text, commitment, commitment_text
order by year, sector, target_type, bound, modifier_text, commitment, commitment_text
