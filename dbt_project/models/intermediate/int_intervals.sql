-- Every figure as an interval of the base unit. A point or 左右-value spans its printed rounding; a
-- bound is open towards one side. Behind a decline the words count its size: 下降3%以上 is at most -3.
with printed as (
    select
        figures.*,
        coalesce(
            0.5 * pow(10, figures.printed_mult - figures.decimals) * units.factor_to_base, 0
        ) as half_unit,
        case
            when figures.obs_value >= 0 or figures.measure not in ('growth', 'level') then figures.bound
            when figures.bound = 'at_least' then 'at_most'
            when figures.bound = 'above' then 'below'
            when figures.bound = 'at_most' then 'at_least'
            when figures.bound = 'below' then 'above'
            else figures.bound
        end as side_bound,
        case
            when figures.measure != 'growth' then null
            else coalesce(
                nullif(figures.price_basis, 'unstated'), conventions.growth_price_basis, 'unstated'
            )
        end as compared_price_basis,
        if(figures.measure = 'growth', coalesce(figures.growth_basis, 'yoy'), null) as compared_growth_basis
    from {{ ref('int_figures') }} as figures
    left join {{ ref('units') }} as units
        on figures.unit = units.unit
    left join {{ ref('price_conventions') }} as conventions
        on figures.indicator_id = conventions.indicator_id
)

select
    *,
    side_bound in ('point', 'around') as is_point,
    case
        when side_bound in ('point', 'around') then obs_value - half_unit
        when side_bound in ('at_most', 'below') then '-infinity'::double
        else obs_value
    end as interval_low,
    case
        when side_bound in ('point', 'around') then obs_value + half_unit
        when side_bound in ('at_least', 'above') then 'infinity'::double
        else coalesce(obs_value_upper, obs_value)
    end as interval_high,
    side_bound = 'above' as is_low_open,
    side_bound = 'below' or (side_bound in ('point', 'around') and half_unit > 0) as is_high_open
from printed
