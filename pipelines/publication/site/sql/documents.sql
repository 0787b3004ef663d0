select
    documents.document_id, documents.doc_kind, documents.ref_area, documents.report_year, documents.title,
    documents.publisher, documents.source_url, documents.published_date, documents.text_version,
    documents.file_path, documents.file_sha256, documents.char_count, documents.statement_count,
    documents.rejected_count, places.name_zh as place_zh, places.name_en as place_en, places.level
from dim_documents as documents
left join dim_places as places on documents.ref_area = places.ref_area
order by documents.ref_area, documents.report_year desc, documents.document_id
