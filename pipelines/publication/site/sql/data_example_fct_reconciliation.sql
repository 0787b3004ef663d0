select
    indicator_key,
    year,
    reported_value,
    official_value,
    difference,
    unit_measure,
    official_source_title
from fct_reconciliation
where reconciliation = 'differs' and is_reference
order by year desc, indicator_key asc
limit 10
