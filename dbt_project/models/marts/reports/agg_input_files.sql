-- The statements of a bulletin stand among the observations as well: the greater of the two, not the sum.
with files as (
    select
        file_path,
        statement_count,
        0 as observation_count
    from {{ ref('dim_documents') }}
    union all
    select
        regexp_replace(row_ref, ':[^:]*$', '') as file_path,
        0 as statement_count,
        count(*) as observation_count
    from {{ ref('fct_statistic_observations') }}
    group by all
)

select
    file_path,
    max(statement_count) as statement_count,
    max(observation_count) as observation_count,
    greatest(max(statement_count), max(observation_count)) as taken_count
from files
group by file_path
order by file_path
