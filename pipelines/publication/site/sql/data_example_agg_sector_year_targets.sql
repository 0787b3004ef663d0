select
    names.name_zh,
    names.name_en,
    counts.year,
    counts.target_count,
    counts.settled_count,
    counts.met_count
from agg_sector_year_targets as counts
inner join dim_sectors as names on counts.sector = names.sector
where counts.target_type = 'annual_target' and counts.target_count > 0
order by counts.year desc, counts.target_count desc, counts.sector asc
limit 10
