/*
Which indicator names does the catalogue not know, and what are they most like?
哪些指标名称目录里还没有？最接近目录中的哪些指标？

Mart: rpt_unmatched_indicators. Grain: name outside the catalogue, the most frequent first.
Read: nearest_id and nearest_name are the closest catalogued indicator, similarity the share of characters
  that the two names have in common. Add the name to the aliases of dbt_project/seeds/indicators.csv
  where the two are the same thing, or a new indicator where they are not.
Traps: a high similarity is a hint, never a match: 增加值 and 总产值 share most characters and are different
  things. Statements with such a name are in all facts, under indicator_key.
*/
select
    frequency_rank,
    name_zh,
    sector,
    use_count,
    string_split(candidate_ids, '|')[1] as nearest_id,
    string_split(candidate_names, '|')[1] as nearest_name,
    round(best_similarity, 2) as similarity,
    candidate_ids,
    example_document_id,
    example_sentence_text
from rpt_unmatched_indicators
order by frequency_rank
limit 50
