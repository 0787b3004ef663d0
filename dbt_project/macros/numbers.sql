{#
    A computed number without the noise of binary fractions: rounded to 12 significant digits, more than
    any source prints.
#}
{% macro without_noise(value) -%}
    case
        when {{ value }} = 0 then 0
        else round({{ value }}, 11 - floor(log10(abs({{ value }})))::integer)
    end
{%- endmacro %}

{#
    One number less another, to the 13th significant digit of the larger: 4.9 - 5.5 is -0.6, not
    -0.5999999999999996. Null where either is: greatest() would take the other alone, and nought has no
    logarithm.
#}
{% macro difference(value, other) -%}
    case
        when {{ value }} = {{ other }} then 0
        when {{ value }} is not null and {{ other }} is not null then round(
            {{ value }} - {{ other }},
            12 - floor(log10(greatest(abs({{ value }}), abs({{ other }}))))::integer
        )
    end
{%- endmacro %}

{# A value in the base unit of its unit. A factor of 1 leaves every bit of the number as it is. #}
{% macro to_base_unit(value, factor) -%}
    if({{ factor }} = 1, {{ value }}, {{ without_noise(value ~ ' * ' ~ factor) }})
{%- endmacro %}

{# Statements of the lake with their indicator_key and their value in the base unit. #}
{% macro in_base_units(statements, units) -%}
    select
        statements.*,
        coalesce(statements.indicator_id, statements.indicator_name) as indicator_key,
        {{ to_base_unit('statements.value', 'units.factor_to_base') }} as obs_value,
        {{ to_base_unit('statements.value_upper', 'units.factor_to_base') }} as obs_value_upper,
        units.base_unit as unit_measure
    from {{ statements }} as statements
    left join {{ units }} as units
        on statements.unit = units.unit
{%- endmacro %}

{#
    The growth a year, in per cent, that takes one level to another: compound, (goal / start)^(1 / years) - 1,
    to six decimals.
    Null where the start is not above zero or no year lies between.
#}
{% macro yearly_growth(start, goal, years) -%}
    case
        when {{ start }} > 0 and {{ goal }} > 0 and {{ years }} > 0
            then round(100 * (pow({{ goal }} / {{ start }}, 1.0 / ({{ years }})) - 1), 6)
    end
{%- endmacro %}
