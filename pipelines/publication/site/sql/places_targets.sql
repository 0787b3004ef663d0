-- The target of each place for a headline: of one year, or (where none is asked for) of all years in which an
-- outcome is known.
select * exclude (headline)
from places_compared
where
    headline = $headline
    and (year = $year or ($year is null and is_settled))
order by
    year desc,
    obs_value desc,
    obs_value_upper desc nulls last,
    ref_area asc
limit $most
