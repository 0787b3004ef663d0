{#
    Comments on columns, but not on those of a view in a DuckLake: it refuses them. Readers have them all the
    same, since a published view is a table with the comments of the manifest.
#}
{% macro duckdb__alter_column_comment(relation, column_dict) -%}
    {% if not (relation.is_view and adapter.is_ducklake(relation)) -%}
        {{ dbt.duckdb__alter_column_comment(relation, column_dict) }}
    {%- else -%}
        select 1
    {%- endif %}
{%- endmacro %}
