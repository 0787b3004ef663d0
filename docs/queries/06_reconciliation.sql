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
select
    ref_area,
    year,
    indicator_key,
    measure,
    target_type,
    reconciliation,
    reason,
    reported_value,
    reported_bound,
    official_value,
    unit_measure,
    difference,
    round(difference_share, 4) as difference_share,
    stated_year,
    reported_source_title,
    official_status,
    official_source_title,
    official_vintage_date
from fct_reconciliation
where is_reference
order by
    list_position(['differs', 'not_comparable', 'agrees'], reconciliation) asc,
    abs(difference_share) desc,
    reconciliation_id asc
