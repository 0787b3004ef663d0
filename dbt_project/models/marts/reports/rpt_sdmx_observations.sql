{{ config(materialized='view', meta={'changes_by': 'place'}) }}

-- sub_period is a half (H1), a quarter (Q3) or the first months of a year (M9).
with figures as (
    select
        facts.*,
        case
            when facts.period_start_year is not null then '_O'
            when facts.sub_period is null then 'A'
            when facts.sub_period[1] = 'H' then 'S'
            else facts.sub_period[1]
        end as freq
    from {{ local_relation(ref('fct_indicators')) }} as facts
    where facts.indicator_id is not null
)

select
    'GWR:INDICATORS(1.0)' as "DATAFLOW",
    freq as "FREQ",
    ref_area as "REF_AREA",
    upper(indicator_id) as "INDICATOR",
    upper(measure) as "MEASURE",
    upper(target_type) as "TARGET_TYPE",
    coalesce(upper(growth_basis), '_Z') as "GROWTH_BASIS",
    coalesce(upper(price_basis), '_Z') as "PRICE_BASIS",
    coalesce(rank_scope, '_Z') as "RANK_SCOPE",
    upper(unit_measure) as "UNIT_MEASURE",
    case freq
        when '_O' then concat(period_start_year, '-01-01/P', year - period_start_year + 1, 'Y')
        when 'A' then year::varchar
        when 'M' then concat(year, '-01-01/P', sub_period[2:], 'M')
        else concat(year, '-', freq, sub_period[2:])
    end as "TIME_PERIOD",
    obs_value as "OBS_VALUE",
    obs_value_upper as "OBS_VALUE_UPPER",
    0::bigint as "UNIT_MULT",
    case obs_status
        when 'final' then 'A'
        when 'revised' then 'A'
        when 'preliminary' then 'P'
        when 'estimated' then 'E'
    end as "OBS_STATUS",
    upper(bound) as "BOUND",
    upper(chosen_source_kind) as "SOURCE_KIND",
    source_title as "SOURCE_TITLE",
    vintage_date as "VINTAGE_DATE"
from figures
