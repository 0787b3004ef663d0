select
    file_path,
    statement_count,
    observation_count
from agg_input_files
order by taken_count desc, file_path asc
limit 10
