/*
Are softly worded targets met more often than hard ones?
“左右”“以上”“确保”“力争”：不同措辞的目标，完成情况有何不同？

Mart: agg_target_wordings, which has years and sectors too. Grain: target type x bound x modifier word
  x commitment x its word.
Read: share_met is met (within tolerance too) in those that could be settled; it is null while none is.
Traps: tolerance is part of the rule, not of the word: only point and 左右-targets have one, so they are met
  more easily by construction. Words of a target known from an English summary are null, which
  is not the same as a target without a word. Few settled targets make no statistics.
*/
with counts as (
    select
        target_type,
        bound,
        modifier_text,
        commitment,
        commitment_text,
        sum(target_count)::bigint as target_count,
        sum(settled_count)::bigint as settled_count,
        sum(met_count)::bigint as met_count,
        sum(met_within_tolerance_count)::bigint as met_within_tolerance_count,
        sum(missed_count)::bigint as missed_count
    from agg_target_wordings
    where bound is not null
    group by target_type, bound, modifier_text, commitment, commitment_text
)

select
    *,
    round((met_count + met_within_tolerance_count) / nullif(settled_count, 0), 3) as share_met
from counts
order by
    target_count desc,
    target_type asc,
    bound asc,
    modifier_text asc,
    commitment asc,
    commitment_text asc
