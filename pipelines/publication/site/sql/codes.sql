select list_name, code, name_zh, name_en, definition from dim_codes
union all
select 'sector', sector, name_zh, name_en, definition from dim_sectors
union all
select 'target_type', target_type, name_zh, name_en, definition from dim_target_types
order by list_name, code
