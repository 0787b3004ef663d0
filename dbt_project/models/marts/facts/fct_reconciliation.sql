{{ config(materialized='incremental', meta={'changes_by': 'place'},
    incremental_predicates=[changed('place')]) }}

with figures as (
    select *
    from {{ ref('int_intervals') }}
    where obs_value is not null and unit_measure is not null {{ and_changed('place') }}
),

pairs as (
    select
        reported.figure_id as reported_id,
        reported.figure_kind as reported_kind,
        reported.ref_area,
        reported.indicator_key,
        reported.indicator_id,
        reported.year,
        reported.measure,
        reported.target_type,
        reported.obs_value as reported_value,
        reported.obs_value_upper as reported_value_upper,
        reported.unit_measure,
        reported.bound as reported_bound,
        reported.stated_year,
        reported.document_id,
        reported.source_title as reported_source_title,
        official.figure_id as observation_id,
        official.obs_value as official_value,
        official.obs_value_upper as official_value_upper,
        official.bound as official_bound,
        official.obs_status as official_status,
        official.source_kind as official_source_kind,
        official.source_title as official_source_title,
        official.source_url as official_source_url,
        official.vintage_date as official_vintage_date,
        official.choice_order,
        case
            when reported.unit_measure != official.unit_measure then 'unit_differs'
            when coalesce(reported.sub_period, '') != coalesce(official.sub_period, '') then 'period_differs'
            when
                coalesce(reported.period_start_year, 0) != coalesce(official.period_start_year, 0)
                then 'period_differs'
            when
                coalesce(reported.rank_scope, '') != coalesce(official.rank_scope, '')
                then 'rank_scope_differs'
            when reported.compared_growth_basis != official.compared_growth_basis then 'growth_basis_differs'
            when
                reported.compared_price_basis != 'unstated'
                and official.compared_price_basis != 'unstated'
                and reported.compared_price_basis != official.compared_price_basis
                then 'price_basis_differs'
        end as reason,
        -- Two printed figures agree when one true value can stand behind both; 5.5 and 5.4 only touch.
        (
            reported.interval_low < official.interval_high - 1e-9 * abs(official.obs_value)
            and official.interval_low < reported.interval_high - 1e-9 * abs(official.obs_value)
        )
        or reported.obs_value = official.obs_value as is_overlapping
    from figures as reported
    inner join figures as official
        on
            reported.ref_area = official.ref_area
            and reported.indicator_key = official.indicator_key
            and reported.year = official.year
            and reported.measure = official.measure
    where
        reported.target_type in ('actual', 'baseline')
        and (reported.figure_kind = 'statement' or reported.source_kind = 'work_report')
        and official.is_official
        and official.target_type = 'actual'
),

compared as (
    select
        *,
        if(reason is null, {{ difference('reported_value', 'official_value') }}, null) as difference
    from pairs
)

select
    {{ surrogate_key(['reported_id', 'observation_id']) }} as reconciliation_id,
    ref_area,
    indicator_key,
    indicator_id,
    year,
    measure,
    target_type,
    case
        when reason is not null then 'not_comparable'
        when is_overlapping then 'agrees'
        else 'differs'
    end as reconciliation,
    reason,
    row_number() over (
        partition by reported_id
        order by
            reason is not null asc,
            choice_order asc,
            official_bound != 'point' asc,
            official_vintage_date is null asc,
            official_vintage_date desc,
            observation_id asc
    ) = 1 as is_reference,
    reported_value,
    reported_value_upper,
    reported_bound,
    official_value,
    official_value_upper,
    official_bound,
    difference,
    difference / nullif(abs(official_value), 0) as difference_share,
    unit_measure,
    official_status,
    official_source_kind,
    official_source_title,
    official_source_url,
    official_vintage_date,
    observation_id,
    stated_year,
    reported_kind,
    if(reported_kind = 'statement', reported_id, null) as statement_id,
    if(reported_kind = 'observation', reported_id, null) as reported_observation_id,
    document_id,
    reported_source_title
from compared
order by ref_area asc, indicator_key asc, year asc, reported_id asc, is_reference desc, observation_id asc
