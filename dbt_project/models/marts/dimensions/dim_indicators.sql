with uses as (
    select
        indicator_key,
        indicator_id,
        sector,
        1 as statement_count,
        0 as observation_count
    from {{ ref('fct_indicator_statements') }}
    union all
    select
        indicator_key,
        indicator_id,
        null::varchar as sector,
        0 as statement_count,
        1 as observation_count
    from {{ ref('fct_statistic_observations') }}
),

counts as (
    select
        indicator_key,
        indicator_id,
        sum(statement_count)::bigint as statement_count,
        sum(observation_count)::bigint as observation_count
    from uses
    group by indicator_key, indicator_id
),

-- The sector most often found for an uncatalogued name; the alphabet breaks a tie.
sectors as (
    select
        indicator_key,
        sector
    from uses
    where sector is not null
    group by indicator_key, sector
    qualify row_number() over (
        partition by indicator_key
        order by count(*) desc, sector asc
    ) = 1
)

select
    catalogue.indicator_id as indicator_key,
    catalogue.indicator_id,
    catalogue.name_zh,
    catalogue.name_en,
    catalogue.aliases,
    catalogue.definition,
    catalogue.default_measure,
    catalogue.default_unit,
    catalogue.sector,
    catalogue.good_direction,
    catalogue.is_headline,
    headlines.headline,
    true as is_catalogued,
    coalesce(counts.statement_count, 0) as statement_count,
    coalesce(counts.observation_count, 0) as observation_count
from {{ ref('indicators') }} as catalogue
left join counts
    on catalogue.indicator_id = counts.indicator_key
left join {{ ref('headline_targets') }} as headlines
    on catalogue.indicator_id = headlines.indicator_id
union all
select
    counts.indicator_key,
    null as indicator_id,
    counts.indicator_key as name_zh,
    null as name_en,
    null as aliases,
    null as definition,
    null as default_measure,
    null as default_unit,
    sectors.sector,
    null as good_direction,
    false as is_headline,
    null as headline,
    false as is_catalogued,
    counts.statement_count,
    counts.observation_count
from counts
left join sectors
    on counts.indicator_key = sectors.indicator_key
where counts.indicator_id is null
order by is_catalogued desc, indicator_key asc
