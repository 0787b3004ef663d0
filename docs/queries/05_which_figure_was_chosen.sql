/*
Which of several figures stands in fct_indicators, and why?
多个来源给出不同数字时，采用了哪一个？依据是什么？

Mart: fct_indicators with fct_statistic_observations and fct_indicator_statements (dim_documents), which it
  was chosen from. Grain: candidate figure.
Read: is_chosen marks the row that fct_indicators shows; chosen_rule is the step of the order of
  sources that decided. Within a step exact comes before bounded, dated before undated, then the latest.
Traps: "chosen" is a rule, not a judgement of quality. Figures of another measure, basis, unit or
  target type are chosen separately: 1.31万亿元 as baseline competes with no official actual.
*/
with asked as (
    select
        '330200' as ref_area,
        'gdp' as indicator_key,
        2020 as year
),

-- The statements of a bulletin are in the lake a second time, as observations of that bulletin.
candidates as (
    select
        figures.observation_id as figure_id,
        figures.ref_area,
        figures.indicator_key,
        figures.year,
        figures.measure,
        figures.target_type,
        figures.period_start_year,
        figures.sub_period,
        figures.growth_basis,
        figures.price_basis,
        figures.rank_scope,
        figures.unit_measure,
        figures.obs_value,
        figures.bound,
        figures.obs_status,
        figures.source_kind,
        figures.source_title,
        figures.vintage_date
    from fct_statistic_observations as figures
    inner join asked
        on
            figures.ref_area = asked.ref_area
            and figures.indicator_key = asked.indicator_key
            and figures.year = asked.year
    union all
    select
        statements.statement_id as figure_id,
        statements.ref_area,
        statements.indicator_key,
        statements.year,
        statements.measure,
        statements.target_type,
        statements.period_start_year,
        statements.sub_period,
        statements.growth_basis,
        statements.price_basis,
        statements.rank_scope,
        statements.unit_measure,
        statements.obs_value,
        statements.bound,
        null as obs_status,
        if(documents.doc_kind = 'plan', 'plan_report', 'work_report') as source_kind,
        documents.title as source_title,
        documents.published_date as vintage_date
    from fct_indicator_statements as statements
    inner join asked
        on
            statements.ref_area = asked.ref_area
            and statements.indicator_key = asked.indicator_key
            and statements.year = asked.year
    inner join dim_documents as documents
        on statements.document_id = documents.document_id
    where documents.doc_kind != 'bulletin'
)

select
    facts.measure,
    facts.target_type,
    facts.growth_basis,
    candidates.obs_value,
    facts.unit_measure,
    candidates.bound,
    coalesce(facts.statement_id, facts.observation_id) = candidates.figure_id as is_chosen,
    if(is_chosen, facts.chosen_rule, null) as chosen_rule,
    candidates.obs_status,
    candidates.source_kind,
    candidates.vintage_date,
    candidates.source_title,
    facts.candidate_count,
    facts.distinct_value_count
from fct_indicators as facts
inner join asked
    on
        facts.ref_area = asked.ref_area
        and facts.indicator_key = asked.indicator_key
        and facts.year = asked.year
inner join candidates
    on
        facts.ref_area = candidates.ref_area
        and facts.indicator_key = candidates.indicator_key
        and facts.year = candidates.year
        and facts.measure = candidates.measure
        and facts.target_type = candidates.target_type
        and facts.unit_measure = candidates.unit_measure
        and facts.period_start_year is not distinct from candidates.period_start_year
        and facts.sub_period is not distinct from candidates.sub_period
        and facts.growth_basis is not distinct from candidates.growth_basis
        and facts.price_basis is not distinct from candidates.price_basis
        and facts.rank_scope is not distinct from candidates.rank_scope
where candidates.obs_value is not null
order by
    facts.measure asc,
    facts.fact_id asc,
    is_chosen desc,
    candidates.vintage_date desc nulls last,
    candidates.figure_id asc
