-- Every place of the site with its newest report and what that says of GDP growth.
with reports as (
    select
        ref_area,
        max(report_year) as newest_year,
        count(*) as report_count,
        sum(statement_count) as statement_count
    from dim_documents
    where doc_kind = 'report'
    group by ref_area
),

settled as (
    select
        ref_area,
        count(*) as target_count,
        count(*) filter (where is_settled) as settled_count,
        count(*) filter (where outcome in ('met', 'met_within_tolerance')) as met_count
    from fct_target_outcomes
    group by ref_area
)

select
    places.ref_area,
    places.name_zh,
    coalesce(places.name_en, places.name_zh) as name_en,
    places.level,
    places.province_ref_area,
    provinces.name_zh as province_zh,
    coalesce(provinces.name_en, provinces.name_zh) as province_en,
    reports.newest_year,
    coalesce(reports.report_count, 0) as report_count,
    coalesce(reports.statement_count, 0) as statement_count,
    coalesce(settled.target_count, 0) as target_count,
    coalesce(settled.settled_count, 0) as settled_count,
    coalesce(settled.met_count, 0) as met_count,
    coverage.coverage,
    targets.obs_value,
    targets.obs_value_upper,
    targets.unit_measure,
    targets.bound
from dim_places as places
left join dim_places as provinces on places.province_ref_area = provinces.ref_area
left join reports on places.ref_area = reports.ref_area
left join settled on places.ref_area = settled.ref_area
left join fct_target_coverage as coverage
    on
        places.ref_area = coverage.ref_area
        and reports.newest_year = coverage.year
        and coverage.headline = 'gdp_growth'
left join fct_target_outcomes as targets on coverage.target_id = targets.target_id
where
    places.ref_area in (select documents.ref_area from dim_documents as documents)
    or places.ref_area in (select figures.ref_area from fct_statistic_observations as figures)
order by places.province_ref_area, places.ref_area
