{#
    Which rows the tests look at. Where all tests passed on the rows that are there (`changes.tested`), a run
    that builds only what changed tests only that, as far as no other row can fail:

    - what is told from a row alone (not null, closed lists, conditions): rows that changed;
    - a key that is unique: the keys of rows that changed, in all rows;
    - columns that are unique together, with the one by which rows change among them: rows that changed;
    - foreign keys: rows that changed, where the parent is made of seeds alone; all rows where it is not,
      since it may have lost one.

    Everything else looks at all rows, and so does everything in any other run.
#}

{# What stands behind `model` in a generic test: dbt asks this for each of them. #}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where') -%}
    {%- set conditions = ['(' ~ where ~ ')' if where else '', condition_of_tested(relation) | trim] | select | list -%}
    {%- if conditions -%}
        {%- do return('(select * from ' ~ relation ~ ' where ' ~ conditions | join(' and ') ~ ') as tested') -%}
    {%- endif -%}
    {%- do return(relation) -%}
{%- endmacro %}

{# By what the rows of the tested model change (its meta key `changes_by`), in a run that tests only those. #}
{% macro tested_by() -%}
    {%- if execute and not flags.FULL_REFRESH and model.attached_node in graph.nodes -%}
        {%- set by = graph.nodes[model.attached_node].config.get('meta', {}).get('changes_by') -%}
        {#- Of `target`, those that are new are not known before they are built. -#}
        {{- by if by and by != 'target' and is_laid_out('tested') -}}
    {%- endif -%}
{%- endmacro %}

{# The condition that a row has to be tested; nothing where all have to. #}
{% macro condition_of_tested(relation) -%}
    {%- set by = tested_by() -%}
    {%- if by -%}
        {%- set test = model.test_metadata -%}
        {%- if test.name in ('not_null', 'holds', 'in_closed_lists', 'in_verdicts') -%}
            {{- changed(by) -}}
        {%- elif test.name == 'unique' -%}
            {%- set key = test.kwargs.column_name -%}
            {{ key }} in (select k.{{ key }} from {{ relation }} as k where {{ changed(by, 'k') }})
        {%- elif test.name == 'unique_combination' -%}
            {%- set told_apart = {'document': 'document_id', 'place': 'ref_area'}.get(by) -%}
            {%- if told_apart in (test.kwargs.columns | map('lower') | list) -%}
                {{- changed(by) -}}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The rows whose reference to a parent, the name of a seed or model, has to be tested. #}
{% macro rows_with_parent(relation, parent) -%}
    {%- set by = tested_by() -%}
    {%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ parent, {}) if by else {} -%}
    {%- set others = [] -%}
    {%- for name in node.get('depends_on', {}).get('nodes', []) if not name.startswith('seed.') -%}
        {%- do others.append(name) -%}
    {%- endfor -%}
    {{- '(select * from ' ~ relation ~ ' where ' ~ changed(by) ~ ')' if by and not others else relation -}}
{%- endmacro %}
