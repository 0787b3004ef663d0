/*
Where does a place claim to rank, in which field, and for how many years in a row?
报告称自己在哪些方面排名第几？在什么范围内？连续多少年？

Mart: fct_indicator_statements. Grain: one statement that is a rank or runs for years in a row.
Read: where measure is rank, value is the rank (1 is first) and rank_scope its field in the
  report's words; streak_years are the years in a row. bound at_most with 10 is "among the first ten" (前十).
Traps: ranks of different fields never compare (全国 counts the nation, 全国城市 its cities). They are claims
  of the report; an independent ranking is in fct_statistic_observations, where one is known.
*/
with asked as (
    select '330200' as ref_area
)

select
    statements.ref_area,
    statements.report_year,
    statements.year,
    statements.target_type,
    statements.indicator_text,
    statements.measure,
    statements.value,
    statements.unit_text,
    statements.bound,
    statements.rank_scope,
    statements.streak_years,
    statements.source_text,
    statements.sentence_text,
    statements.statement_id
from fct_indicator_statements as statements
inner join asked
    on statements.ref_area = asked.ref_area
where statements.measure = 'rank' or statements.streak_years is not null
order by
    statements.ref_area asc,
    statements.report_year asc,
    statements.streak_years desc nulls last,
    statements.value asc,
    statements.char_start asc,
    statements.statement_id asc
