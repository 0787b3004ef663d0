with judged as (
    select
        *,
        confidence < {{ var('review_below_confidence') }} as is_uncertain,
        value is not null and unit is null as is_unit_unknown,
        year is null as is_without_year
    from {{ ref('fct_indicator_statements') }}
    where review_status = 'unreviewed'
),

reasons as (
    select
        *,
        list_filter(
            [
                if(is_uncertain, 'low_confidence', null),
                if(is_unit_unknown, 'unknown_unit', null),
                if(is_without_year, 'no_year', null)
            ],
            lambda reason: reason is not null
        ) as found
    from judged
    where is_uncertain or is_unit_unknown or is_without_year
)

select
    row_number() over (
        order by confidence asc, len(found) desc, statement_id asc
    ) as review_rank,
    statement_id,
    document_id,
    confidence,
    array_to_string(found, '+') as review_reasons,
    indicator_text,
    indicator_id,
    measure,
    target_type,
    year,
    value,
    value_upper,
    unit_text,
    bound,
    source_text,
    sentence_text,
    section_path,
    rule_id,
    inherited,
    match_rule
from reasons
order by review_rank
