{# A condition holds in every row. A condition that is null in a row counts as held. #}
{% test holds(model, condition, column_name=none) %}
select *
from {{ model }}
where not ({{ condition }})
{% endtest %}
