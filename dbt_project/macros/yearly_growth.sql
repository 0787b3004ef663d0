{#
    The growth a year, in per cent, that takes one level to another: compound, (to / from)^(1 / years) - 1.
    Null where the start is not above zero or no year lies between.
#}
{% macro yearly_growth(start, goal, years) -%}
    case
        when {{ start }} > 0 and {{ goal }} > 0 and {{ years }} > 0
            then 100 * (pow({{ goal }} / {{ start }}, 1.0 / ({{ years }})) - 1)
    end
{%- endmacro %}
