select
    file_path,
    line,
    reason,
    hint
from rpt_quarantine
order by file_path, line
limit 10
