select
    "REF_AREA",
    "INDICATOR",
    "MEASURE",
    "TARGET_TYPE",
    "UNIT_MEASURE",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS"
from rpt_sdmx_observations
where "INDICATOR" = 'GDP'
order by "REF_AREA", "MEASURE", "TARGET_TYPE", "TIME_PERIOD"
limit 10
