/*
Where does a place claim to rank, in which field, and for how many years in a row?
报告称自己在哪些方面排名第几？在什么范围内？连续多少年？

Mart: fct_indicator_statements. Grain: one statement that is a rank or runs for years in a row.
Read: where measure is rank, value is the rank (1 is first) and rank_scope its field in the
  report's words; streak_years are the years in a row. bound at_most with 10 is "among the first ten" (前十).
Traps: ranks of different fields never compare (全国 counts the nation, 全国城市 its cities). They are claims
  of the report; an independent ranking is in fct_statistic_observations, where one is known.
*/
select
    ref_area,
    report_year,
    year,
    target_type,
    indicator_text,
    measure,
    value,
    unit_text,
    bound,
    rank_scope,
    streak_years,
    source_text,
    sentence_text,
    statement_id
from fct_indicator_statements
where measure = 'rank' or streak_years is not null
order by
    ref_area asc,
    report_year asc,
    streak_years desc nulls last,
    value asc,
    char_start asc,
    statement_id asc
