select
    bound,
    modifier_text,
    commitment_text,
    sum(target_count)::bigint as target_count,
    sum(settled_count)::bigint as settled_count,
    sum(met_count)::bigint as met_count,
    sum(missed_count)::bigint as missed_count
from agg_target_wordings
where target_type = 'annual_target' and bound is not null
group by bound, modifier_text, commitment_text
order by target_count desc, bound asc, modifier_text asc, commitment_text asc
limit 10
