{%- set normalised = namespace(sql='indicator_text') -%}
{%- for rewrite in var('indicator_name_rewrites') -%}
    {%- set normalised.sql =
        "regexp_replace(" ~ normalised.sql ~ ", '" ~ rewrite.pattern ~ "', '" ~ rewrite.to ~ "', 'g')"
    -%}
{%- endfor -%}

with names as (
    select indicator_text
    from {{ ref('stg_statements') }}
    where indicator_id is null
    union
    select indicator_text
    from {{ ref('stg_observations') }}
    where indicator_id is null
)

select
    indicator_text,
    -- A name of nothing but punctuation keeps its own characters: a key is never empty.
    coalesce(nullif({{ normalised.sql }}, ''), indicator_text) as indicator_name
from names
