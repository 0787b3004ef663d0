with recursive

names as (
    select indicator_text from {{ ref('stg_statements') }}
    union
    select indicator_text from {{ ref('stg_observations') }}
),

rewritten as (
    select
        indicator_text,
        indicator_text as indicator_name,
        0 as step
    from names
    union all
    select
        rewritten.indicator_text,
        regexp_replace(
            rewritten.indicator_name, rewrites.pattern, coalesce(rewrites.replacement, ''), 'g'
        ) as indicator_name,
        rewrites.rewrite_order as step
    from rewritten
    inner join {{ ref('indicator_name_rewrites') }} as rewrites
        on rewritten.step + 1 = rewrites.rewrite_order
)

select
    indicator_text,
    -- A name of nothing but punctuation keeps its own characters: a key is never empty.
    coalesce(nullif(indicator_name, ''), indicator_text) as indicator_name
from rewritten
where step = (select count(*) from {{ ref('indicator_name_rewrites') }})
