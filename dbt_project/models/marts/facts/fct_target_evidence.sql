{{ config(materialized='incremental', meta={'changes_by': 'target'},
    incremental_predicates=[changed('target')]) }}

-- What settles a target is of the target's own place.
with statements as (
    select
        statement_id,
        char_start,
        char_end,
        source_text,
        sentence_text
    from {{ ref('fct_indicator_statements') }}
    where true {{ and_changed('place') }}
)

select
    {{ surrogate_key(['evidence.target_id', 'evidence.figure_id']) }} as evidence_id,
    evidence.target_id,
    evidence.evidence_rank,
    evidence.evidence_rank = 1 and evidence.verdict is not null as is_used,
    evidence.verdict,
    evidence.evidence_reason,
    evidence.choice_rule,
    evidence.figure_kind as evidence_kind,
    statements.statement_id,
    observations.observation_id,
    figures.indicator_text,
    figures.measure,
    figures.growth_basis,
    figures.price_basis,
    figures.obs_value,
    figures.obs_value_upper,
    figures.unit_measure,
    figures.bound,
    figures.obs_status,
    figures.source_kind,
    figures.source_title,
    figures.source_url,
    figures.vintage_date,
    figures.document_id,
    statements.char_start,
    statements.char_end,
    statements.source_text,
    statements.sentence_text,
    observations.row_ref
from {{ ref('int_target_evidence') }} as evidence
inner join {{ ref('int_figures') }} as figures
    on evidence.figure_id = figures.figure_id
left join statements
    on evidence.figure_id = statements.statement_id
left join {{ ref('fct_statistic_observations') }} as observations
    on evidence.figure_id = observations.observation_id
where true {{ and_changed('place', 'evidence') }} {{ and_changed('place', 'figures') }}
order by evidence.target_id, evidence.evidence_rank
