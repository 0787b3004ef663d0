-- The indicators that have a page in the place: those whose history is drawn.
select distinct indicator_key
from rpt_indicator_history
where ref_area = $ref_area
