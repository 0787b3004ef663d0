-- A place mentioned in another's report has no pages of its own.
select places.ref_area, places.name_zh, places.name_en, places.level
from dim_places as places
where
    places.ref_area in (select ref_area from dim_documents)
    or places.ref_area in (select ref_area from fct_statistic_observations)
order by places.ref_area
