-- Which indicators of a place have a page: another with figures of two years, a catalogued one also with
-- several figures, or several candidates for one. A single figure of a report stands in a list that leads to
-- its sentence; one of the statistics has its source on its page.
select facts.indicator_key
from fct_indicators as facts
inner join dim_indicators as indicators on facts.indicator_key = indicators.indicator_key
where facts.ref_area = $ref_area and facts.obs_value is not null
group by facts.indicator_key
having
    count(distinct facts.year) > 1
    or (
        bool_or(indicators.is_catalogued)
        and (count(*) > 1 or sum(facts.candidate_count) > 1 or bool_or(facts.statement_id is null))
    )
order by facts.indicator_key
