-- The target of each place for each headline and year.
select
    coverage.headline,
    coverage.ref_area,
    places.name_zh,
    coalesce(places.name_en, places.name_zh) as name_en,
    places.level,
    places.parent_name_zh,
    coverage.year,
    targets.target_id,
    targets.measure,
    targets.obs_value,
    targets.obs_value_upper,
    targets.unit_measure,
    targets.bound,
    targets.commitment,
    targets.outcome,
    targets.gap,
    targets.is_settled,
    targets.actual_value,
    targets.actual_value_upper,
    targets.actual_bound,
    targets.document_id,
    targets.statement_id
from fct_target_coverage as coverage
inner join dim_places as places on coverage.ref_area = places.ref_area
inner join fct_target_outcomes as targets on coverage.target_id = targets.target_id
