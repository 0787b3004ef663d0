with unmatched as (
    select
        indicator_key,
        name_zh,
        list_distinct(string_split(name_zh, '')) as characters,
        len(list_distinct(string_split(name_zh, ''))) as character_count,
        sector,
        statement_count,
        observation_count,
        statement_count + observation_count as use_count,
        row_number() over (
            order by statement_count + observation_count desc, indicator_key asc
        ) as frequency_rank
    from {{ ref('dim_indicators') }}
    where not is_catalogued
    qualify frequency_rank <= {{ var('unmatched_names') }}
),

examples as (
    select
        indicator_key,
        arg_min(document_id, statement_id) as example_document_id,
        arg_min(sentence_text, statement_id) as example_sentence_text
    from {{ ref('fct_indicator_statements') }}
    where indicator_id is null
    group by indicator_key
),

names as (
    select
        indicator_id,
        unnest(string_split(concat_ws('|', name_zh, aliases), '|')) as catalogue_name
    from {{ ref('dim_indicators') }}
    where is_catalogued
),

unmatched_characters as (
    select
        indicator_key,
        character_count,
        unnest(characters) as character
    from unmatched
),

catalogue_characters as (
    select
        indicator_id,
        catalogue_name,
        len(list_distinct(string_split(catalogue_name, ''))) as character_count,
        unnest(list_distinct(string_split(catalogue_name, ''))) as character
    from names
),

-- Dice's coefficient over the characters of the two names: the share of characters they have in
-- common. The string distances that are built in count bytes, which all Chinese characters share.
similarities as (
    select
        unmatched_characters.indicator_key,
        catalogue_characters.indicator_id,
        catalogue_characters.catalogue_name,
        2 * count(*)
        / (any_value(unmatched_characters.character_count) + any_value(catalogue_characters.character_count))
            as similarity
    from unmatched_characters
    inner join catalogue_characters
        on unmatched_characters.character = catalogue_characters.character
    group by
        unmatched_characters.indicator_key,
        catalogue_characters.indicator_id,
        catalogue_characters.catalogue_name
),

-- An indicator is as near as the nearest of its names.
nearest as (
    select
        indicator_key,
        indicator_id,
        max(similarity) as similarity,
        arg_min(catalogue_name, (-similarity, catalogue_name)) as catalogue_name
    from similarities
    group by indicator_key, indicator_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by indicator_key
            order by similarity desc, indicator_id asc
        ) as neighbour
    from nearest
),

candidates as (
    select
        indicator_key,
        string_agg(
            indicator_id, '|'
            order by neighbour
        ) as candidate_ids,
        string_agg(
            catalogue_name, '|'
            order by neighbour
        ) as candidate_names,
        max(similarity) as best_similarity
    from ranked
    where neighbour <= {{ var('unmatched_neighbours') }}
    group by indicator_key
)

select
    unmatched.frequency_rank,
    unmatched.indicator_key,
    unmatched.name_zh,
    unmatched.sector,
    unmatched.use_count,
    unmatched.statement_count,
    unmatched.observation_count,
    candidates.candidate_ids,
    candidates.candidate_names,
    candidates.best_similarity,
    examples.example_document_id,
    examples.example_sentence_text
from unmatched
left join candidates
    on unmatched.indicator_key = candidates.indicator_key
left join examples
    on unmatched.indicator_key = examples.indicator_key
order by unmatched.frequency_rank
