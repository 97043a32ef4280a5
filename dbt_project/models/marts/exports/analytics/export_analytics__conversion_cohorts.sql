-- Grain: one row per month and number of visits within sixty days.
with

settings as (
    -- A visit on a month's last day has its full window this many days after one on its first.
    select 30 as open_days
),

visits as (
    select * from {{ ref('export_analytics__day_pass_visits_enriched') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

counted as (
    select
        visits.cohort_month,
        visits.visit_category_60d as visit_category,
        count(*) as total_entries,
        count(distinct visits.customer_id) as unique_customers,
        count(*) filter (where visits.days_to_2wk <= 7) as converted_2wk_7d_entries,
        count(distinct visits.customer_id) filter (where visits.days_to_2wk <= 7)
            as converted_2wk_7d_customers,
        count(*) filter (where visits.days_to_member <= 7) as converted_member_7d_entries,
        count(distinct visits.customer_id) filter (where visits.days_to_member <= 7)
            as converted_member_7d_customers,
        count(*) filter (where visits.days_to_2wk <= 30) as converted_2wk_30d_entries,
        count(distinct visits.customer_id) filter (where visits.days_to_2wk <= 30)
            as converted_2wk_30d_customers,
        count(*) filter (where visits.days_to_member <= 30) as converted_member_30d_entries,
        count(distinct visits.customer_id) filter (where visits.days_to_member <= 30)
            as converted_member_30d_customers,
        count(*) filter (where visits.days_to_2wk <= 60) as converted_2wk_60d_entries,
        count(distinct visits.customer_id) filter (where visits.days_to_2wk <= 60)
            as converted_2wk_60d_customers,
        count(*) filter (where visits.days_to_member <= 60) as converted_member_60d_entries,
        count(distinct visits.customer_id) filter (where visits.days_to_member <= 60)
            as converted_member_60d_customers,
        count(*) filter (where visits.days_to_2wk <= 90) as converted_2wk_90d_entries,
        count(distinct visits.customer_id) filter (where visits.days_to_2wk <= 90)
            as converted_2wk_90d_customers,
        count(*) filter (where visits.days_to_member <= 90) as converted_member_90d_entries,
        count(distinct visits.customer_id) filter (where visits.days_to_member <= 90)
            as converted_member_90d_customers
    from visits
    group by visits.cohort_month, visits.visit_category_60d
),

opened as (
    select
        counted.*,
        run.as_of_date > counted.cohort_month + 7 + settings.open_days as is_open_7d,
        run.as_of_date > counted.cohort_month + 30 + settings.open_days as is_open_30d,
        run.as_of_date > counted.cohort_month + 60 + settings.open_days as is_open_60d,
        run.as_of_date > counted.cohort_month + 90 + settings.open_days as is_open_90d
    from counted
    cross join settings
    cross join run
)

select
    opened.cohort_month,
    opened.visit_category,
    opened.total_entries,
    opened.unique_customers,
    case
        when opened.is_open_7d
            then opened.converted_2wk_7d_entries
    end as converted_2wk_7d_entries,
    case
        when opened.is_open_7d
            then opened.converted_2wk_7d_customers
    end as converted_2wk_7d_customers,
    case
        when opened.is_open_7d
            then opened.converted_member_7d_entries
    end as converted_member_7d_entries,
    case
        when opened.is_open_7d
            then opened.converted_member_7d_customers
    end as converted_member_7d_customers,
    case
        when opened.is_open_7d
            then round(opened.converted_2wk_7d_entries / opened.total_entries, 4)
    end as rate_2wk_7d_by_entry,
    case
        when opened.is_open_7d
            then round(opened.converted_2wk_7d_customers / opened.unique_customers, 4)
    end as rate_2wk_7d_by_customer,
    case
        when opened.is_open_7d
            then round(opened.converted_member_7d_entries / opened.total_entries, 4)
    end as rate_member_7d_by_entry,
    case
        when opened.is_open_7d
            then round(opened.converted_member_7d_customers / opened.unique_customers, 4)
    end as rate_member_7d_by_customer,
    case
        when opened.is_open_30d
            then opened.converted_2wk_30d_entries
    end as converted_2wk_30d_entries,
    case
        when opened.is_open_30d
            then opened.converted_2wk_30d_customers
    end as converted_2wk_30d_customers,
    case
        when opened.is_open_30d
            then opened.converted_member_30d_entries
    end as converted_member_30d_entries,
    case
        when opened.is_open_30d
            then opened.converted_member_30d_customers
    end as converted_member_30d_customers,
    case
        when opened.is_open_30d
            then round(opened.converted_2wk_30d_entries / opened.total_entries, 4)
    end as rate_2wk_30d_by_entry,
    case
        when opened.is_open_30d
            then round(opened.converted_2wk_30d_customers / opened.unique_customers, 4)
    end as rate_2wk_30d_by_customer,
    case
        when opened.is_open_30d
            then round(opened.converted_member_30d_entries / opened.total_entries, 4)
    end as rate_member_30d_by_entry,
    case
        when opened.is_open_30d
            then round(opened.converted_member_30d_customers / opened.unique_customers, 4)
    end as rate_member_30d_by_customer,
    case
        when opened.is_open_60d
            then opened.converted_2wk_60d_entries
    end as converted_2wk_60d_entries,
    case
        when opened.is_open_60d
            then opened.converted_2wk_60d_customers
    end as converted_2wk_60d_customers,
    case
        when opened.is_open_60d
            then opened.converted_member_60d_entries
    end as converted_member_60d_entries,
    case
        when opened.is_open_60d
            then opened.converted_member_60d_customers
    end as converted_member_60d_customers,
    case
        when opened.is_open_60d
            then round(opened.converted_2wk_60d_entries / opened.total_entries, 4)
    end as rate_2wk_60d_by_entry,
    case
        when opened.is_open_60d
            then round(opened.converted_2wk_60d_customers / opened.unique_customers, 4)
    end as rate_2wk_60d_by_customer,
    case
        when opened.is_open_60d
            then round(opened.converted_member_60d_entries / opened.total_entries, 4)
    end as rate_member_60d_by_entry,
    case
        when opened.is_open_60d
            then round(opened.converted_member_60d_customers / opened.unique_customers, 4)
    end as rate_member_60d_by_customer,
    case
        when opened.is_open_90d
            then opened.converted_2wk_90d_entries
    end as converted_2wk_90d_entries,
    case
        when opened.is_open_90d
            then opened.converted_2wk_90d_customers
    end as converted_2wk_90d_customers,
    case
        when opened.is_open_90d
            then opened.converted_member_90d_entries
    end as converted_member_90d_entries,
    case
        when opened.is_open_90d
            then opened.converted_member_90d_customers
    end as converted_member_90d_customers,
    case
        when opened.is_open_90d
            then round(opened.converted_2wk_90d_entries / opened.total_entries, 4)
    end as rate_2wk_90d_by_entry,
    case
        when opened.is_open_90d
            then round(opened.converted_2wk_90d_customers / opened.unique_customers, 4)
    end as rate_2wk_90d_by_customer,
    case
        when opened.is_open_90d
            then round(opened.converted_member_90d_entries / opened.total_entries, 4)
    end as rate_member_90d_by_entry,
    case
        when opened.is_open_90d
            then round(opened.converted_member_90d_customers / opened.unique_customers, 4)
    end as rate_member_90d_by_customer
from opened
