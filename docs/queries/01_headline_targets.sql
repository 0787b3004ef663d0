/*
What did a place promise for a year in its headline indicators, and how hard?
某地某年的主要预期目标是多少？措辞有多硬？

Mart: fct_target_outcomes (with dim_indicators). Grain: one target for the report's own year.
Read: obs_value is the number, the lower end of a range; bound says how it limits the truth, and
  modifier_text and commitment_text are the report's own words for that. A row without obs_value is
  a target without a number: relative_to names what it is tied to.
Traps: a headline indicator without a row here is not "not promised": ask 08_coverage.sql.
  A decline is negative. A target may be repeated in the work plan, and then has two rows.
*/
with asked as (
    select
        '330200' as ref_area,
        2026 as year
)

select
    indicators.name_zh,
    indicators.name_en,
    targets.measure,
    targets.obs_value,
    targets.obs_value_upper,
    targets.unit_measure,
    targets.bound,
    targets.modifier_text,
    targets.commitment,
    targets.commitment_text,
    targets.relative_to,
    targets.outcome,
    targets.source_kind,
    targets.source_text,
    targets.sentence_text,
    targets.target_id
from fct_target_outcomes as targets
inner join asked
    on targets.ref_area = asked.ref_area and targets.year = asked.year
inner join dim_indicators as indicators
    on targets.indicator_key = indicators.indicator_key
where targets.target_type = 'annual_target' and indicators.is_headline
order by indicators.sector, targets.indicator_key, targets.measure, targets.char_start, targets.target_id
