-- Which indicators of a place have a page: catalogued with a figure, or another with figures of two years.
select facts.indicator_key
from fct_indicators as facts
inner join dim_indicators as indicators on facts.indicator_key = indicators.indicator_key
where facts.ref_area = $ref_area and facts.obs_value is not null
group by facts.indicator_key
having bool_or(indicators.is_catalogued) or count(distinct facts.year) > 1
order by facts.indicator_key
