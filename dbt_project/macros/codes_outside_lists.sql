{# The codes of a model's columns that their lists in a seed (list_name, code) do not have. #}
{% macro codes_outside_lists(model, lists, seed) %}
with used as (
    {% for column, list_name in lists.items() -%}
    select distinct
        '{{ column }}' as column_name,
        '{{ list_name }}' as list_name,
        {{ column }} as code
    from {{ model }}
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select used.*
from used
anti join {{ seed }} as lists
    on used.list_name = lists.list_name and used.code = lists.code
{% endmacro %}
