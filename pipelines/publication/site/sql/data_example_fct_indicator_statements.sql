select
    indicator_text,
    measure,
    bound,
    obs_value,
    obs_value_upper,
    unit_measure,
    source_text,
    sentence_text
from fct_indicator_statements
where target_type = 'annual_target' and year = report_year
order by document_id, char_start
limit 10
