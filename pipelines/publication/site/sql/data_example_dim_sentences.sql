select
    document_id,
    sentence_index,
    text
from dim_sentences
where kind = 'heading'
order by document_id, sentence_index
limit 10
