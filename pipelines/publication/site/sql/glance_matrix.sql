select
    statements.document_id,
    statements.sector,
    statements.target_type,
    count(*) as statement_count
from fct_indicator_statements as statements
inner join dim_documents as documents on statements.document_id = documents.document_id
left join dim_sectors as sectors on statements.sector = sectors.sector
where documents.ref_area = $ref_area
group by statements.document_id, statements.sector, statements.target_type
order by statements.document_id, any_value(sectors.ordinal), statements.target_type
