-- Figures of a place that were published more than once, in the order of publication; undated ones last.
select
    observations.indicator_key,
    observations.measure,
    observations.year,
    observations.period_start_year,
    observations.sub_period,
    observations.growth_basis,
    observations.price_basis,
    observations.rank_scope,
    observations.unit_measure,
    observations.obs_value,
    observations.obs_value_upper,
    observations.bound,
    observations.obs_status,
    observations.source_kind,
    observations.is_official,
    observations.source_title,
    observations.source_url,
    observations.vintage_date,
    observations.remark,
    observations.row_ref
from fct_statistic_observations as observations
where
    observations.ref_area = $ref_area
    and observations.target_type = 'actual'
    and observations.obs_value is not null
qualify
    count(*) over (
        partition by
            observations.indicator_key, observations.measure, observations.year,
            observations.period_start_year, observations.sub_period, observations.growth_basis,
            observations.price_basis, observations.rank_scope, observations.unit_measure
    ) > 1
order by
    observations.indicator_key asc,
    observations.measure asc,
    observations.unit_measure asc,
    observations.year desc,
    observations.period_start_year asc, observations.sub_period asc, observations.growth_basis asc,
    observations.price_basis asc, observations.rank_scope asc, observations.vintage_date asc nulls last,
    observations.observation_id asc
