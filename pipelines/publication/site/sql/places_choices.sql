-- Headline and year of every comparison: places with a number, and how many of those have an outcome.
select
    coverage.headline,
    headlines.ordinal,
    headlines.name_zh,
    headlines.name_en,
    coverage.year,
    count(*) as place_count,
    count(*) filter (where targets.is_settled) as settled_count
from fct_target_coverage as coverage
inner join dim_headlines as headlines on coverage.headline = headlines.headline
inner join fct_target_outcomes as targets on coverage.target_id = targets.target_id
group by coverage.headline, headlines.ordinal, headlines.name_zh, headlines.name_en, coverage.year
order by headlines.ordinal asc, coverage.year desc
