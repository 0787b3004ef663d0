with reasons as (
    select
        *,
        list_filter(
            [
                if(confidence < {{ var('review_below_confidence') }}, 'low_confidence', null),
                if(value is not null and unit is null, 'unknown_unit', null),
                if(year is null, 'no_year', null)
            ],
            lambda reason: reason is not null
        ) as found
    from {{ ref('fct_indicator_statements') }}
    where review_status = 'unreviewed'
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
where len(found) > 0
order by review_rank
