-- The headline indicators of a place, year by year: how the report covers each, the target that was
-- taken, and the last actual before it in the same unit.
with covered as (
    select
        coverage.year as target_year,
        coverage.headline,
        coverage.coverage,
        headlines.ordinal,
        headlines.name_zh as headline_zh,
        headlines.name_en as headline_en,
        targets.*
    from fct_target_coverage as coverage
    inner join dim_headlines as headlines on coverage.headline = headlines.headline
    left join fct_target_outcomes as targets on coverage.target_id = targets.target_id
    where
        coverage.ref_area = $ref_area
        and (coverage.coverage != 'no_document' or coverage.target_id is not null)
),

actuals as (
    select
        indicator_key,
        measure,
        unit_measure,
        year,
        actual_value,
        actual_value_upper,
        actual_bound
    from rpt_indicator_history
    where ref_area = $ref_area and actual_value is not null and rank_scope is null
)

select
    covered.target_year,
    covered.headline,
    covered.headline_zh,
    covered.headline_en,
    covered.coverage,
    covered.target_id,
    covered.indicator_key,
    indicators.name_zh as indicator_zh,
    coalesce(indicators.name_en, indicators.name_zh) as indicator_en,
    covered.measure,
    covered.unit_measure,
    covered.obs_value,
    covered.obs_value_upper,
    covered.bound,
    covered.modifier_text,
    covered.commitment,
    covered.commitment_text,
    covered.outcome,
    covered.actual_value as settling_value,
    covered.actual_value_upper as settling_value_upper,
    covered.actual_bound as settling_bound,
    covered.document_id,
    covered.statement_id,
    covered.source_title,
    actuals.year as actual_year,
    actuals.actual_value,
    actuals.actual_value_upper,
    actuals.actual_bound
from covered
left join dim_indicators as indicators on covered.indicator_key = indicators.indicator_key
left join actuals
    on
        covered.indicator_key = actuals.indicator_key
        and covered.measure = actuals.measure
        and covered.unit_measure = actuals.unit_measure
        and covered.target_year > actuals.year
qualify
    row_number() over (
        partition by covered.target_year, covered.headline
        order by actuals.year desc
    ) = 1
order by covered.target_year desc, covered.ordinal asc
