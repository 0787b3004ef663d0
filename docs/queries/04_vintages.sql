/*
How often was a figure published, and how far apart are the vintages?
同一个数字公布过几次，修订了多少？

Mart: fct_statistic_observations with fct_indicators. Grain: one published figure of the indicator.
Read: each row is one source. chosen_value is what fct_indicators uses for the year; change_from_chosen is the
  distance of this source to it. obs_status and remark say what kind of figure it is.
Traps: a difference may be rounding (1.31万亿元 has three digits) and not a revision: 06_reconciliation.sql
  tells the two apart. An undated source stands last of its year, and need not be the last. The chosen figure
  of a base year is the official one, though a later report may count from a restated one.
*/
with asked as (
    select
        '330200' as ref_area,
        'gdp' as indicator_key,
        'level' as measure
)

select
    figures.year,
    figures.vintage_date,
    figures.obs_value,
    figures.unit_measure,
    figures.bound,
    figures.obs_status,
    figures.source_kind,
    figures.source_title,
    figures.remark,
    chosen.obs_value as chosen_value,
    round(figures.obs_value - chosen.obs_value, 6) as change_from_chosen,
    round(100 * (figures.obs_value / nullif(chosen.obs_value, 0) - 1), 2) as per_cent_from_chosen,
    chosen.chosen_rule,
    figures.row_ref
from fct_statistic_observations as figures
inner join asked
    on
        figures.ref_area = asked.ref_area
        and figures.indicator_key = asked.indicator_key
        and figures.measure = asked.measure
left join fct_indicators as chosen
    on
        figures.ref_area = chosen.ref_area
        and figures.indicator_key = chosen.indicator_key
        and figures.measure = chosen.measure
        and figures.unit_measure = chosen.unit_measure
        and figures.year = chosen.year
        and figures.rank_scope is not distinct from chosen.rank_scope
        and chosen.target_type = 'actual'
        and chosen.is_plain_yearly
where
    figures.target_type = 'actual'
    and figures.sub_period is null
    and figures.period_start_year is null
order by figures.year asc, figures.vintage_date asc nulls last, figures.observation_id asc
