/*
Which files were read, what came of each, and what was set aside and why?
每个文件读出了多少条？哪些文件或行被隔离，原因是什么，该怎么办？

Mart: agg_input_files, rpt_quarantine. Grain: file, and what was set aside of it.
Read: taken_count counts the statements of a text and the figures of a table. A row with reason_code is
  something that was set aside: line and reason say where and why, hint what to do.
Traps: a file can be both read and have rows set aside; taken_count then repeats on each of its rows.
  A file with nothing taken and nothing set aside was read and holds nothing.
*/
select
    coalesce(taken.file_path, quarantine.file_path) as file_path,
    coalesce(taken.taken_count, 0) as taken_count,
    quarantine.line,
    quarantine.column_name,
    quarantine.reason_code,
    quarantine.reason,
    quarantine.hint
from agg_input_files as taken
full outer join rpt_quarantine as quarantine
    on taken.file_path = quarantine.file_path
order by quarantine.reason_code is null, file_path, quarantine.line, quarantine.quarantine_id
