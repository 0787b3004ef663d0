select text from dim_documents where document_id = $document_id
