select sentence_id, sentence_index, char_start, char_end, text, paragraph_index, part_index, kind, section_path
from dim_sentences
where document_id = $document_id
order by sentence_index
