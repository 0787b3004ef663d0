select
    year,
    plan_name_zh,
    plan_name_en
from dim_years
where plan_number = 15
order by year
