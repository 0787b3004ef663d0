{{ config(materialized='incremental', meta={'changes_by': 'document'},
    incremental_predicates=[changed('document')]) }}

{%- set roles = "'" ~ var('target_roles') | join("', '") ~ "'" -%}

-- Whether a name of a headline indicator stands in a target part of a work report.
with texts as (
    select
        documents.document_id,
        documents.ref_area,
        documents.report_year as year,
        documents.text_version,
        string_agg(sentences.text, chr(10)) as target_text
    from {{ staged(ref('stg_documents')) }} as documents
    left join {{ staged(ref('stg_sentences')) }} as sentences
        on
            documents.document_id = sentences.document_id
            and sentences.context_role in ({{ roles }})
            and sentences.kind != 'boilerplate'
    where documents.doc_kind = 'report' {{ and_changed('document', 'documents') }}
    group by documents.document_id, documents.ref_area, documents.report_year, documents.text_version
),

names as (
    select distinct
        headlines.headline,
        unnest(string_split(concat_ws('|', indicators.name_zh, indicators.aliases), '|')) as indicator_name
    from {{ ref('headline_targets') }} as headlines
    inner join {{ ref('indicators') }} as indicators
        on headlines.indicator_id = indicators.indicator_id
)

select
    texts.document_id,
    texts.ref_area,
    texts.year,
    texts.text_version,
    names.headline,
    coalesce(bool_or(contains(texts.target_text, names.indicator_name)), false) as is_mentioned
from texts
cross join names
group by texts.document_id, texts.ref_area, texts.year, texts.text_version, names.headline
