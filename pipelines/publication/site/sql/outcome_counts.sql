select outcome, count(*) as target_count
from fct_target_outcomes
where ref_area = $ref_area
group by outcome
