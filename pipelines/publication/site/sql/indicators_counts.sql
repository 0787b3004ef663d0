-- Indicators with a figure, by place: all, and those of the catalogue.
select
    facts.ref_area,
    count(distinct facts.indicator_key) as indicator_count,
    count(distinct facts.indicator_id) as catalogued_count,
    min(facts.year) as first_year,
    max(facts.year) filter (where facts.target_type = 'actual') as last_actual_year
from fct_indicators as facts
where facts.obs_value is not null
group by facts.ref_area
order by facts.ref_area
