{#
    Building only what changed. Before dbt starts, pipelines/build_changes.py lays tables into the schema
    `changes` of the build database: which documents and places changed, and which targets were theirs.
    Where they are missing, a run builds every row of every model, whatever was there before.
#}

{# `yes` where this run builds only the rows of what changed into a table that is there, else nothing. #}
{% macro is_partial() -%}
    {#- A unit test has no table of its own. -#}
    {%- if execute and this and is_incremental() -%}
        {%- set found = run_query(
            "select count(*) from duckdb_tables() where schema_name = 'changes' and table_name = 'places'"
            ~ " and database_name = current_database()"
        ) -%}
        {{- 'yes' if found.rows[0][0] == 1 -}}
    {%- endif -%}
{%- endmacro %}

{#
    The condition that a row belongs to what changed. `by`: `document` (its document_id), `place` (its
    ref_area), `figure` (its ref_area, or its document's place where it has none), `target` (its target_id).
    Everything that a fact is compared with is of its own ref_area; a target without one is pending or not
    by the year of its document's place.
#}
{% macro changed(by, alias=none) -%}
    {%- set of = alias ~ '.' if alias else '' -%}
    {%- if by == 'document' -%}
        {{ of }}document_id in (select c.document_id from changes.documents as c)
    {%- elif by == 'place' -%}
        {{ of }}ref_area in (select c.ref_area from changes.places as c)
    {%- elif by == 'figure' -%}
        ({{ changed('place', alias) }} or (
            {{ of }}ref_area is null
            and {{ of }}document_id in (select c.document_id from changes.place_documents as c)
        ))
    {%- elif by == 'target' -%}
        {{ of }}target_id in (select c.target_id from changes.targets as c)
    {%- else -%}
        {{ exceptions.raise_compiler_error("changed(): no rows are told apart by '" ~ by ~ "'") }}
    {%- endif -%}
{%- endmacro %}

{# `and <condition>` in a run that builds only what changed, nothing in any other. #}
{% macro and_changed(by, alias=none) -%}
    {%- if is_partial() %}and {{ changed(by, alias) }}{% endif -%}
{%- endmacro %}

{#
    The incremental strategy `changed_rows`: the rows that the model's `incremental_predicates` name make
    room for those that the model's query gives; all rows do, where it is not known what changed.
#}
{% macro get_incremental_changed_rows_sql(arg_dict) %}
    {%- set target = arg_dict['target_relation'] -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ target }}
    {% if is_partial() %}where {{ arg_dict['incremental_predicates'] | join(' and ') }}{% endif %};
    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{% endmacro %}

{#
    The sector of a name outside the catalogue is the one most often found for it, so that one report can
    change it in the rows of every place. With `statements`, a row whose statement has a sector keeps that.
#}
{% macro follow_sectors(table, indicators, statements=none) -%}
    {%- if is_partial() -%}
        update {{ table }} as facts set sector = indicators.sector
        from {{ indicators }} as indicators
        where
            facts.indicator_key = indicators.indicator_key
            and facts.sector is distinct from indicators.sector
            {% if statements -%}
            and (
                facts.statement_id is null
                or facts.statement_id in (select s.statement_id from {{ statements }} as s where s.sector is null)
            )
            {%- endif %}
    {%- endif -%}
{%- endmacro %}
