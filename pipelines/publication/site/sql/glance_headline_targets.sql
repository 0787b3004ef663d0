-- All that the reports of a place promise for the headline indicators, in any measure and for any year.
select
    targets.set_year,
    indicators.headline,
    targets.target_id,
    targets.target_type,
    targets.indicator_key,
    indicators.name_zh as indicator_zh,
    indicators.name_en as indicator_en,
    targets.measure,
    targets.year,
    targets.period_start_year,
    targets.growth_basis,
    targets.obs_value,
    targets.obs_value_upper,
    targets.unit_measure,
    targets.bound,
    targets.commitment,
    targets.commitment_text,
    targets.relative_to,
    targets.source_text,
    targets.document_id,
    targets.statement_id
from fct_target_outcomes as targets
inner join dim_indicators as indicators on targets.indicator_key = indicators.indicator_key
where
    targets.ref_area = $ref_area
    and targets.document_id is not null
    and indicators.headline is not null
order by targets.set_year desc, targets.year asc, targets.char_start asc, targets.target_id asc
