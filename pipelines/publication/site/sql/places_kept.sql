-- Of each place's promises that can be judged: how many were kept.
select
    targets.ref_area,
    places.name_zh,
    coalesce(places.name_en, places.name_zh) as name_en,
    places.level,
    places.parent_name_zh,
    min(targets.year) as first_year,
    max(targets.year) as last_year,
    count(*) as settled_count,
    count(*) filter (where targets.outcome = 'met') as met_count,
    count(*) filter (where targets.outcome = 'met_within_tolerance') as tolerated_count,
    count(*) filter (where targets.outcome = 'missed') as missed_count
from fct_target_outcomes as targets
inner join dim_places as places on targets.ref_area = places.ref_area
where targets.is_settled
group by targets.ref_area, places.name_zh, places.name_en, places.level, places.parent_name_zh
order by
    count(*) filter (where targets.outcome != 'missed') / count(*) desc,
    settled_count desc,
    targets.ref_area asc
