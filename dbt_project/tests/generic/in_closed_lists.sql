{# Every value of a column is a code of its closed list. `lists` says which column has which list. #}
{% test in_closed_lists(model, lists) %}
{{ codes_outside_lists(model, lists, ref('closed_lists')) }}
{% endtest %}
