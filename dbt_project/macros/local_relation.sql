{#
    A relation without its database, for the body of a view: the view then works in a copy of the
    database under any name. (A linter gives a plain string.)
#}
{% macro local_relation(relation) -%}
    {{ relation if relation is string else relation.include(database=false) }}
{%- endmacro %}
