select
    sectors.sector,
    statements.target_type,
    count(*) as statement_count
from fct_indicator_statements as statements
inner join dim_sectors as sectors on statements.sector = sectors.sector
where statements.document_id = $document_id
group by all
order by any_value(sectors.ordinal), statements.target_type
