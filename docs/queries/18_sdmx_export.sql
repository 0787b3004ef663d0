/*
How does a statistics office load the figures of a place?
统计部门如何按SDMX格式导出某地的数据？

Mart: rpt_sdmx_observations. Grain: place x indicator x measure x target type x bases x unit x period.
Read: run it with `gwr query ... --format csv` and the output is SDMX-CSV 1.0; `gwr export --format sdmx`
  writes SDMX-CSV 2.0. The dimensions end with TIME_PERIOD, then come OBS_VALUE and its attributes. _Z is SDMX's "not applicable".
Traps: UNIT_MULT is 0: OBS_VALUE is in whole units (yuan, not 亿元). A target is told from a result by
  TARGET_TYPE alone, so never load the file without it. A range keeps its lower end in OBS_VALUE.
*/
select
    "DATAFLOW",
    "FREQ",
    "REF_AREA",
    "INDICATOR",
    "MEASURE",
    "TARGET_TYPE",
    "GROWTH_BASIS",
    "PRICE_BASIS",
    "RANK_SCOPE",
    "UNIT_MEASURE",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_VALUE_UPPER",
    "UNIT_MULT",
    "OBS_STATUS",
    "BOUND",
    "SOURCE_KIND",
    "SOURCE_TITLE",
    "VINTAGE_DATE"
from rpt_sdmx_observations
where "REF_AREA" = '330200'
order by
    "INDICATOR", "MEASURE", "TARGET_TYPE", "TIME_PERIOD", "GROWTH_BASIS", "PRICE_BASIS", "RANK_SCOPE",
    "UNIT_MEASURE"
