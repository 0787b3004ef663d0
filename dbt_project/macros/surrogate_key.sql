{# A stable text key of a grain that has nulls in it: the same columns give the same key in any build. #}
{% macro surrogate_key(columns) -%}
    md5(concat_ws(
        '|',
        {%- for column in columns %}
        coalesce({{ column }}::varchar, '-'){{ ',' if not loop.last }}
        {%- endfor %}
    ))
{%- endmacro %}
