{# Every value of a column is a code of its list in the seed verdicts. `lists` says which column has which. #}
{% test in_verdicts(model, lists) %}
{{ codes_outside_lists(model, lists, ref('verdicts')) }}
{% endtest %}
