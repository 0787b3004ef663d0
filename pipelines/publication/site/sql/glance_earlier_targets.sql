-- The targets of a place that other sources than a report tell, those with an outcome first.
select
    targets.target_id,
    targets.indicator_key,
    targets.indicator_text,
    indicators.name_zh as indicator_zh,
    coalesce(indicators.name_en, indicators.name_zh) as indicator_en,
    targets.measure,
    targets.year,
    targets.set_year,
    targets.obs_value,
    targets.obs_value_upper,
    targets.unit_measure,
    targets.bound,
    targets.outcome,
    targets.actual_value,
    targets.actual_value_upper,
    targets.actual_bound
from fct_target_outcomes as targets
inner join dim_indicators as indicators on targets.indicator_key = indicators.indicator_key
where targets.ref_area = $ref_area and targets.document_id is null and targets.obs_value is not null
order by targets.is_settled desc, targets.year desc, targets.indicator_key asc, targets.target_id asc
limit 40
