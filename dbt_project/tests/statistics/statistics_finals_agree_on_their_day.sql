-- Two final figures of one day for one thing that differ are a mistake in a table: the later of two
-- vintages may correct the earlier one, but nothing ranks these.
with finals as (
    select *
    from {{ ref('fct_statistic_observations') }}
    where is_official and obs_status in ('final', 'revised') and vintage_date is not null
)

select
    first_of_two.row_ref,
    second_of_two.row_ref as other_row_ref,
    first_of_two.ref_area,
    first_of_two.indicator_text,
    first_of_two.year,
    first_of_two.obs_value,
    second_of_two.obs_value as other_obs_value,
    first_of_two.vintage_date
from finals as first_of_two
inner join finals as second_of_two
    on
        first_of_two.ref_area = second_of_two.ref_area
        and first_of_two.indicator_key = second_of_two.indicator_key
        and first_of_two.year = second_of_two.year
        and first_of_two.measure = second_of_two.measure
        and first_of_two.target_type = second_of_two.target_type
        and first_of_two.unit_measure = second_of_two.unit_measure
        and first_of_two.bound = second_of_two.bound
        and first_of_two.vintage_date = second_of_two.vintage_date
        and coalesce(first_of_two.period_start_year, 0) = coalesce(second_of_two.period_start_year, 0)
        and coalesce(first_of_two.sub_period, '') = coalesce(second_of_two.sub_period, '')
        and coalesce(first_of_two.growth_basis, '') = coalesce(second_of_two.growth_basis, '')
        and coalesce(first_of_two.price_basis, '') = coalesce(second_of_two.price_basis, '')
        and coalesce(first_of_two.rank_scope, '') = coalesce(second_of_two.rank_scope, '')
        and first_of_two.observation_id < second_of_two.observation_id
where first_of_two.obs_value != second_of_two.obs_value
