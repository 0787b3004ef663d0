{#
    A value in the base unit of its unit. A factor of 1 leaves every bit as it is; any other product
    is rounded to 12 significant digits, which drops the noise of binary fractions
    (14亿斤 x 0.0005 = 700000 吨) and keeps more digits than any source prints.
#}
{% macro to_base_unit(value, factor) -%}
    case
        when {{ factor }} = 1 or {{ value }} = 0 then {{ value }}
        else round(
            {{ value }} * {{ factor }},
            11 - floor(log10(abs({{ value }} * {{ factor }})))::integer
        )
    end
{%- endmacro %}
