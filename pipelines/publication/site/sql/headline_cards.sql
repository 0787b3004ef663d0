-- The headline targets of a place's report, each with the last actual of the same indicator and measure.
with headlines as (
    select
        coverage.headline,
        coverage.coverage,
        targets.target_id,
        targets.indicator_key,
        targets.measure,
        targets.unit_measure,
        targets.obs_value,
        targets.obs_value_upper,
        targets.bound,
        targets.modifier_text,
        targets.commitment,
        targets.commitment_text,
        targets.outcome,
        targets.document_id,
        targets.statement_id
    from fct_target_coverage as coverage
    left join fct_target_outcomes as targets
        on coverage.target_id = targets.target_id
    where coverage.ref_area = $ref_area and coverage.year = $year
),

actuals as (
    select
        indicator_key,
        measure,
        unit_measure,
        year as actual_year,
        actual_value,
        actual_value_upper,
        actual_bound
    from rpt_indicator_history
    where ref_area = $ref_area and actual_value is not null and year < $year and rank_scope is null
    qualify row_number() over (partition by indicator_key, measure, unit_measure order by year desc) = 1
)

select
    headlines.*,
    actuals.actual_year,
    actuals.actual_value,
    actuals.actual_value_upper,
    actuals.actual_bound
from headlines
left join actuals
    on
        headlines.indicator_key = actuals.indicator_key
        and headlines.measure = actuals.measure
        and headlines.unit_measure = actuals.unit_measure
order by headlines.headline
