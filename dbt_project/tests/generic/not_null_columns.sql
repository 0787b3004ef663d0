{# None of these columns is null in any row: one check of a table, whose rows say in which column. #}
{% test not_null_columns(model, columns) %}
{% for column in columns %}
select
    '{{ column }}' as null_column,
    *
from {{ model }}
where {{ column }} is null
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
