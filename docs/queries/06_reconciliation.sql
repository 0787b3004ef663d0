/*
Where do a report's figures differ from the statistics office's, and by how much?
报告里的数字和统计部门公布的数字是否一致？相差多少？

Mart: fct_reconciliation. Grain: reported figure x the official figure it is held against first.
Read: agrees means that one true value can stand behind both printed numbers. difference is reported
  less official, in unit_measure; difference_share is the same as a share of the official figure.
Traps: differs is no accusation. A report given years later restates the base year (GDP of 2020), a
  preliminary figure is revised, 超 makes a floor of a number. A reported figure without an
  official one has no row.
*/
with asked as (
    select '330200' as ref_area
)

select
    figures.ref_area,
    figures.year,
    figures.indicator_key,
    figures.measure,
    figures.target_type,
    figures.reconciliation,
    figures.reason,
    figures.reported_value,
    figures.reported_bound,
    figures.official_value,
    figures.unit_measure,
    figures.difference,
    round(figures.difference_share, 4) as difference_share,
    figures.stated_year,
    figures.reported_source_title,
    figures.official_status,
    figures.official_source_title,
    figures.official_vintage_date
from fct_reconciliation as figures
inner join asked
    on figures.ref_area = asked.ref_area
where figures.is_reference
order by
    list_position(['differs', 'not_comparable', 'agrees'], figures.reconciliation) asc,
    abs(figures.difference_share) desc,
    figures.reconciliation_id asc
