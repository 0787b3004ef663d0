-- Figures that are not for a single whole year on the usual basis, and so are no points of a history.
select
    facts.indicator_key,
    facts.measure,
    facts.target_type,
    facts.year,
    facts.period_start_year,
    facts.sub_period,
    facts.growth_basis,
    facts.price_basis,
    facts.rank_scope,
    facts.obs_value,
    facts.obs_value_upper,
    facts.unit_measure,
    facts.bound,
    facts.source_title,
    facts.source_url,
    facts.document_id,
    facts.statement_id
from fct_indicators as facts
where facts.ref_area = $ref_area and not facts.is_plain_yearly and facts.obs_value is not null
order by
    facts.indicator_key asc,
    facts.year desc,
    facts.measure asc,
    facts.target_type asc,
    facts.period_start_year asc,
    facts.sub_period asc, facts.fact_id asc
