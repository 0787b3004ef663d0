/*
Which headline targets does a report not set, and which are only missing here?
哪些主要指标报告没有提目标？哪些只是这里没有读到？

Mart: fct_target_coverage with fct_target_outcomes. Grain: place x year x headline indicator.
Read: stated, relative and qualitative are promises of the report. absent_in_text is silence of a whole
  text. mentioned_not_read is a gap of this project, absent_in_abridged_text one of the source, no_document
  one of the collection: none of the three says anything about the government.
Traps: count absent_in_text alone as "not promised". target_value can be there with no_document, when
  another source tells the target.
*/
with asked as (
    select
        '330200' as ref_area,
        2025 as from_year
),

-- A target's place is asked for as well: rows stand by place, and not by id.
targets as (
    select outcomes.*
    from fct_target_outcomes as outcomes
    inner join asked
        on outcomes.ref_area = asked.ref_area
)

select
    coverage.year,
    coverage.headline,
    coverage.coverage,
    case coverage.coverage
        when 'stated' then 'promised, with a number'
        when 'relative' then 'promised, tied to another indicator'
        when 'qualitative' then 'promised, in words only'
        when 'mentioned_not_read' then 'unknown: named, but not read'
        when 'absent_in_text' then 'not promised in the text'
        when 'absent_in_abridged_text' then 'unknown: only an abridged text'
        when 'no_document' then 'unknown: no report of that year'
    end as reading,
    coverage.annual_target_count,
    coverage.plan_target_count,
    targets.obs_value as target_value,
    targets.obs_value_upper as target_value_upper,
    targets.unit_measure,
    targets.bound,
    targets.source_title
from fct_target_coverage as coverage
inner join asked
    on coverage.ref_area = asked.ref_area and coverage.year >= asked.from_year
left join targets
    on coverage.target_id = targets.target_id
order by coverage.year desc, coverage.headline asc
