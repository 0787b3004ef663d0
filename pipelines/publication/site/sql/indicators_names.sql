-- The indicators of a place: by sector, headline indicators first.
select
    indicators.indicator_key,
    indicators.name_zh,
    indicators.name_en,
    indicators.aliases,
    indicators.definition,
    indicators.default_measure,
    indicators.sector,
    indicators.good_direction,
    indicators.is_headline,
    indicators.is_catalogued
from dim_indicators as indicators
left join dim_sectors as sectors on indicators.sector = sectors.sector
where
    indicators.indicator_key in (
        select facts.indicator_key
        from fct_indicators as facts
        where facts.ref_area = $ref_area and facts.obs_value is not null
    )
order by
    sectors.ordinal asc nulls last,
    indicators.is_headline desc,
    indicators.name_zh asc,
    indicators.indicator_key asc
