select unit, name_zh, name_en from dim_units order by unit
