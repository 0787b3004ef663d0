select
    ref_area,
    year,
    headline,
    coverage
from fct_target_coverage
where coverage != 'no_document'
order by year desc, ref_area asc, headline asc
limit 20
