with statements as (
    select
        sector,
        year,
        target_type,
        count(*) as statement_count,
        count(value) as statement_with_value_count,
        count(value) / count(*) as share_with_value,
        count(distinct indicator_key) as indicator_count,
        count(distinct ref_area) as place_count,
        count(distinct document_id) as document_count
    from {{ ref('fct_indicator_statements') }}
    group by sector, year, target_type
),

outcomes as (
    select
        sector,
        year,
        target_type,
        count(*) as target_count,
        count(*) filter (where is_settled) as settled_count,
        count(*) filter (where outcome in ('met', 'met_within_tolerance')) as met_count
    from {{ ref('fct_target_outcomes') }}
    group by sector, year, target_type
),

grain as (
    select
        sector,
        year,
        target_type
    from statements
    union
    select
        sector,
        year,
        target_type
    from outcomes
)

select
    grain.sector,
    grain.year,
    grain.target_type,
    coalesce(statements.statement_count, 0) as statement_count,
    coalesce(statements.statement_with_value_count, 0) as statement_with_value_count,
    statements.share_with_value,
    coalesce(statements.indicator_count, 0) as indicator_count,
    coalesce(statements.place_count, 0) as place_count,
    coalesce(statements.document_count, 0) as document_count,
    coalesce(outcomes.target_count, 0) as target_count,
    coalesce(outcomes.settled_count, 0) as settled_count,
    coalesce(outcomes.met_count, 0) as met_count,
    outcomes.met_count / nullif(outcomes.settled_count, 0) as share_met
from grain
left join statements
    on
        grain.sector is not distinct from statements.sector
        and grain.year is not distinct from statements.year
        and grain.target_type = statements.target_type
left join outcomes
    on
        grain.sector is not distinct from outcomes.sector
        and grain.year is not distinct from outcomes.year
        and grain.target_type = outcomes.target_type
order by grain.sector, grain.year, grain.target_type
