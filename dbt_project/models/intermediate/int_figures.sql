{{ config(materialized='incremental', meta={'changes_by': 'reading'},
    incremental_predicates=[changed('reading')]) }}

-- A bulletin's statements reach the lake a second time as observations of that bulletin, which is
-- how they count; its statements would be the same figures once more.
with figures as (
    select
        statements.statement_id as figure_id,
        'statement' as figure_kind,
        statements.document_id,
        statements.ref_area,
        statements.indicator_key,
        statements.indicator_id,
        statements.indicator_text,
        statements.measure,
        statements.target_type,
        statements.year,
        statements.period_start_year,
        statements.sub_period,
        statements.growth_basis,
        statements.price_basis,
        statements.rank_scope,
        statements.unit_measure,
        statements.obs_value,
        statements.obs_value_upper,
        statements.value,
        statements.value_upper,
        statements.unit,
        statements.printed_mult,
        statements.decimals,
        statements.bound,
        statements.modifier_text,
        statements.commitment,
        statements.commitment_text,
        statements.binding_type,
        statements.relative_to,
        null::varchar as obs_status,
        source_kinds.source_kind,
        documents.document_id as source_id,
        documents.title as source_title,
        documents.publisher,
        documents.source_url,
        documents.published_date as vintage_date,
        statements.report_year as stated_year,
        statements.sector
    from {{ staged_statements() }} as statements
    inner join {{ staged(ref('stg_documents')) }} as documents
        on statements.document_id = documents.document_id
    inner join {{ ref('source_kinds') }} as source_kinds
        on documents.doc_kind = source_kinds.doc_kind
    where documents.doc_kind != 'bulletin' {{ and_changed('document', 'statements') }}
    union all
    select
        observation_id as figure_id,
        'observation' as figure_kind,
        null::varchar as document_id,
        ref_area,
        indicator_key,
        indicator_id,
        indicator_text,
        measure,
        target_type,
        year,
        period_start_year,
        sub_period,
        growth_basis,
        price_basis,
        rank_scope,
        unit_measure,
        obs_value,
        obs_value_upper,
        value,
        value_upper,
        unit,
        printed_mult,
        decimals,
        bound,
        modifier_text,
        null::varchar as commitment,
        null::varchar as commitment_text,
        null::varchar as binding_type,
        null::varchar as relative_to,
        obs_status,
        source_kind,
        source_id,
        source_title,
        publisher,
        source_url,
        vintage_date,
        coalesce(set_year, year(vintage_date)) as stated_year,
        null::varchar as sector
    from {{ ref('int_observations') }}
    where true {{ and_changed('place') }}
)

select
    figures.*,
    target_types.is_target,
    source_kinds.is_official,
    choice_rules.choice_rule,
    choice_rules.choice_order
from figures
inner join {{ ref('target_types') }} as target_types
    on figures.target_type = target_types.target_type
inner join {{ ref('source_kinds') }} as source_kinds
    on figures.source_kind = source_kinds.source_kind
left join {{ ref('choice_rules') }} as choice_rules
    on
        target_types.is_target = choice_rules.is_target
        and source_kinds.source_class = choice_rules.source_class
        and (choice_rules.obs_status = 'any' or figures.obs_status = choice_rules.obs_status)
