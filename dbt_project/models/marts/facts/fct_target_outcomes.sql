{{ config(materialized='incremental', meta={'changes_by': 'figure'},
    incremental_predicates=[changed('figure')],
    post_hook="{{ follow_sectors(this, ref('dim_indicators'), ref('fct_indicator_statements')) }}") }}

with known as (
    select
        ref_area,
        latest_actual_year
    from {{ ref('int_known_until') }}
    where true {{ and_changed('place') }}
),

targets as (
    select
        targets.*,
        coalesce({{ var('as_of_year') or 'null' }}::bigint, known.latest_actual_year) as known_until_year
    from {{ changed_figures(ref('int_targets')) }} as targets
    left join {{ ref('dim_documents') }} as documents
        on targets.document_id = documents.document_id
    left join known
        on coalesce(targets.ref_area, documents.ref_area) = known.ref_area
),

evidence_counts as (
    select
        target_id,
        count(*) as evidence_count
    from {{ ref('fct_target_evidence') }}
    {#- In a build of every row this would keep all targets in memory for no row less. #}
    {% if is_partial() %}where target_id in (select targets.figure_id from targets){% endif %}
    group by target_id
),

judged as (
    select
        targets.*,
        evidence.evidence_id,
        evidence.verdict,
        evidence.evidence_reason,
        evidence.obs_value as evidence_value,
        coalesce(evidence_counts.evidence_count, 0) as evidence_count,
        case
            when targets.year is null then 'no_year'
            when targets.value is null then 'no_number'
            when targets.unit_measure is null then 'unit_unknown'
            when targets.ref_area is null then 'place_unresolved'
        end as obstacle,
        -- A place without any result yet has no year that is over.
        targets.year > coalesce(targets.known_until_year, 0) as is_pending,
        case
            when targets.good_side = 'up' then targets.obs_value
            when targets.good_side = 'down' then coalesce(targets.obs_value_upper, targets.obs_value)
            else least(
                greatest(evidence.obs_value, targets.obs_value),
                coalesce(targets.obs_value_upper, targets.obs_value)
            )
        end as compared_value
    from targets
    left join {{ ref('fct_target_evidence') }} as evidence
        on targets.figure_id = evidence.target_id and evidence.evidence_rank = 1
    left join evidence_counts
        on targets.figure_id = evidence_counts.target_id
),

outcomes as (
    select
        *,
        case
            when is_pending then 'pending'
            when obstacle is not null then 'not_comparable'
            when evidence_id is null then 'no_observation'
            else coalesce(verdict, 'not_comparable')
        end as outcome
    from judged
),

statements as (
    select
        statement_id,
        char_start,
        char_end,
        source_text,
        sentence_text
    from {{ changed_figures(ref('fct_indicator_statements')) }}
),

settled as (
    select
        *,
        outcome in ('met', 'met_within_tolerance', 'missed') as is_settled,
        {{ difference('evidence_value', 'compared_value') }} as difference
    from outcomes
)

select
    settled.figure_id as target_id,
    settled.figure_kind as target_kind,
    settled.ref_area,
    settled.indicator_key,
    settled.indicator_id,
    settled.indicator_text,
    coalesce(settled.sector, dim_indicators.sector) as sector,
    settled.measure,
    settled.target_type,
    settled.stated_year as set_year,
    settled.year,
    settled.period_start_year,
    settled.sub_period,
    settled.growth_basis,
    settled.price_basis,
    settled.rank_scope,
    settled.obs_value,
    settled.obs_value_upper,
    settled.unit_measure,
    settled.value,
    settled.value_upper,
    settled.unit,
    settled.bound,
    settled.modifier_text,
    settled.commitment,
    settled.commitment_text,
    settled.binding_type,
    settled.relative_to,
    settled.outcome,
    case
        when settled.outcome != 'not_comparable' then null
        else coalesce(settled.obstacle, settled.evidence_reason)
    end as outcome_reason,
    settled.is_settled,
    settled.known_until_year,
    settled.direction_rule,
    settled.good_side,
    settled.tolerance_rule,
    settled.tolerance,
    if(settled.is_settled, actuals.obs_value, null) as actual_value,
    if(settled.is_settled, actuals.obs_value_upper, null) as actual_value_upper,
    if(settled.is_settled, actuals.bound, null) as actual_bound,
    if(
        settled.is_settled, {{ without_noise('(settled.difference / units.factor_to_base)') }}, null
    ) as gap,
    if(settled.is_settled, settled.difference / nullif(abs(settled.compared_value), 0), null) as gap_share,
    settled.evidence_count,
    if(settled.is_settled, settled.evidence_id, null) as evidence_id,
    if(settled.is_settled, actuals.choice_rule, null) as settled_by_rule,
    if(settled.is_settled, actuals.evidence_kind, null) as settled_by_kind,
    if(settled.is_settled, actuals.statement_id, null) as actual_statement_id,
    if(settled.is_settled, actuals.observation_id, null) as actual_observation_id,
    if(settled.is_settled, actuals.source_title, null) as actual_source_title,
    if(settled.is_settled, actuals.sentence_text, null) as actual_sentence_text,
    statements.statement_id,
    observations.observation_id,
    settled.document_id,
    statements.char_start,
    statements.char_end,
    statements.source_text,
    statements.sentence_text,
    settled.source_kind,
    settled.source_title,
    settled.source_url,
    observations.row_ref
from settled
left join {{ ref('fct_target_evidence') }} as actuals
    on settled.evidence_id = actuals.evidence_id
left join {{ ref('dim_indicators') }} as dim_indicators
    on settled.indicator_key = dim_indicators.indicator_key
left join {{ ref('dim_units') }} as units
    on settled.unit = units.unit
left join statements
    on settled.figure_id = statements.statement_id
left join {{ ref('fct_statistic_observations') }} as observations
    on settled.figure_id = observations.observation_id
order by settled.ref_area, settled.indicator_key, settled.year, settled.figure_id
