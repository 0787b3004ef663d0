select
    quarantine_id,
    stage,
    file_path,
    line,
    column_name,
    reason_code,
    reason,
    hint,
    content
from {{ ref('stg_quarantine') }}
order by file_path, line, quarantine_id
