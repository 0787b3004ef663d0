{# Each of these columns, or expressions, has no value twice: one check of a table, whose rows say in which. #}
{% test unique_columns(model, columns) %}
{% for column in columns %}
select
    '{{ column | replace("'", "''") }}' as repeated_in,
    ({{ column }})::varchar as repeated_value,
    count(*) as row_count
from {{ model }}
where ({{ column }}) is not null
group by {{ column }}
having count(*) > 1
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
