-- Grain: one row per month or week and number of visits within sixty days, or all of them.
with

visits as (
    select * from {{ ref('export_analytics__day_pass_visits_enriched') }}
),

in_periods as (
    select
        visits.*,
        visits.cohort_month as period,
        'monthly' as period_type
    from visits
    union all by name
    select
        visits.*,
        visits.week as period,
        'weekly' as period_type
    from visits
),

in_categories as (
    select
        in_periods.*,
        in_periods.visit_category_60d as visit_category
    from in_periods
    union all by name
    select
        in_periods.*,
        'all' as visit_category
    from in_periods
),

counted as (
    select
        in_categories.period,
        in_categories.period_type,
        in_categories.visit_category,
        count(*) as total_entries,
        count(distinct in_categories.customer_id) as unique_customers,
        count(*) filter (where in_categories.converted_2wk_ever) as converted_2wk_entries,
        count(distinct in_categories.customer_id)
        filter (where in_categories.converted_2wk_ever) as converted_2wk_customers,
        count(*) filter (where in_categories.converted_member_ever) as converted_member_entries,
        count(distinct in_categories.customer_id)
        filter (where in_categories.converted_member_ever) as converted_member_customers
    from in_categories
    group by in_categories.period, in_categories.period_type, in_categories.visit_category
)

select
    counted.*,
    round(counted.converted_2wk_entries / counted.total_entries, 4) as rate_2wk_by_entry,
    round(counted.converted_2wk_customers / counted.unique_customers, 4) as rate_2wk_by_customer,
    round(counted.converted_member_entries / counted.total_entries, 4) as rate_member_by_entry,
    round(counted.converted_member_customers / counted.unique_customers, 4)
        as rate_member_by_customer
from counted
