with years as (
    select unnest(range(1949, 2101)) as year
)

select
    years.year,
    (years.year // 10) * 10 as decade,
    plans.plan_number,
    plans.name_zh as plan_name_zh,
    plans.name_en as plan_name_en,
    plans.start_year as plan_start_year,
    plans.end_year as plan_end_year
from years
left join {{ ref('five_year_plans') }} as plans
    on years.year between plans.start_year and plans.end_year
order by years.year
