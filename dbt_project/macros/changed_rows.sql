{#
    Building only what changed. Before dbt starts, pipelines/changed_rows.py lays tables into the schema
    `changes` of the build database: which documents and places changed, and which targets were theirs.
    Where they are missing, a run builds every row of every model, whatever was there before.
#}

{# `yes` where the schema `changes` has a relation. dbt lists a schema once in a run, so that asking costs nothing. #}
{% macro is_laid_out(name) -%}
    {{- 'yes' if adapter.get_relation(database=target.database, schema='changes', identifier=name) -}}
{%- endmacro %}

{# `yes` where this run builds only the rows of what changed into a table that is there, else nothing. #}
{% macro is_partial() -%}
    {#- A unit test has no table of its own. -#}
    {%- if execute and this and is_incremental() -%}
        {{- is_laid_out('places') -}}
    {%- endif -%}
{%- endmacro %}

{#
    The condition that a row belongs to what changed. `by`, which a model says of its rows in the meta key
    `changes_by`: `document` (its document_id), `place` (its ref_area), `reading` (the document of what a text
    states, the place of a published figure), `figure` (its ref_area, or its document's place where it has
    none), `target` (its target_id). Everything that a fact is compared with is of its own ref_area; a target
    without one is pending or not by the year of its document's place.
#}
{% macro changed(by, alias=none) -%}
    {%- set of = alias ~ '.' if alias else '' -%}
    {%- if by == 'document' -%}
        {{ of }}document_id in (select c.document_id from changes.documents as c)
    {%- elif by == 'place' -%}
        {{ of }}ref_area in (select c.ref_area from changes.places as c)
    {%- elif by == 'reading' -%}
        ({{ changed('document', alias) }} or ({{ of }}document_id is null and {{ changed('place', alias) }}))
    {%- elif by == 'figure' -%}
        ({{ changed('place', alias) }} or ({{ changed('placeless', alias) }}))
    {%- elif by == 'placeless' -%}
        {{ of }}ref_area is null
        and {{ of }}document_id in (select c.document_id from changes.place_documents as c)
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
    Figures to build: of what changed in a run that builds only that. The two halves are asked for apart,
    because DuckDB then reads the row groups with these places and documents only.
#}
{% macro changed_figures(relation) -%}
    {%- if is_partial() -%}
        (
            select * from {{ relation }} as placed where {{ changed('place', 'placed') }}
            union all
            select * from {{ relation }} as others where {{ changed('placeless', 'others') }}
        )
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{#
    A staging model of the lake, for a model whose rows change by document: in a run that builds only what
    changed, from the files that hold changed documents, so that no other file is opened.
#}
{% macro staged(model) -%}
    {{ 'changes.' ~ model.identifier | replace('stg_', 'lake_') if is_partial() else model }}
{%- endmacro %}

{# The same for the statements in their base units. #}
{% macro staged_statements() -%}
    {%- set whole, units = ref('int_statements'), ref('units') -%}
    {%- if is_partial() -%}
        ({{ in_base_units('changes.lake_statements', units) }})
    {%- else -%}
        {{ whole }}
    {%- endif -%}
{%- endmacro %}

{#
    The incremental strategy `changed_rows`: the rows of what changed, by the model's meta key `changes_by`,
    make room for those that the model's query gives; all rows do, where it is not known what changed.
#}
{% macro get_incremental_changed_rows_sql(arg_dict) %}
    {%- set target = arg_dict['target_relation'] -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ target }}
    {% if is_partial() %}where {{ changed(config.get('meta')['changes_by']) }}{% endif %};
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

{#
    A table with a row for every year between the first and the last of all places loses the years that are
    outside of them since what changed; those that are new come with the model's query.
#}
{% macro forget_years(table, years, condition='true') -%}
    {%- if is_partial() -%}
        delete from {{ table }}
        where (
            year between (select min(y.year) from {{ years }} as y where {{ condition }})
            and (select max(y.year) from {{ years }} as y where {{ condition }})
        ) is not true
    {%- endif -%}
{%- endmacro %}
