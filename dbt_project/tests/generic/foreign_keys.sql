{# Every value of a column stands in the column of another model. `keys` maps column to model.column. #}
{% test foreign_keys(model, keys) %}
{% for column, target in keys.items() %}
{% set parent, parent_column = target.split('.') %}
select
    '{{ column }}' as column_name,
    '{{ target }}' as missing_in,
    child.{{ column }}::varchar as missing_value,
    count(*) as row_count
from {{ rows_with_parent(model, parent) }} as child
anti join {{ ref(parent) }} as parent
    on child.{{ column }} = parent.{{ parent_column }}
where child.{{ column }} is not null
group by child.{{ column }}
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
